import type { Layout } from "./layout.js";
import { finishSums, type NormSettings } from "./norm-settings.js";

/**
 * The kernels in plain JavaScript, for arrays of either width.
 *
 * The sum of a group's squares is defined as follows, so that it can be computed fast, by these kernels and by those in
 * WebAssembly, and comes out the same to the last bit, whatever the layout of the group: its numbers, in C order, are
 * taken in blocks of eight; a block is the sum of the squares of its numbers 0, 2, 4 and 6, added in that order, plus
 * that of 1, 3, 5 and 7; and the blocks are added in their order. Numbers missing in the last block count as 0.
 * Everything is float64, in which the square of a float32 number is exact.
 */
export interface ScriptKernels<Data extends Float32Array | Float64Array> {
  /** Applies the constraint to every group, in place. Each number is rounded once, to the width of the array. */
  readonly constrain: (data: Data, layout: Layout, settings: NormSettings) => void;
  /** The sums of the squares, in the order of the groups. */
  readonly sumSquares: (data: Data, layout: Layout) => Float64Array;
}

/** Columns that are constrained at a time. */
const strip = 4096;

function rowStart(rowStride: number, rowStarts: Int32Array | null, row: number): number {
  return rowStarts === null ? row * rowStride : rowStarts[row]!;
}

/** Kernels of their own for each width of array, so that the engine compiles each of them for one width alone. */
export function createScriptKernels<Data extends Float32Array | Float64Array>(): ScriptKernels<Data> {
  const sums = new Float64Array(strip);

  /** Adds up the group whose first number is at `start`. The result goes to an array, because a number would be boxed. */
  function sumRuns(data: Data, start: number, layout: Layout, into: Float64Array, place: number): void {
    const { rows, rowStride, rowStarts, length } = layout;
    let total = 0;
    let even = 0;
    let odd = 0;
    let phase = 0;
    for (let row = 0; row < rows; row++) {
      let at = start + rowStart(rowStride, rowStarts, row);
      const end = at + length;
      while (at < end) {
        if (phase === 0) {
          for (; at + 8 <= end; at += 8) {
            const a = data[at]!;
            const b = data[at + 1]!;
            const c = data[at + 2]!;
            const d = data[at + 3]!;
            const e = data[at + 4]!;
            const f = data[at + 5]!;
            const g = data[at + 6]!;
            const h = data[at + 7]!;
            total += a * a + c * c + e * e + g * g + (b * b + d * d + f * f + h * h);
          }
          if (at === end) break;
        }
        const w = data[at++]!;
        if ((phase & 1) === 0) even += w * w;
        else odd += w * w;
        phase = (phase + 1) & 7;
        if (phase === 0) {
          total += even + odd;
          even = 0;
          odd = 0;
        }
      }
    }
    into[place] = total + (even + odd);
  }

  /** Adds the squares of the columns whose first numbers lie from `start` on. */
  function sumColumns(data: Data, start: number, layout: Layout, width: number, into: Float64Array, at: number): void {
    const { rows, rowStride, rowStarts } = layout;
    let row = 0;
    for (; row + 8 <= rows; row += 8) {
      const p0 = start + rowStart(rowStride, rowStarts, row);
      const p1 = start + rowStart(rowStride, rowStarts, row + 1);
      const p2 = start + rowStart(rowStride, rowStarts, row + 2);
      const p3 = start + rowStart(rowStride, rowStarts, row + 3);
      const p4 = start + rowStart(rowStride, rowStarts, row + 4);
      const p5 = start + rowStart(rowStride, rowStarts, row + 5);
      const p6 = start + rowStart(rowStride, rowStarts, row + 6);
      const p7 = start + rowStart(rowStride, rowStarts, row + 7);
      for (let i = 0; i < width; i++) {
        const a = data[p0 + i]!;
        const b = data[p1 + i]!;
        const c = data[p2 + i]!;
        const d = data[p3 + i]!;
        const e = data[p4 + i]!;
        const f = data[p5 + i]!;
        const g = data[p6 + i]!;
        const h = data[p7 + i]!;
        into[at + i]! += a * a + c * c + e * e + g * g + (b * b + d * d + f * f + h * h);
      }
    }
    if (row === rows) return;
    for (let i = 0; i < width; i++) {
      let even = 0;
      let odd = 0;
      for (let next = row; next < rows; next += 2) {
        const a = data[start + rowStart(rowStride, rowStarts, next) + i]!;
        even += a * a;
        if (next + 1 === rows) break;
        const b = data[start + rowStart(rowStride, rowStarts, next + 1) + i]!;
        odd += b * b;
      }
      into[at + i]! += even + odd;
    }
  }

  /** By the first of the factors. */
  function scaleRun(data: Data, from: number, length: number, divide: boolean): void {
    const factor = sums[0]!;
    const end = from + length;
    if (divide) for (let i = from; i < end; i++) data[i]! /= factor;
    else for (let i = from; i < end; i++) data[i]! *= factor;
  }

  function scaleColumns(data: Data, from: number, width: number, divide: boolean): void {
    if (divide) for (let i = 0; i < width; i++) data[from + i]! /= sums[i]!;
    else for (let i = 0; i < width; i++) data[from + i]! *= sums[i]!;
  }

  function constrain(data: Data, layout: Layout, settings: NormSettings): void {
    const { inner, length, bases, slabs, slabStride, rows, rowStride, rowStarts } = layout;
    const divide = settings.kind === "unitNorm";
    for (let base = 0; base < bases.length; base++) {
      for (let slab = 0; slab < slabs; slab++) {
        const start = bases[base]! + slab * slabStride;
        if (inner === "reduced") {
          sumRuns(data, start, layout, sums, 0);
          finishSums(settings, sums, 1);
          for (let row = 0; row < rows; row++) {
            const from = start + rowStart(rowStride, rowStarts, row);
            scaleRun(data, from, length, divide);
          }
          continue;
        }
        for (let column = 0; column < length; column += strip) {
          const width = Math.min(strip, length - column);
          sums.fill(0, 0, width);
          sumColumns(data, start + column, layout, width, sums, 0);
          finishSums(settings, sums, width);
          for (let row = 0; row < rows; row++) {
            const from = start + column + rowStart(rowStride, rowStarts, row);
            scaleColumns(data, from, width, divide);
          }
        }
      }
    }
  }

  function sumSquares(data: Data, layout: Layout): Float64Array {
    const { groupCount, groupSize, inner, length, bases, slabs, slabStride } = layout;
    const found = new Float64Array(groupCount);
    if (groupCount * groupSize === 0) return found;
    for (let base = 0; base < bases.length; base++) {
      for (let slab = 0; slab < slabs; slab++) {
        const start = bases[base]! + slab * slabStride;
        const group = base * slabs + slab;
        if (inner === "reduced") sumRuns(data, start, layout, found, group);
        else sumColumns(data, start, layout, length, found, group * length);
      }
    }
    return found;
  }

  return { constrain, sumSquares };
}
