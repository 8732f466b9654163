import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText, encodeText } from "./escaped-text.js";

const pieces = fc.oneof(
  fc.uint8Array({ maxLength: 4 }),
  fc.string({ unit: "binary", maxLength: 4 }).map((text) => new TextEncoder().encode(text)),
);
const mixed = fc.array(pieces, { maxLength: 30 }).map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

function escaped(...bytes: readonly number[]): string {
  return decodeText(Uint8Array.from(bytes), "a text");
}

describe("decodeText", () => {
  it("gives what the engine gives for UTF-8 of any length", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        expect(decodeText(new TextEncoder().encode(text), "a text")).toBe(text);
      }),
    );
    expect(decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), "a text")).toBe("\ufeffa");
  });

  it("loses no byte of what is not UTF-8", () => {
    fc.assert(
      fc.property(mixed, (bytes) => {
        expect([...encodeText(decodeText(bytes, "a text"))]).toEqual([...bytes]);
      }),
    );
  });

  it("escapes exactly what is not UTF-8", () => {
    fc.assert(
      fc.property(mixed, (bytes) => {
        const valid = Buffer.from(new TextDecoder().decode(bytes), "utf8").equals(bytes);
        expect((decodeText(bytes, "a text") as string & { isWellFormed(): boolean }).isWellFormed()).toBe(valid);
      }),
    );
  });

  it("keeps no more memory for what is not UTF-8 than its characters take", () => {
    const bytes = new Uint8Array(2 ** 20).fill(0xc0);
    const before = process.memoryUsage().heapUsed;
    const text = decodeText(bytes, "a text");
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 ** 25);
    expect(text).toBe("\udcc0".repeat(bytes.length));
  });

  it("escapes overlong forms, surrogates, what lies beyond Unicode and cut characters byte by byte", () => {
    expect(escaped(0xc0, 0x80)).toBe("\udcc0\udc80");
    expect(escaped(0xe0, 0x82, 0x80)).toBe("\udce0\udc82\udc80");
    expect(escaped(0xed, 0xa0, 0x80)).toBe("\udced\udca0\udc80");
    expect(escaped(0xf4, 0x90, 0x80, 0x80)).toBe("\udcf4\udc90\udc80\udc80");
    expect(escaped(0x61, 0xe6, 0xbc)).toBe("a\udce6\udcbc");
    expect(escaped(0xe6, 0xbc, 0x41)).toBe("\udce6\udcbcA");
  });
});
