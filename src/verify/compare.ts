import type { NdArray } from "../ndarray.js";
import { sameShape } from "../ndarray.js";

/** How far two tensors are apart; over numbers that are finite on both sides. */
export interface Difference {
  /** The largest |actual − expected|. */
  readonly maxAbs: number;
  /** `maxAbs` over the largest |expected|; 0 where both are 0. */
  readonly maxRel: number;
  /** The largest distance in float32 numbers. */
  readonly maxUlp: number;
  /** The largest difference over its budget; 0 where all are equal, `Infinity` where a kind differs. */
  readonly share: number;
  /** The place of `share`, or of the first that is of another kind; `null` where nothing differs. */
  readonly worst: Place | null;
  /** The first number in C order that is outside its budget. */
  readonly first: Place | null;
}

/** One number of a tensor that differs. */
export interface Place {
  readonly index: readonly number[];
  readonly actual: number;
  readonly expected: number;
}

/** The numbers of an array; 64-bit integers rounded to float64. */
export function numbersOf(array: NdArray): ArrayLike<number> {
  const { data } = array;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float64Array.from(data, Number);
  return data as ArrayLike<number>;
}

/**
 * Compares tensors of one shape, number by number, against `budget(i)`, what the i-th may be off. NaN equals NaN, and
 * an infinity only itself; anything else beside them is outside any budget.
 */
export function compareNumbers(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  shape: readonly number[],
  budget: (index: number) => number,
): Difference {
  let maxAbs = 0;
  let maxUlp = 0;
  let share = 0;
  let worst = -1;
  let first = -1;
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i] as number;
    const e = expected[i] as number;
    const part = shareOf(a, e, budget(i));
    if (Number.isFinite(a) && Number.isFinite(e)) {
      maxAbs = Math.max(maxAbs, Math.abs(a - e));
      if (a !== e) maxUlp = Math.max(maxUlp, ulpDistance(a, e));
    }
    if (part > share) {
      share = part;
      worst = i;
    }
    if (part > 1 && first < 0) first = i;
  }
  const largest = largestOf(expected);
  const placeOf = (i: number): Place | null =>
    i < 0 ? null : { index: indexOf(i, shape), actual: actual[i] as number, expected: expected[i] as number };
  return {
    maxAbs,
    maxRel: maxAbs === 0 ? 0 : maxAbs / largest,
    maxUlp,
    share,
    worst: placeOf(worst),
    first: placeOf(first),
  };
}

/** True where both have the same shape. */
export function sameShapes(a: NdArray, b: NdArray): boolean {
  return sameShape(a.shape, b.shape);
}

/** The largest absolute value among the finite numbers, 0 where there are none. */
export function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] as number);
    if (size > largest && size !== Infinity) largest = size;
  }
  return largest;
}

/** The root mean square of a − b over the numbers finite in both. */
export function rmsDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (!Number.isFinite(difference)) continue;
    sum += difference ** 2;
    count++;
  }
  return Math.sqrt(sum / Math.max(1, count));
}

function shareOf(actual: number, expected: number, budget: number): number {
  if (Object.is(actual, expected) || actual === expected) return 0;
  if (!Number.isFinite(actual) || !Number.isFinite(expected)) return Infinity;
  return Math.abs(actual - expected) / budget;
}

function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (const extent of shape.toReversed()) {
    index.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return index;
}

const bits = new DataView(new ArrayBuffer(4));

/** The place of a number, rounded to float32, among all float32 numbers in order; both zeros are 0. */
function float32Rank(value: number): number {
  bits.setFloat32(0, value);
  const pattern = bits.getInt32(0);
  return pattern < 0 ? -(pattern & 0x7fffffff) : pattern;
}

function ulpDistance(a: number, b: number): number {
  return Math.abs(float32Rank(a) - float32Rank(b));
}
