import { describe, expect, it } from "vitest";

import { KerasProofError } from "../errors.js";
import { Cursor } from "./cursor.js";

const bytes = Uint8Array.from([0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]).subarray(1);

function caught(action: () => unknown): KerasProofError {
  try {
    action();
  } catch (error) {
    if (error instanceof KerasProofError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("Cursor", () => {
  it("reads little-endian numbers one after the other from a view that does not start its buffer", () => {
    const cursor = new Cursor(bytes, "x");
    expect([cursor.uint8(), cursor.uint16(), cursor.uint32(), cursor.uint32(), cursor.uint32()]).toEqual([
      1, 0x0302, 0x07060504, 0x0b0a0908, 0x0f0e0d0c,
    ]);
    expect(cursor.remaining).toBe(0);
  });

  it("reads a 64-bit number up to 2^53 - 1 and refuses a larger one", () => {
    const largest = Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0]);
    expect(new Cursor(largest, "x").uint64()).toBe(Number.MAX_SAFE_INTEGER);
    const larger = Uint8Array.from([0, 0, 0, 0, 0, 0, 0x20, 0]);
    const error = caught(() => new Cursor(larger, "x", 40).uint64());
    expect([error.code, error.message]).toEqual([
      "corrupt",
      "x: found the number 9007199254740992, wanted one below 2^53, at byte 40",
    ]);
  });

  it("gives the place and the offset in the file where the bytes end", () => {
    const cursor = new Cursor(bytes, "m.h5!/a", 100);
    cursor.skip(13);
    const error = caught(() => cursor.uint32());
    expect([error.code, error.path, error.message]).toEqual([
      "truncated",
      "m.h5!/a",
      "m.h5!/a: found 2 bytes, wanted 4, at byte 113",
    ]);
    expect(cursor.position).toBe(13);
  });

  it("keeps a window to its own bytes and to the offsets of the file", () => {
    const cursor = new Cursor(bytes, "x", 10);
    cursor.skip(2);
    const window = cursor.window(3, "y");
    expect(cursor.position).toBe(5);
    expect([...window.bytes(3)]).toEqual([3, 4, 5]);
    expect(caught(() => window.uint8()).message).toBe("y: found 0 bytes, wanted 1, at byte 15");
  });

  it("moves to any offset of the stretch, its end included, and to none outside", () => {
    const cursor = new Cursor(bytes, "x");
    cursor.seek(15);
    expect(cursor.remaining).toBe(0);
    cursor.seek(14);
    expect(cursor.uint8()).toBe(15);
    for (const position of [16, -1, 0.5, Number.NaN, 2 ** 60]) {
      expect(caught(() => cursor.seek(position)).code).toBe("truncated");
    }
  });
});
