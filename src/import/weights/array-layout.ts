import { type NdArray, type NumericData, sizeOf } from "../../ndarray.js";

/**
 * An array with its axes moved: `axes[i]` is the new place of axis `i`, `null` for one of extent 1 that is dropped.
 * The values keep their type.
 */
export function moveAxes(array: NdArray, axes: readonly (number | null)[]): NdArray {
  const kept = axes.flatMap((to, from) => (to === null ? [] : [{ from, to }]));
  const from = kept.toSorted((a, b) => a.to - b.to).map((axis) => axis.from);
  const strides = stridesOf(array.shape);
  const shape = from.map((axis) => array.shape[axis] ?? 1);
  return {
    ...array,
    shape,
    data: gather(
      array.data as NumericData,
      shape,
      from.map((axis) => strides[axis] ?? 0),
      0,
    ),
  };
}

/** An array with the order of its first `count` axes turned around. */
export function flipAxes(array: NdArray, count: number): NdArray {
  const strides = stridesOf(array.shape);
  let start = 0;
  const steps = strides.map((stride, axis) => {
    if (axis >= count) return stride;
    start += stride * ((array.shape[axis] ?? 1) - 1);
    return -stride;
  });
  if (sizeOf(array.shape) === 0) return array;
  return { ...array, data: gather(array.data as NumericData, array.shape, steps, start) };
}

/** Arrays side by side along their last axis; all other extents are equal. */
export function joinLastAxis(arrays: readonly NdArray[]): NdArray {
  const [first] = arrays as [NdArray, ...NdArray[]];
  const lead = first.shape.slice(0, -1);
  const rows = sizeOf(lead);
  const widths = arrays.map((array) => array.shape.at(-1) ?? 1);
  const width = widths.reduce((sum, one) => sum + one, 0);
  const data = likeOf(first.data as NumericData, rows * width);
  let at = 0;
  for (const [i, array] of arrays.entries()) {
    const size = widths[i] as number;
    for (let row = 0; row < rows; row++) {
      data.set((array.data as Float64Array).subarray(row * size, (row + 1) * size), row * width + at);
    }
    at += size;
  }
  return { ...first, shape: [...lead, width], data };
}

function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  }
  return strides;
}

/** The elements of a view with the given strides, in C order. */
function gather(source: NumericData, shape: readonly number[], strides: readonly number[], start: number): NumericData {
  const size = sizeOf(shape);
  const target = likeOf(source, size);
  const position = shape.map(() => 0);
  let at = start;
  for (let i = 0; i < size; i++) {
    target[i] = source[at] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (position[axis] as number) + 1;
      at += strides[axis] as number;
      if (next < (shape[axis] as number)) {
        position[axis] = next;
        break;
      }
      at -= (strides[axis] as number) * next;
      position[axis] = 0;
    }
  }
  return target;
}

/** A new array of the same element type. */
function likeOf(source: NumericData, size: number): Float64Array {
  const construct = source.constructor as new (size: number) => Float64Array;
  return new construct(size);
}
