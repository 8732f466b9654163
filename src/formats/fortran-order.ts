import type { NumericData } from "../ndarray.js";

/** Rearranges numbers from Fortran order (first axis fastest) to C order (last axis fastest), in memory of their own. */
export function numbersFromFortranOrder(data: NumericData, shape: readonly number[]): NumericData {
  if (data instanceof BigInt64Array) return rearrange(new BigInt64Array(data.length), data, shape);
  if (data instanceof BigUint64Array) return rearrange(new BigUint64Array(data.length), data, shape);
  return rearrange(data.slice(), data, shape);
}

/** The same for texts. */
export function fromFortranOrder(data: readonly string[], shape: readonly number[]): string[] {
  return rearrange([...data], data, shape);
}

function rearrange<Element, Values extends { [index: number]: Element }>(
  target: Values,
  source: { readonly [index: number]: Element; readonly length: number },
  shape: readonly number[],
): Values {
  const strides: number[] = [];
  let stride = 1;
  for (const extent of shape) {
    strides.push(stride);
    stride *= extent;
  }
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < source.length; to++) {
    target[to] = source[from]!;
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
