/** The elements at `start`, `start + step`, …, `count` of them along each axis. */
export interface Hyperslab {
  readonly start: readonly number[];
  readonly count: readonly number[];
  readonly step: readonly number[];
}

/** All of a shape. */
export function wholeOf(shape: readonly number[]): Hyperslab {
  return { start: shape.map(() => 0), count: shape, step: shape.map(() => 1) };
}

/** True where a hyperslab is a whole array. */
export function isWhole({ start, count, step }: Hyperslab, shape: readonly number[]): boolean {
  return shape.every((extent, axis) => start[axis] === 0 && count[axis] === extent && (step[axis] === 1 || extent < 2));
}

/** For each axis of an array in C order, the bytes from an element to the next one. */
export function byteStrides(shape: readonly number[], elementBytes: number): number[] {
  const strides: number[] = [];
  let stride = elementBytes;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** The bytes from the first element to the one at an index. */
export function byteOffset(index: readonly number[], strides: readonly number[]): number {
  return index.reduce((offset, number, axis) => offset + number * strides[axis]!, 0);
}
