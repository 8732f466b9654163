import type { NumericData } from "../ndarray.js";

/** Elements `from`, `from + 1`, … of those that came are to lie at `to`, `to + step`, … */
export type Move = (from: number, to: number, step: number, count: number) => void;

/** Tells where the next `count` elements of an array lie, in stretches; `from` counts from the first of them. */
export type ElementPlaces = (count: number, move: Move) => void;

/** For elements that come in C order already. */
export function placesInOrder(): ElementPlaces {
  let next = 0;
  return (count, move) => {
    move(0, next, 1, count);
    next += count;
  };
}

/** For elements that come in Fortran order (first axis fastest), the places in C order (last axis fastest). */
export function placesFromFortranOrder(shape: readonly number[]): ElementPlaces {
  const [rows = 1] = shape;
  const strides: number[] = [];
  let stride = 1;
  for (const extent of shape.toReversed()) {
    strides.unshift(stride);
    stride *= extent;
  }
  const index = shape.map(() => 0);
  /** The place of the element with which the column begins, and how many of it came. */
  let column = 0;
  let done = 0;
  const step = strides[0] ?? 1;
  return (count, move) => {
    for (let from = 0; from < count;) {
      const length = Math.min(rows - done, count - from);
      move(from, column + done * step, step, length);
      from += length;
      done += length;
      if (done < rows) return;
      done = 0;
      for (let axis = 1; axis < shape.length; axis++) {
        index[axis]! += 1;
        column += strides[axis]!;
        if (index[axis]! < shape[axis]!) break;
        column -= strides[axis]! * shape[axis]!;
        index[axis] = 0;
      }
    }
  };
}

/**
 * Rearranges numbers from Fortran order to C order, in memory of their own. `entries` in a row make one element and stay
 * together.
 */
export function numbersFromFortranOrder(data: NumericData, shape: readonly number[], entries: number): NumericData {
  if (data instanceof BigInt64Array) return rearrange(new BigInt64Array(data.length), data, shape, entries);
  if (data instanceof BigUint64Array) return rearrange(new BigUint64Array(data.length), data, shape, entries);
  return rearrange(data.slice(), data, shape, entries);
}

/** The same for texts. */
export function fromFortranOrder(data: readonly string[], shape: readonly number[]): string[] {
  return rearrange([...data], data, shape, 1);
}

function rearrange<Element, Values extends { [index: number]: Element }>(
  target: Values,
  source: { readonly [index: number]: Element; readonly length: number },
  shape: readonly number[],
  entries: number,
): Values {
  placesFromFortranOrder(shape)(source.length / entries, (from, to, step, count) => {
    for (let i = 0; i < count; i++) {
      for (let entry = 0; entry < entries; entry++) {
        target[(to + i * step) * entries + entry] = source[(from + i) * entries + entry]!;
      }
    }
  });
  return target;
}
