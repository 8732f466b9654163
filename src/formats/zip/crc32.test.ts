import { describe, expect, it } from "vitest";

import { crc32 } from "./crc32.js";

describe("crc32", () => {
  it("gives the check value of the CRC-32 catalogue, and 0 for nothing", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });

  it("does not depend on where eight bytes begin", () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, i) => (i * 37) & 255);
    const shifted = new Uint8Array(103);
    shifted.set(bytes, 3);
    expect(crc32(shifted.subarray(3))).toBe(crc32(bytes));
  });
});
