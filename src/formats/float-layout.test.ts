import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFloats, type FloatLayout } from "./float-layout.js";

/** Layouts whose sign, exponent and mantissa lie in any order with gaps between. */
const layouts: fc.Arbitrary<FloatLayout> = fc
  .record({
    order: fc.shuffledSubarray(["sign", "exponent", "mantissa"] as const, { minLength: 3 }),
    gaps: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }),
    exponentBits: fc.integer({ min: 1, max: 17 }),
    mantissaBits: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 50, max: 200 })),
    byteOrder: fc.constantFrom("little" as const, "big" as const),
    biasShare: fc.double({ min: 0, max: 1, noNaN: true }),
    implied: fc.boolean(),
  })
  .map(({ order, gaps, exponentBits, mantissaBits, byteOrder, biasShare, implied }) => {
    const positions = { sign: 0, exponent: 0, mantissa: 0 };
    const widths = { sign: 1, exponent: exponentBits, mantissa: mantissaBits };
    let position = gaps[3]!;
    order.forEach((part, i) => {
      positions[part] = position;
      position += widths[part] + gaps[i]!;
    });
    return {
      bytes: Math.ceil(position / 8),
      byteOrder,
      signPosition: positions.sign,
      exponent: { position: positions.exponent, bits: exponentBits, bias: Math.round(biasShare * 2 ** exponentBits) },
      mantissa: { position: positions.mantissa, bits: mantissaBits },
      implied,
    };
  });

/** The bits of mantissas that meet ties and carries: mostly zeros or ones. */
const parts = fc.record({
  negative: fc.boolean(),
  exponent: fc.bigInt({ min: 0n, max: 2n ** 17n }),
  mantissa: fc.bigInt({ min: 0n, max: 2n ** 200n - 1n }),
  runStart: fc.nat(200),
  runLength: fc.nat(200),
  ones: fc.boolean(),
  // Where float64 numbers are normal, end, become subnormal and begin.
  power: fc.constantFrom(0n, 1000n, -1020n, -1074n),
});

/**
 * The bits of a float64 as a multiple of 2^-1074; it goes on where the numbers end, so that infinity stands for 2^1024.
 */
function exact(bits: bigint): bigint {
  const exponent = bits >> 52n;
  const fraction = bits & (2n ** 52n - 1n);
  return exponent === 0n ? fraction : (fraction + 2n ** 52n) << (exponent - 1n);
}

/** Both neighbours of a positive fraction among the float64 numbers, by bisection over their bits. */
function nearest(numerator: bigint, denominator: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  const numberOf = (bits: bigint): number => {
    view.setBigUint64(0, bits);
    return view.getFloat64(0);
  };
  const wanted = numerator * 2n ** 1074n;
  let low = 0n;
  let high = 0x7ff0_0000_0000_0000n;
  while (low + 1n < high) {
    const middle = (low + high) / 2n;
    if (exact(middle) * denominator <= wanted) low = middle;
    else high = middle;
  }
  const below = wanted - exact(low) * denominator;
  const above = exact(high) * denominator - wanted;
  if (below === above) return numberOf(low % 2n === 0n ? low : high);
  return numberOf(below < above ? low : high);
}

function valueOf(type: FloatLayout, negative: boolean, exponent: bigint, mantissa: bigint): number {
  const bits = BigInt(type.mantissa.bits);
  const sign = negative ? -1 : 1;
  if (exponent === 2n ** BigInt(type.exponent.bits) - 1n) {
    const fraction = type.implied ? mantissa : mantissa % 2n ** (bits - 1n);
    return fraction === 0n ? sign * Infinity : Number.NaN;
  }
  const leading = type.implied && exponent > 0n ? 2n ** bits : 0n;
  const last = exponent - BigInt(type.exponent.bias) - bits + (type.implied && exponent > 0n ? 0n : 1n);
  const numerator = (mantissa + leading) * (last > 0n ? 2n ** last : 1n);
  return sign * nearest(numerator, last < 0n ? 2n ** -last : 1n);
}

function store(type: FloatLayout, negative: boolean, exponent: bigint, mantissa: bigint): Uint8Array {
  const bits =
    (negative ? 1n << BigInt(type.signPosition) : 0n) |
    (exponent << BigInt(type.exponent.position)) |
    (mantissa << BigInt(type.mantissa.position));
  const bytes = Uint8Array.from({ length: type.bytes }, (_, i) => Number((bits >> BigInt(8 * i)) & 255n));
  return type.byteOrder === "big" ? bytes.reverse() : bytes;
}

describe("decodeFloats", () => {
  it("rounds every layout to the nearest float64, ties to even, as exact arithmetic does", () => {
    fc.assert(
      fc.property(layouts, parts, (type, { negative, exponent, mantissa, runStart, runLength, ones, power }) => {
        const run = (2n ** BigInt(runLength) - 1n) << BigInt(runStart);
        const shaped = (ones ? mantissa | run : mantissa & ~run) % 2n ** BigInt(type.mantissa.bits);
        const most = 2n ** BigInt(type.exponent.bits);
        const near = BigInt(type.exponent.bias) + power + (exponent % 100n) - 50n;
        const stored = near < 0n || near >= most ? exponent % most : near;
        const [value] = decodeFloats(store(type, negative, stored, shaped), type);
        expect(value).toBe(valueOf(type, negative, stored, shaped));
      }),
      { numRuns: 3000 },
    );
  });

  it("rounds once where the result is subnormal", () => {
    const quad: FloatLayout = {
      bytes: 16,
      byteOrder: "little",
      signPosition: 127,
      exponent: { position: 112, bits: 15, bias: 16383 },
      mantissa: { position: 0, bits: 112 },
      implied: true,
    };
    const half = 16383n - 1075n;
    expect([...decodeFloats(store(quad, false, half, 0n), quad)]).toEqual([0]);
    expect([...decodeFloats(store(quad, false, half, 1n), quad)]).toEqual([2 ** -1074]);
    expect([...decodeFloats(store(quad, true, half - 1n, 2n ** 112n - 1n), quad)]).toEqual([-0]);
  });

  it("reads the words of a VAX", () => {
    // 1.0 as F_floating: exponent 129, no fraction; libhdf5 gives it the bias 129.
    const type: FloatLayout = {
      bytes: 4,
      byteOrder: "vax",
      signPosition: 31,
      exponent: { position: 23, bits: 8, bias: 129 },
      mantissa: { position: 0, bits: 23 },
      implied: true,
    };
    expect([...decodeFloats(Uint8Array.of(0x80, 0x40, 0, 0, 0xc0, 0xc0, 1, 0), type)]).toEqual([1, -(1.5 + 2 ** -23)]);
  });
});
