import { array, assert, integer, property, tuple } from "fast-check";
import { expect, it } from "vitest";
import { byteOffset, byteStrides, copyStrided } from "./strided-copy.js";

const axis = tuple(integer({ min: 0, max: 4 }), integer({ min: 1, max: 3 }), integer({ min: 1, max: 3 }));

it("copies every element to its place and nothing else, for elements of any size at any alignment", () => {
  assert(
    property(
      array(axis, { maxLength: 4 }),
      integer({ min: 1, max: 20 }),
      integer({ min: 0, max: 5 }),
      (axes, size, shift) => {
        const counts = axes.map(([count]) => count);
        // Both memories hold an array whose elements lie some steps apart along each axis.
        const shapes = [1, 2].map((at) => axes.map((numbers) => Math.max(1, numbers[0] * numbers[at]!)));
        const [fromShape, toShape] = shapes as [number[], number[]];
        const steps = (shape: number[], at: 1 | 2): number[] =>
          byteStrides(shape, size).map((stride, i) => stride * axes[i]![at]);
        const from = { strides: steps(fromShape, 1), offset: shift, bytes: new Uint8Array(0) };
        from.bytes = Uint8Array.from({ length: shift + fromShape.reduce((a, b) => a * b, size) }, (_, i) => i % 251);
        const to = { strides: steps(toShape, 2), offset: shift % 4, bytes: new Uint8Array(0) };
        to.bytes = new Uint8Array((shift % 4) + toShape.reduce((a, b) => a * b, size)).fill(252);
        const expected = to.bytes.slice();
        const total = counts.reduce((a, b) => a * b, 1);
        for (let number = 0; number < total; number++) {
          const index: number[] = [];
          for (let i = counts.length - 1, rest = number; i >= 0; rest = Math.floor(rest / counts[i]!), i--) {
            index[i] = rest % counts[i]!;
          }
          const source = from.offset + byteOffset(index, from.strides);
          expected.set(from.bytes.subarray(source, source + size), to.offset + byteOffset(index, to.strides));
        }
        copyStrided(from, to, counts, size);
        expect(to.bytes).toEqual(expected);
      },
    ),
    { numRuns: 500 },
  );
});

it("copies long runs between memories in one piece", () => {
  const from = { bytes: new Uint8Array(1000).map((_, i) => i % 251), offset: 100, strides: [200, 1] };
  const to = { bytes: new Uint8Array(240), offset: 0, strides: [60, 1] };
  copyStrided(from, to, [4, 60], 1);
  expect(to.bytes).toEqual(
    Uint8Array.from({ length: 240 }, (_, i) => (100 + 200 * Math.floor(i / 60) + (i % 60)) % 251),
  );
});
