import * as fc from "fast-check";
import { expect, it } from "vitest";
import { splitColumns, transpose, type Words } from "./transpose.js";

/** More rows than are moved together, and sizes of which four is no part. */
const sizes = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 125, max: 133 }));
const kinds = [Uint8Array, Uint16Array, Int32Array] as const;

const steps = (count: number, step: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i * step);

/** Numbers that tell each element from those near it. */
const filled = (kind: (typeof kinds)[number], length: number): Words =>
  new kind(length).map((_, i) => (i * 2654435761) >>> 7);

/** The transpose of rows and columns in a row each, behind three words. */
function transposed(words: Words, height: number, width: number, step: number): Words {
  const target = words.slice();
  const padded = new (target.constructor as typeof Uint8Array)(3 + words.length);
  transpose(words, steps(height, width * step), padded, 3, steps(width, height * step), step);
  return padded.subarray(3);
}

it.each(kinds)("moves every element of %o to its place, and twice to where it was", (kind) => {
  fc.assert(
    fc.property(sizes, sizes, fc.integer({ min: 1, max: 4 }), (height, width, step) => {
      const words = filled(kind, height * width * step);
      const found = transposed(words, height, width, step);
      const places = Array.from({ length: height * width }, (_, i) => (i % height) * width + Math.floor(i / height));
      const expected = places.flatMap((place) => [...words.subarray(place * step, (place + 1) * step)]);
      expect([...found]).toEqual(expected);
      expect([...transposed(found, width, height, step)]).toEqual([...words]);
    }),
  );
});

it("takes rows from where they are, and puts columns where they belong", () => {
  const source = filled(Uint8Array, 200);
  const rows = Int32Array.of(100, 0, 7, 150, 33);
  const columns = Int32Array.of(60, 10, 0, 40, 20, 30);
  const target = new Uint8Array(80);
  transpose(source, rows, target, 1, columns, 1);
  const expected = new Uint8Array(80);
  rows.forEach((from, row) => columns.forEach((to, column) => (expected[1 + to + row] = source[from + column]!)));
  expect(target).toEqual(expected);
});

it("splits a few columns of any number of rows", () => {
  for (const width of [1, 2, 3]) {
    for (let height = 1; height < 40; height++) {
      const bytes = Uint8Array.from(filled(Uint8Array, height * width));
      const target = new Uint8Array(bytes.length + 2);
      splitColumns(bytes, target, 2, steps(width, height));
      expect([...target.subarray(2)]).toEqual([...transposed(bytes, height, width, 1)]);
      expect([...target.subarray(0, 2)]).toEqual([0, 0]);
    }
  }
});
