import { hasAxis, type ApplyOptions, type Axis, type Constraint, type Generation } from "../constraints/index.js";

/** A constraint, the weight it is applied to, and how Keras was set up. */
export interface WeightCase {
  readonly constraint: Constraint;
  /** In C order; the laws copy it before they apply anything. */
  readonly data: Float32Array | Float64Array;
  readonly shape: readonly number[];
  readonly generation: Generation;
  readonly epsilon: number;
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
