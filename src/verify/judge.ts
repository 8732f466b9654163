import { compareNumbers, type Difference, largestOf, rmsDifference } from "./compare.js";

/** What a budget was drawn from: Keras's float64, or the measured noise of the same computation. */
export type Basis = "float64" | "derived";

/** How a tensor stands against what it should be. */
export interface Judgement extends Difference {
  readonly agrees: boolean;
  readonly basis: Basis;
  /** The largest number of the budget: how far the tensor's most tolerant place may be off. */
  readonly budget: number;
  /** `budget` over the tensor's largest finite entry: the relative change that could have gone unseen. */
  readonly resolution: number;
}

/** The limit of the double run against Keras's float64: this part of a tensor's largest entry. */
export const float64Limit: number = 2 ** -30;

const unitRoundoff = 2 ** -24;
/** Noise scales that a number may be off. */
const noiseFactor = 32;
/** Float64 noise seen as float32 noise, with a margin: 500 times 2^-29. */
const float64Share = 2 ** -20;
/** TensorFlow flushes denormals to zero; so do SIMD backends. */
const flushed = 2 ** -120;
/** The largest number that float32 rounds to a finite one. */
const float32Largest = (2 - 2 ** -24) * 2 ** 127;

/**
 * Judges the double run against Keras's float64 tensor. `scales`, the double run's noise, widen the budget where the
 * computation is ill-conditioned; they are needed only where the first judgement without them fails.
 */
export function judgeFloat64(
  double: ArrayLike<number>,
  truth: ArrayLike<number>,
  shape: readonly number[],
  scales: Float64Array | null,
): Judgement {
  const limit = float64Limit * largestOf(truth);
  return judged("float64", double, truth, shape, (i) =>
    scales === null ? limit : Math.max(limit, float64Share * noiseBudget(scales[i] as number, truth[i] as number)),
  );
}

/** Judges one computation in float32 against another, or against the double run, by the noise of the double run. */
export function judgeDerived(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  shape: readonly number[],
  scales: Float64Array,
): Judgement {
  const rounded = inFloat32Range(expected);
  return judged("derived", inFloat32Range(actual), rounded, shape, (i) => {
    return noiseBudget(scales[i] as number, rounded[i] as number) + flushed;
  });
}

/** Judges integers and booleans: nothing may differ. */
export function judgeExact(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  shape: readonly number[],
): Judgement {
  return judged("float64", actual, expected, shape, () => 0);
}

/** The error of `actual` over Keras's own float32 error, both against the truth; `null` where Keras has none. */
export function errorRatio(
  actual: ArrayLike<number>,
  keras: ArrayLike<number> | null,
  truth: ArrayLike<number>,
): number | null {
  if (keras === null || keras.length !== truth.length) return null;
  const own = rmsDifference(keras, truth);
  return own === 0 ? null : rmsDifference(actual, truth) / own;
}

function noiseBudget(scale: number, value: number): number {
  return noiseFactor * scale + 2 * unitRoundoff * (Number.isFinite(value) ? Math.abs(value) : 0);
}

/** Numbers beyond float32's largest, as the infinities that float32 makes of them. */
function inFloat32Range(values: ArrayLike<number>): ArrayLike<number> {
  return Float64Array.from(values, (value) =>
    Math.abs(value) >= float32Largest ? Math.sign(value) * Infinity : value,
  );
}

function judged(
  basis: Basis,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  shape: readonly number[],
  budgetOf: (index: number) => number,
): Judgement {
  const difference = compareNumbers(actual, expected, shape, budgetOf);
  let budget = 0;
  for (let i = 0; i < expected.length; i++) {
    if (Number.isFinite(expected[i])) budget = Math.max(budget, budgetOf(i));
  }
  const largest = largestOf(expected);
  return {
    ...difference,
    agrees: difference.first === null,
    basis,
    budget,
    resolution: largest === 0 ? 0 : budget / largest,
  };
}
