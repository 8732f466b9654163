import { describe, expect, it } from "vitest";
import { toFloat16 } from "./float16.js";
import { widenedBits } from "./small-floats.js";

const words = new Uint32Array(1);
/** The number that the bits of a float16 mean. */
function numberOf(bits: number): number {
  words[0] = widenedBits.float16(bits);
  return new Float32Array(words.buffer)[0]!;
}

/** The next float64 above a positive one. */
function above(value: number): number {
  const double = new BigInt64Array(Float64Array.of(value).buffer);
  double[0]! += 1n;
  return new Float64Array(double.buffer)[0]!;
}

describe("toFloat16", () => {
  it("gives every float16 back", () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = numberOf(bits);
      expect(toFloat16(value), String(bits)).toBe(Number.isNaN(value) ? 0x7e00 : bits);
    }
  });

  it("rounds to the nearest, and to the even one in the middle, of both signs", () => {
    for (let bits = 0; bits < 0x7bff; bits++) {
      const middle = (numberOf(bits) + numberOf(bits + 1)) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      expect([toFloat16(middle), toFloat16(above(middle)), toFloat16(-middle)]).toEqual([
        even,
        bits + 1,
        even | 0x8000,
      ]);
      expect(toFloat16(-above(middle))).toBe((bits + 1) | 0x8000);
    }
  });

  it("makes infinite what is beyond the range, from the middle on", () => {
    expect([65519.99, 65520, 1e300, Infinity, -65520].map(toFloat16)).toEqual([0x7bff, 0x7c00, 0x7c00, 0x7c00, 0xfc00]);
  });

  it("rounds the least numbers to zero of their sign", () => {
    expect([2 ** -25, -(2 ** -25), above(2 ** -25), 5e-324, -0].map(toFloat16)).toEqual([0, 0x8000, 1, 0, 0x8000]);
  });
});
