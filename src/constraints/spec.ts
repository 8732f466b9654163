/** The Keras that gave a model its meaning: 1.x, 2.x with every tf.keras, or 3.x. */
export type Generation = "keras1" | "keras2" | "keras3";

/**
 * The axes that a norm sums over, as Keras's `axis`: one axis, a list, or `null` for all of them. Negative axes count
 * from the end. The empty list sums over none, so that every number is its own group.
 */
export type Axis = number | readonly number[] | null;

/** Keras's `MaxNorm`: groups are scaled down to a norm of at most `maxValue`. */
export interface MaxNorm {
  readonly kind: "maxNorm";
  /** `null` is Python's `None`: no limit, though each group is still multiplied by norm / (norm + epsilon). */
  readonly maxValue: number | null;
  readonly axis: Axis;
}

/** Keras's `NonNeg`: negative numbers become zero. */
export interface NonNeg {
  readonly kind: "nonNeg";
}

/** Keras's `UnitNorm`: groups are divided by their norm. */
export interface UnitNorm {
  readonly kind: "unitNorm";
  readonly axis: Axis;
}

/** Keras's `MinMaxNorm`: groups are moved by the fraction `rate` towards a norm in [minValue, maxValue]. */
export interface MinMaxNorm {
  readonly kind: "minMaxNorm";
  readonly minValue: number;
  /** `null` is Python's `None`: no upper limit. */
  readonly maxValue: number | null;
  readonly rate: number;
  readonly axis: Axis;
}

/**
 * A weight constraint as plain data. It can be cloned between workers, and written as JSON where its numbers are
 * finite. The numbers are those of the file, before any rounding to float32.
 */
export type Constraint = MaxNorm | NonNeg | UnitNorm | MinMaxNorm;

/** The constraints that measure a norm along axes. */
export type NormConstraint = MaxNorm | UnitNorm | MinMaxNorm;
