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
