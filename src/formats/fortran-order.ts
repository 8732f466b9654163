import type { NumericData } from "../ndarray.js";

/**
 * Rearranges numbers from Fortran order (first axis fastest) to C order (last axis fastest), in memory of their own.
 * `entries` in a row make one element and stay together.
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
  const strides: number[] = [];
  let stride = entries;
  for (const extent of shape) {
    strides.push(stride);
    stride *= extent;
  }
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < source.length; to += entries) {
    for (let entry = 0; entry < entries; entry++) target[to + entry] = source[from + entry]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]! += 1;
      from += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return target;
}
