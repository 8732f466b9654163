import { hasAxis, type ApplyOptions, type Axis, type Constraint, type Generation } from "../constraints/index.js";

/** A constraint, the weight it is applied to, and how Keras was set up. */
export interface WeightCase {
  readonly constraint: Constraint;
  /** In C order; the laws copy it before they apply anything. */
  readonly data: Float32Array | Float64Array;
  readonly shape: readonly number[];
  readonly generation: Generation;
  readonly epsilon: number;
  /**
   * What may be asked of the implementation: `"exact"`, the default, is float64, rounded once; `"float32"` is every step
   * in float32, as in TensorFlow.js and in Keras's own backends. The laws then have wider bounds, and leave out numbers
   * whose squares leave the range of float32.
   */
  readonly arithmetic?: "exact" | "float32";
}

/** What the laws are about: `applyConstraint`, or another implementation of it. */
export type Apply = (
  constraint: Constraint,
  data: Float32Array | Float64Array,
  shape: readonly number[],
  options: ApplyOptions,
) => void;

/** The result of one application to a copy of the data. */
export function applied(
  apply: Apply,
  { constraint, data, shape, generation, epsilon }: WeightCase,
): WeightCase["data"] {
  const copy = data.slice();
  apply(constraint, copy, shape, { generation, epsilon });
  return copy;
}

/** The axis of a norm constraint; the others measure none, which is no axis at all. */
export function axisOf(constraint: Constraint): Axis {
  return hasAxis(constraint) ? constraint.axis : [];
}

/** The rounding of the data's own width: half the distance of 1 to the next number. */
export function roundingOf(data: WeightCase["data"]): number {
  return data.BYTES_PER_ELEMENT === 4 ? 2 ** -24 : 2 ** -53;
}

/** The smallest positive number of the data's own width. */
export function smallestOf(data: WeightCase["data"]): number {
  return data.BYTES_PER_ELEMENT === 4 ? 2 ** -149 : Number.MIN_VALUE;
}

/**
 * The unit in which the laws state their bounds, for groups of `count` numbers. Exact arithmetic: u = 2^-24 for float32,
 * where squares are exact, and a third of (count + 8) 2^-53 for float64, since an implementation may add the squares in
 * any order. Float32 arithmetic: a third of (count / 2 + 10) 2^-24, whatever the width of the array.
 */
export function unitOf({ data, arithmetic }: WeightCase, count: number): number {
  if (arithmetic === "float32") return ((count / 2 + 10) * 2 ** -24) / 3;
  return data.BYTES_PER_ELEMENT === 4 ? 2 ** -24 : ((count + 8) * 2 ** -53) / 3;
}

/** True for a norm that the arithmetic of the case can measure: finite, and with float32 squares 0 or in range. */
export function isMeasurable({ arithmetic }: WeightCase, norm: number): boolean {
  if (!Number.isFinite(norm)) return false;
  return arithmetic !== "float32" || norm === 0 || (norm > 2 ** -50 && norm < 1.8e19);
}
