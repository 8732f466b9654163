import * as fc from "fast-check";
import { expect, it } from "vitest";
import { fortranTiles, moveTile, type Tile } from "./fortran-tiles.js";

const shapes = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 6 }),
  fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 })),
  fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 })),
);
/** Two sizes of tiles, the first not above the second. */
const sizes = fc.tuple(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 0, max: 2000 }));

/** The places in C order of all elements in Fortran order, found one by one. */
function placesOf(shape: readonly number[], entries: number): number[] {
  const count = shape.reduce((size, extent) => size * extent, 1);
  return Array.from({ length: count }, (_, i) => {
    let rest = i;
    let place = 0;
    let apart = count;
    for (const extent of shape) {
      apart /= extent;
      place += (rest % extent) * apart;
      rest = Math.floor(rest / extent);
    }
    return Array.from({ length: entries }, (_, entry) => place * entries + entry);
  }).flat();
}

const lengthOf = ({ rows, columns }: Tile): number => rows.length * columns;

/** The different lengths of tiles that are made of a shape. */
const tileLengths = (shape: readonly number[]): number[] => [
  ...new Set([...fortranTiles(shape, 1, 2 ** 14, 2 ** 18)].map(lengthOf)),
];

it("moves every element of any shape to its place, in tiles of any size", () => {
  fc.assert(
    fc.property(shapes, fc.integer({ min: 1, max: 4 }), sizes, (shape, entries, [usual, more]) => {
      const expected = placesOf(shape, entries);
      const { length } = expected;
      const source = Uint32Array.from({ length: length + 7 }, (_, i) => i);
      const target = new Uint32Array(length);
      const sourceBytes = Uint8Array.from(source);
      const bytes = new Uint8Array(length);
      let first = 7;
      for (const tile of fortranTiles(shape, entries, usual, usual + more)) {
        expect(lengthOf(tile)).toBeGreaterThan(0);
        expect(lengthOf(tile)).toBeLessThanOrEqual(usual + more);
        moveTile(tile, source, first, target);
        moveTile(tile, sourceBytes, first, bytes);
        first += lengthOf(tile);
      }
      expect(first).toBe(length + 7);
      expect(expected.every((place, i) => target[place] === i + 7)).toBe(true);
      expect(bytes).toEqual(Uint8Array.from(target));
    }),
  );
});

it("moves bytes, words and texts alike, of columns of every number", () => {
  for (let columns = 1; columns < 40; columns++) {
    for (const rows of [1, 2, 3, 5, 17]) {
      const length = rows * columns;
      const texts = Array.from({ length }, (_, i) => `${i}`);
      const moved = [Uint8Array.from(texts, Number), Uint16Array.from(texts, Number), texts].map((source) => {
        const target: { [index: number]: number | string; length: number } = source.slice();
        for (const tile of fortranTiles([rows, columns], 1, 4096, 4096))
          moveTile<number | string>(tile, source, 0, target);
        return Array.from(target, Number);
      });
      const expected = Array.from({ length }, (_, i) => Math.floor(i / columns) + (i % columns) * rows);
      expect(moved).toEqual([expected.map((value) => value % 256), expected, expected]);
    }
  }
});

it("makes tiles as large as is usual, and larger ones where elements would lie far from each other", () => {
  expect(tileLengths([2, 2 ** 20])).toEqual([2 ** 14]);
  expect(tileLengths([2 ** 20, 2])).toEqual([2 ** 14]);
  expect(tileLengths([2 ** 11, 2 ** 11])).toEqual([2 ** 15]);
  expect(tileLengths([2 ** 15, 2 ** 11])).toEqual([2 ** 18]);
  expect(tileLengths([2 ** 16, 2 ** 11])).toEqual([2 ** 14]);
});
