import * as fc from "fast-check";
import { expect, it } from "vitest";
import { sizeOf } from "../ndarray.js";
import { placesOf, reorder } from "./fortran-units.js";
import type { Words } from "./transpose.js";

const extent = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const shapes = fc.oneof(
  fc.array(extent(5), { maxLength: 6 }),
  fc.tuple(extent(90), extent(90)),
  fc.tuple(extent(20), extent(20), extent(20)),
);
/** Sizes so small that arrays of a few elements are cut in every way. */
const sizes = fc.record({ unit: extent(300), block: extent(900), run: extent(9) });
const kinds = fc.constantFrom(Uint8Array, Uint16Array, Int32Array);

/** The place in C order of each element in Fortran order, found one by one. */
function placesOneByOne(shape: readonly number[]): number[] {
  const count = sizeOf(shape);
  return Array.from({ length: count }, (_, i) => {
    let rest = i;
    let apart = count;
    return shape.reduce((place, extent) => {
      apart /= extent;
      const index = rest % extent;
      rest = (rest - index) / extent;
      return place + index * apart;
    }, 0);
  });
}

it("knows the places of all elements", () => {
  fc.assert(
    fc.property(shapes, extent(4), (shape, step) => {
      expect([...placesOf(shape, step)]).toEqual(placesOneByOne(shape).map((place) => place * step));
    }),
  );
});

it("puts elements of any shape in order, cut in any way, and those of the reversed shape back", () => {
  fc.assert(
    fc.property(shapes, extent(3), kinds, extent(500), sizes, (shape, step, kind, usual, cut) => {
      const reordered = (shape: readonly number[], words: Words): Words => {
        const target = new kind(words.length);
        const { atOnce, place, finish } = reorder(shape, step, target, usual, cut);
        const most = Math.max(usual, cut.block / target.BYTES_PER_ELEMENT, words.length / 64);
        expect(atOnce).toBeLessThanOrEqual(Math.max(most, step));
        for (let at = 0; at < words.length; at += atOnce) place(words.subarray(at, at + atOnce));
        finish();
        return target;
      };
      const words = new kind(sizeOf(shape) * step).map((_, i) => (i * 2654435761) >>> 7);
      const found = reordered(shape, words);
      const wrong = placesOneByOne(shape).findIndex((place, i) => {
        const [there, here] = [place * step, i * step];
        return words.subarray(here, here + step).some((word, k) => found[there + k] !== word);
      });
      expect(wrong).toBe(-1);
      expect(reordered(shape.toReversed(), found)).toEqual(words);
    }),
    { numRuns: 500 },
  );
});
