import { sizeOf } from "../ndarray.js";
import { type Places, splitColumns, transpose, type Words } from "./transpose.js";

/** Puts elements that come in Fortran order (first axis fastest) in C order (last axis fastest). */
interface Reordering {
  /** How many words are to be placed at once; fewer where they are the last. */
  readonly atOnce: number;
  /** Places the words that come next. */
  readonly place: (words: Words) => void;
  /** To be called when all are placed. */
  readonly finish: () => void;
}

/**
 * How C order is cut into units: a unit has one index of each of the first `axis` axes, up to `chunk` of the `extent`
 * indices of the next axis, and all `inner` elements of each of these. Where no axis is cut, `extent` stands for all axes
 * of a unit. In Fortran order the elements come in rows, each of one element for every index of the first axes.
 */
interface Units {
  readonly axis: number;
  readonly extent: number;
  readonly chunk: number;
  readonly inner: number;
  /** The axes of a unit that has so many indices of the extent. */
  readonly shapeOf: (indices: number) => readonly number[];
}

/** What the steps are fitted to. */
interface Sizes {
  /** A unit, in bytes, which a cache of a processor holds. */
  readonly unit: number;
  /** A block that may be held in any case, in bytes. */
  readonly block: number;
  /** Elements side by side that make up for going elsewhere. */
  readonly run: number;
}

const usualSizes: Sizes = { unit: 2 ** 18, block: 2 ** 20, run: 64 };

/**
 * Reorders elements of `step` words in two steps, each of which reads and writes elements side by side: `place`
 * transposes a block, so that each unit of `target` gets a run of its elements, still in Fortran order; `finish`
 * transposes each unit, which a cache holds. A block has about `usual` words, or up to a 64th of the target, at least
 * 1 MiB, where runs would be short otherwise.
 */
export function reorder(
  given: readonly number[],
  step: number,
  target: Words,
  usual: number,
  { unit, block, run }: Sizes = usualSizes,
): Reordering {
  const elementBytes = target.BYTES_PER_ELEMENT * step;
  const most = Math.max(usual / step, block / elementBytes, target.length / step / 64);
  const shape = given.filter((extent) => extent !== 1);
  const { axis, extent, chunk, inner, shapeOf } = planUnits(shape, unit / elementBytes, run, most);
  const columns = placesOf(shape.slice(0, axis), extent * inner * step);
  const width = columns.length;
  const rowsAtOnce = Math.max(1, Math.floor(Math.min(most, Math.max(usual / step, run * width)) / width));
  const rows = Int32Array.from({ length: Math.min(rowsAtOnce, 4096) }, (_, row) => row * width * step);
  /** How many rows are placed. */
  let placed = 0;
  return {
    atOnce: rowsAtOnce * width * step,
    place: (words) => {
      for (let at = 0; at < words.length;) {
        const index = placed % extent;
        const ofChunk = index % chunk;
        const first = index - ofChunk;
        const indices = Math.min(chunk, extent - first);
        // The rows after this one, up to the end of the chunk, go to the same units.
        const start = (first * inner + Math.floor(placed / extent) * indices + ofChunk) * step;
        const count = Math.min(rows.length, indices - ofChunk, (words.length - at) / width / step);
        const part = words.subarray(at, at + count * width * step);
        if (width === 1) target.set(part, start);
        else if (width < 4 && step === 1 && part instanceof Uint8Array && target instanceof Uint8Array) {
          splitColumns(part, target, start, columns);
        } else transpose(part, rows.subarray(0, count), target, start, columns, step);
        placed += count;
        at += part.length;
      }
    },
    finish: () => {
      // Elements of a single axis are in order.
      if (shape.length < axis + 2) return;
      const scratch = target.slice(0, chunk * inner * step);
      const wholeOrder = unitOrder(shapeOf(chunk), step);
      for (let first = 0; first < extent; first += chunk) {
        const indices = Math.min(chunk, extent - first);
        const order = indices === chunk ? wholeOrder : unitOrder(shapeOf(indices), step);
        for (const column of columns) {
          const start = column + first * inner * step;
          scratch.set(target.subarray(start, start + indices * inner * step));
          transpose(scratch, order.rows, target, start, order.columns, step);
        }
      }
    },
  };
}

/**
 * Units of about `unit` elements, and no more of them than that a block of `most` elements has a run of `run` for each.
 * An axis that is too long for this is cut.
 */
function planUnits(shape: readonly number[], unit: number, run: number, most: number): Units {
  let axis = 0;
  let width = 1;
  let rest = sizeOf(shape);
  for (; axis + 1 < shape.length && rest > unit; axis++) {
    const extent = shape[axis]!;
    const inner = rest / extent;
    if (run * width * extent > most) {
      const chunk = Math.min(extent, Math.max(run, Math.floor(unit / inner)));
      return { axis, extent, chunk, inner, shapeOf: (indices) => [indices, ...shape.slice(axis + 1)] };
    }
    width *= extent;
    rest = inner;
  }
  return { axis, extent: rest, chunk: rest, inner: 1, shapeOf: () => shape.slice(axis) };
}

/** A unit as the matrix that is to be transposed: its later axes make the rows, its earlier ones the columns. */
function unitOrder(shape: readonly number[], step: number): { readonly rows: Places; readonly columns: Places } {
  let axis = shape.length - 1;
  while (axis > 1 && sizeOf(shape.slice(axis)) ** 2 < sizeOf(shape)) axis -= 1;
  const [early, late] = [shape.slice(0, axis), shape.slice(axis)];
  return {
    // They lie in Fortran order, and are taken in C order.
    rows: placesOf(late.toReversed(), sizeOf(early) * step),
    columns: placesOf(early, sizeOf(late) * step),
  };
}

/** The places in C order of all elements of a shape in Fortran order, where one takes `step` words. */
export function placesOf(shape: readonly number[], step: number): Places {
  const size = sizeOf(shape);
  const places = size * step < 2 ** 31 ? new Int32Array(size) : new Float64Array(size);
  let length = 1;
  let stride = size * step;
  for (const extent of shape) {
    stride /= extent;
    for (let i = length; i < length * extent; i++) places[i] = places[i - length]! + stride;
    length *= extent;
  }
  return places;
}
