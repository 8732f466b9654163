import { afterEach, describe, expect, it, vi } from "vitest";
import { crc32 } from "./crc32.js";

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(["by Node's zlib", "without"])("crc32 %s", (way) => {
  it("gives the check value of the CRC-32 catalogue, and 0 for nothing", () => {
    if (way === "without") vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });

  it("does not depend on where eight bytes begin, or where the parts are cut", () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, i) => (i * 37) & 255);
    const whole = crc32(bytes);
    if (way === "without") vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
    const shifted = new Uint8Array(103);
    shifted.set(bytes, 3);
    expect(crc32(shifted.subarray(3))).toBe(whole);
    for (let cut = 0; cut <= 100; cut++) {
      expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(whole);
    }
  });
});
