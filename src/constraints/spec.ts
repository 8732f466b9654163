import { checkArgument, someObject } from "../check-options.js";

/** The Keras that gave a model its meaning: 1.x, 2.x with every tf.keras, or 3.x. */
export type Generation = "keras1" | "keras2" | "keras3";

/**
 * The axes that a norm sums over, as Keras's `axis`: one axis, a list, or `null` for all of them. Negative axes count
 * from the end. The empty list sums over none, so that every number is its own group.
 */
export type Axis = number | readonly number[] | null;

/**
 * Which limit wins where the upper one lies below the lower: the lower one in Keras 1 and 2 and in Keras 3 on
 * TensorFlow, the upper one in Keras 3 on JAX, PyTorch and NumPy.
 */
export type CrossedLimits = "lower" | "upper";

/** An option of a norm constraint that holds a limit, or the rate. */
export type LimitName = "minValue" | "maxValue" | "rate";

/** What a file has in place of a number. */
export interface WrittenLimit {
  /** As JSON has it. */
  readonly value: unknown;
  /**
   * True where the Keras that wrote it takes a list as a limit for each group, if it fits them, which is not done here;
   * where false, its first step of training fails.
   */
  readonly perGroup: boolean;
}

/** The limits of a constraint that are no numbers, each of which is NaN in the constraint itself. */
export type WrittenLimits = Readonly<Partial<Record<LimitName, WrittenLimit>>>;

/** Keras's `MaxNorm`: groups are scaled down to a norm of at most `maxValue`. */
export interface MaxNorm {
  readonly kind: "maxNorm";
  /** `null` is Python's `None`: no limit, though each group is still multiplied by norm / (norm + epsilon). */
  readonly maxValue: number | null;
  readonly axis: Axis;
  /** The axis in Python where it holds what is no number, such as `1.0`, which is NaN in `axis`; for messages only. */
  readonly writtenAxis?: string;
  readonly writtenLimits?: WrittenLimits;
  /** For a negative `maxValue`, which lies below the lower limit of 0. Default `"lower"`: zeros. */
  readonly crossed?: CrossedLimits;
}

/** Keras's `NonNeg`: negative numbers become zero. */
export interface NonNeg {
  readonly kind: "nonNeg";
  /**
   * `"product"` is `w * (w >= 0)`, `"maximum"` is `maximum(w, 0)`; see `clampNegative` for where they differ. Default:
   * that of the generation, the maximum in Keras 3 (since 3.15) and the product before.
   */
  readonly formula?: "product" | "maximum";
}

/** Keras's `UnitNorm`: groups are divided by their norm. */
export interface UnitNorm {
  readonly kind: "unitNorm";
  readonly axis: Axis;
  /** The axis in Python where it holds what is no number, such as `1.0`, which is NaN in `axis`; for messages only. */
  readonly writtenAxis?: string;
}

/** Keras's `MinMaxNorm`: groups are moved by the fraction `rate` towards a norm in [minValue, maxValue]. */
export interface MinMaxNorm {
  readonly kind: "minMaxNorm";
  readonly minValue: number;
  /** `null` is Python's `None`: no upper limit. */
  readonly maxValue: number | null;
  readonly rate: number;
  readonly axis: Axis;
  /** The axis in Python where it holds what is no number, such as `1.0`, which is NaN in `axis`; for messages only. */
  readonly writtenAxis?: string;
  readonly writtenLimits?: WrittenLimits;
  /** Default `"lower"`. */
  readonly crossed?: CrossedLimits;
}

/**
 * The `RadialConstraint` of tf.keras: each 2-D kernel of a convolution becomes rings of equal numbers, as tf.keras
 * computes them, which is not as its documentation says. It measures no norm and has no axis.
 */
export interface RadialConstraint {
  readonly kind: "radialConstraint";
}

/** A constraint of the user's own, by the name under which its function is registered. */
export interface CustomConstraint {
  readonly kind: "custom";
  readonly name: string;
  /** What the file says of it, as JSON has it; null for nothing. */
  readonly config: unknown;
}

/**
 * A weight constraint as plain data. It can be cloned between workers, and written as JSON where its numbers are
 * finite. The numbers are those of the file, before any rounding to float32.
 */
export type Constraint = MaxNorm | NonNeg | UnitNorm | MinMaxNorm | RadialConstraint | CustomConstraint;

/** The constraints that measure a norm along axes. */
export type NormConstraint = MaxNorm | UnitNorm | MinMaxNorm;

/** True for the constraints that measure a norm along axes. Throws `usage` for what is no constraint at all. */
export function hasAxis<C extends Constraint>(constraint: C): constraint is Extract<C, NormConstraint> {
  checkArgument("hasAxis.constraint", constraint, someObject);
  return "axis" in constraint;
}
