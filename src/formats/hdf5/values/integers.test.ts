import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeIntegers, exactNumbers } from "./integers.js";

const cases = fc.integer({ min: 1, max: 20 }).chain((bytes) =>
  fc.integer({ min: 0, max: 8 * bytes - 1 }).chain((offset) =>
    fc.record({
      bytes: fc.constant(bytes),
      offset: fc.constant(offset),
      precision: fc.integer({ min: 1, max: 8 * bytes - offset }),
      signed: fc.boolean(),
      byteOrder: fc.constantFrom("little" as const, "big" as const),
      stored: fc.uint8Array({ minLength: 3 * bytes, maxLength: 3 * bytes }),
    }),
  ),
);

const names = ["int8", "int16", "int32", "int32", "int64", "int64", "int64", "int64"] as const;

/** The integer by exact arithmetic. */
function integerOf(element: Uint8Array, offset: number, precision: number, signed: boolean): bigint {
  let bits = 0n;
  for (const byte of element) bits = bits * 256n + BigInt(byte);
  const value = (bits / 2n ** BigInt(offset)) % 2n ** BigInt(precision);
  return signed && value >= 2n ** BigInt(precision - 1) ? value - 2n ** BigInt(precision) : value;
}

describe("decodeIntegers", () => {
  it("takes the bits of any precision at any place, with their sign", () => {
    fc.assert(
      fc.property(cases, ({ bytes, offset, precision, signed, byteOrder, stored }) => {
        const expected = [0, 1, 2].map((i) => {
          const element = stored.slice(i * bytes, (i + 1) * bytes);
          return integerOf(byteOrder === "big" ? element : element.reverse(), offset, precision, signed);
        });
        const name = names[bytes - 1];
        const dtype = name === undefined ? "bigint" : signed ? name : (`u${name}` as const);
        const datatype = { kind: "integer", bytes, dtype, byteOrder, signed, offset, precision } as const;
        const values = decodeIntegers(stored.slice(), datatype);
        expect(Array.from(values as ArrayLike<number>, BigInt)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("exactNumbers", () => {
  it("gives numbers where each is exact, and refuses the first that is not", () => {
    const exact = [0n, -(2n ** 53n), 2n ** 53n, -(2n ** 63n), 2n ** 62n + 2n ** 20n];
    expect([...exactNumbers(BigInt64Array.from(exact), "values")]).toEqual(exact.map(Number));
    expect(exactNumbers(BigUint64Array.of(2n ** 63n), "values")).toEqual(Float64Array.of(2 ** 63));
    expect(() => exactNumbers(BigInt64Array.of(1n, 2n ** 53n + 1n), "values")).toThrow(
      "values: found the integer 9007199254740993, wanted one that a number holds exactly",
    );
  });
});
