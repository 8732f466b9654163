import { array, assert, bigInt, boolean, integer, nat, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { KerasProofError } from "../../../errors.js";
import { undoNbit } from "./nbit.js";

/** The parameters of libhdf5 for a type that needs packing. */
function parametersOf(count: number, type: readonly number[]): number[] {
  return [3 + type.length, 0, count, ...type];
}

function undo(bytes: Uint8Array, parameters: readonly number[], maxSize = 1000): Uint8Array {
  return undoNbit({ bytes, parameters, maxSize, place: "x" });
}

function codeOf(parameters: readonly number[], bytes = new Uint8Array(16), maxSize = 64): string {
  try {
    undo(bytes, parameters, maxSize);
    return "none";
  } catch (error) {
    return error instanceof KerasProofError ? error.code : String(error);
  }
}

/** A string of binary digits as bytes, filled up with zeros. */
function packed(digits: string): Uint8Array {
  const bytes = digits.padEnd(Math.ceil(digits.length / 8) * 8, "0").match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}

/** Bytes of an element, precision, offset and byte order. */
const layouts = tuple(integer({ min: 1, max: 9 }), nat(), nat(), boolean()).map(([size, bits, lowest, bigEndian]) => {
  const precision = 1 + (bits % (8 * size));
  return { size, precision, offset: lowest % (8 * size - precision + 1), bigEndian };
});
const atomic = (size: number, order: number, precision: number, offset: number): number[] => [
  1,
  size,
  order,
  precision,
  offset,
];

/**
 * Compounds of two fields within each other, an array and what follows it once libhdf5 has gone back to its element:
 * with each level the types that are read are more by two thirds.
 */
function readAgain(levels: number): number[] {
  const outer = Array.from({ length: levels }, (_, level) => [900 - 9 * level, 2, 1, 2, 1, 3]);
  return [3, ...outer.flat(), 9, 2, 1, 4, 1, 2, 4, 1];
}

describe("undoNbit", () => {
  it("unpacks any precision at any offset in both byte orders", () => {
    assert(
      property(layouts, array(bigInt({ min: 0n, max: 2n ** 72n }), { maxLength: 9 }), (layout, numbers) => {
        const { size, precision, offset, bigEndian } = layout;
        const values = numbers.map((number) => number % 2n ** BigInt(precision));
        const stream = packed(values.map((value) => value.toString(2).padStart(precision, "0")).join(""));
        const elements = values.map((value) => {
          const digits = (value << BigInt(offset)).toString(16).padStart(2 * size, "0");
          return bigEndian ? digits : digits.match(/../g)!.reverse().join("");
        });
        const parameters = parametersOf(values.length, atomic(size, bigEndian ? 1 : 0, precision, offset));
        expect(Buffer.from(undo(stream, parameters)).toString("hex")).toBe(elements.join(""));
      }),
    );
  });

  it("gives chunks back that were not packed", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(undo(bytes, [3, 1, 7])).toBe(bytes);
    expect(undo(bytes, [8, 1, 3, ...atomic(1, 0, 8, 0)])).toBe(bytes);
  });

  it("refuses parameters that contradict themselves", () => {
    const cases: Record<string, readonly number[]> = {
      "no parameters": [],
      "another number of them": [9, 0, 2, ...atomic(1, 0, 3, 0)],
      "too few for a number": parametersOf(2, [1, 4, 0]),
      "too few for a field": parametersOf(1, [3, 8, 2, 0, ...atomic(4, 0, 8, 0)]),
      "a class that there is not": parametersOf(1, [5, 4]),
      "a type of no bytes": parametersOf(1, atomic(0, 0, 0, 0)),
      "an order that there is not": parametersOf(1, atomic(2, 2, 3, 0)),
      "a number of no bits": parametersOf(1, atomic(2, 0, 0, 4)),
      "bits beyond the element": parametersOf(1, atomic(2, 0, 9, 8)),
      "an array of nothing": parametersOf(1, [2, 8, ...atomic(0, 0, 0, 0)]),
      "a field beyond the compound": parametersOf(1, [3, 4, 1, 1, ...atomic(4, 0, 3, 0)]),
      "fields longer than the compound": parametersOf(1, [3, 4, 2, 0, ...atomic(3, 0, 3, 0), 0, ...atomic(3, 0, 3, 0)]),
      "a field without end": parametersOf(1, [3, 4, 2 ** 32 - 1, 0, 4, 1]),
      "more elements than the chunk": parametersOf(8, atomic(9, 0, 1, 0)),
      "elements that leave 53 bits": parametersOf(2 ** 32 - 1, atomic(2 ** 32 - 1, 0, 2 ** 32 - 1, 2 ** 32 - 1)),
      "more packed bits than there are": parametersOf(40, atomic(1, 0, 7, 0)),
      "types that nest endlessly": parametersOf(
        1,
        Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? 2 : 4)),
      ),
    };
    const codes = Object.entries(cases).map(([name, parameters]) => [name, codeOf(parameters)]);
    expect(Object.fromEntries(codes)).toEqual(Object.fromEntries(Object.keys(cases).map((name) => [name, "corrupt"])));
  });

  it("goes back to the beginning of an array's element, as libhdf5 does", () => {
    expect(codeOf(parametersOf(1, readAgain(3)), new Uint8Array(999), 999)).toBe("none");
    // But reads no more types than there are parameters.
    expect(codeOf(parametersOf(1, readAgain(12)), new Uint8Array(999), 999)).toBe("corrupt");
  });

  it("unpacks records within records and arrays, and fields of nothing between them", () => {
    const three = atomic(1, 0, 3, 1);
    const record = [3, 4, 2, 0, 3, 1, 0, 1, 3, 3, 1, 2, ...three];
    const type = [3, 10, 2, 1, ...record, 5, 2, 4, ...three];
    const bytes = undo(packed("101".repeat(10)), parametersOf(2, type));
    expect([...bytes]).toEqual([0, 0, 0, 0, 10, 10, 10, 10, 10, 0, 0, 0, 0, 0, 10, 10, 10, 10, 10, 0]);
  });

  it("reads types of 32 levels", () => {
    const nested = Array.from({ length: 32 }, () => [2, 4]).flat();
    expect(codeOf(parametersOf(1, [...nested, ...atomic(4, 0, 3, 0)]))).toBe("none");
    expect(codeOf(parametersOf(1, [2, 4, ...nested, ...atomic(4, 0, 3, 0)]))).toBe("corrupt");
  });
});
