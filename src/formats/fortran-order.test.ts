import { expect, it } from "vitest";
import type { NumericData } from "../ndarray.js";
import { numbersFromFortranOrder, textsFromFortranOrder } from "./fortran-order.js";

/** More elements than are moved at once, in rows of different lengths. */
const shape = [50, 31, 29];
const count = 50 * 31 * 29;

/** The index in Fortran order of the element that is the `i`th in C order. */
function fortranIndex(i: number): number {
  const [a, b, c] = [Math.floor(i / (31 * 29)), Math.floor(i / 29) % 31, i % 29];
  return a + 50 * (b + 31 * c);
}

const kinds = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array];

it.each([...kinds, BigInt64Array, BigUint64Array])("rearranges numbers in a %o", (kind) => {
  for (const entries of [1, 2]) {
    const length = entries * count;
    const bits = Uint8Array.from({ length: length * kind.BYTES_PER_ELEMENT }, (_, i) => (i * 7919) >> 5);
    const data: NumericData = new kind(bits.buffer);
    const found = numbersFromFortranOrder(data, shape, entries);
    expect([found.constructor, found.length]).toEqual([kind, length]);
    // To the bit, also of NaNs.
    const rearranged = new Uint8Array(found.buffer);
    const size = entries * kind.BYTES_PER_ELEMENT;
    for (let i = 0; i < count; i++) {
      const from = fortranIndex(i) * size;
      if (Buffer.compare(rearranged.subarray(i * size, (i + 1) * size), bits.subarray(from, from + size)) === 0)
        continue;
      expect.fail(`element ${i} is another`);
    }
  }
});

it("rearranges texts, and numbers from the middle of a buffer, and leaves what it is given alone", () => {
  const texts = Array.from({ length: count }, (_, i) => `${i}`);
  expect(textsFromFortranOrder(texts, shape)).toEqual(texts.map((_, i) => `${fortranIndex(i)}`));
  expect(texts[1]).toBe("1");
  const numbers = Float64Array.of(9, 1, 2, 3, 4, 5, 6).subarray(1);
  expect([...numbersFromFortranOrder(numbers, [2, 3], 1)]).toEqual([1, 3, 5, 2, 4, 6]);
  expect([...numbers]).toEqual([1, 2, 3, 4, 5, 6]);
});
