import { describe, expect, it } from "vitest";
import { decodeNumbers } from "../../fixtures/decode-numbers.js";
import type { SmallFloat } from "./small-floats.js";

/** What the bits of a type mean, by its definition. */
function valueOf(bits: number, exponentBits: number, fractionBits: number, infinities: boolean): number {
  const sign = bits >> (exponentBits + fractionBits) === 0 ? 1 : -1;
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1);
  const fraction = bits & (2 ** fractionBits - 1);
  const ones = exponent === 2 ** exponentBits - 1;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (ones && infinities) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (ones && fraction === 2 ** fractionBits - 1) return Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits);
  return sign * (1 + fraction * 2 ** -fractionBits) * 2 ** (exponent - bias);
}

const layouts: readonly [SmallFloat, exponentBits: number, fractionBits: number, infinities: boolean][] = [
  ["float16", 5, 10, true],
  ["bfloat16", 8, 7, true],
  ["float8_e5m2", 5, 2, true],
  ["float8_e4m3fn", 4, 3, false],
];

describe("small floats", () => {
  it.each(layouts)("widens every %s exactly", async (dtype, exponentBits, fractionBits, infinities) => {
    const count = 2 ** (1 + exponentBits + fractionBits);
    const bits = Array.from({ length: count }, (_, i) => i);
    const stored = count === 256 ? Uint8Array.from(bits) : new Uint8Array(Uint16Array.from(bits).buffer);
    const values = await decodeNumbers(stored, dtype, "little");
    const expected = Float32Array.from(bits, (bit) => valueOf(bit, exponentBits, fractionBits, infinities));
    expect(values).toEqual(expected);
  });

  it("widens every float8_e8m0fnu exactly", async () => {
    const values = await decodeNumbers(
      Uint8Array.from({ length: 256 }, (_, i) => i),
      "float8_e8m0fnu",
      "little",
    );
    const expected = Float32Array.from({ length: 256 }, (_, i) => (i === 255 ? Number.NaN : 2 ** (i - 127)));
    expect(values).toEqual(expected);
  });
});
