import { expect, it } from "vitest";
import { Cursor } from "../cursor.js";
import { expectChecksum, lookup3 } from "./checksum.js";

/** What the driver of Bob Jenkins's lookup3.c prints for these texts with the initial value 0. */
it("computes lookup3", () => {
  const encoder = new TextEncoder();
  expect(lookup3(encoder.encode(""))).toBe(0xdeadbeef);
  expect(lookup3(encoder.encode("Four score and seven years ago"))).toBe(0x17770551);
});

it("verifies the bytes before the cursor", () => {
  const bytes = new Uint8Array([
    ...new TextEncoder().encode("??Four score and seven years ago"),
    0x51,
    0x05,
    0x77,
    0x17,
  ]);
  const cursor = new Cursor(bytes, "x");
  cursor.seek(32);
  expectChecksum(cursor, 2);
  expect(cursor.remaining).toBe(0);
  cursor.seek(32);
  expect(() => expectChecksum(cursor)).toThrow(/^x: found the checksum 0x17770551, wanted 0x[0-9a-f]{8}, at byte 32$/);
});
