import { checkOptions, numberOrNull, type OptionKinds, someNumber } from "../check-options.js";
import { axisOption } from "./axis-option.js";
import { clip } from "./clip.js";
import { freezeConstraint } from "./kernels/norm-settings.js";
import type { Axis, MinMaxNorm } from "./spec.js";

interface MinMaxNormOptions {
  minValue?: number;
  maxValue?: number | null;
  rate?: number;
  axis?: Axis;
}

const known: OptionKinds<MinMaxNormOptions> = {
  minValue: someNumber,
  maxValue: numberOrNull,
  rate: someNumber,
  axis: axisOption,
};

/**
 * A frozen `MinMaxNorm` with Keras's defaults: norms from 0 to 1, rate 1, along axis 0. Throws `usage` for other options (see
 * `checkOptions`).
 */
export function minMaxNorm(options: MinMaxNormOptions = {}): MinMaxNorm {
  checkOptions("minMaxNorm", options, known);
  const { minValue = 0, maxValue = 1, rate = 1, axis = 0 } = options;
  return freezeConstraint({ kind: "minMaxNorm", minValue, maxValue, rate, axis });
}

/**
 * What a group of the given norm is multiplied by: `(rate * clip(norm, minValue, maxValue) + (1 - rate) * norm) /
 * (epsilon + norm)`. It cannot lift a group of zeros, and an infinite norm makes it NaN, even with rate 1 (Keras 3.15,
 * `constraints.py`, `MinMaxNorm.__call__`; the same formula since 1.2.2).
 */
export function minMaxNormFactor(constraint: MinMaxNorm, norm: number, epsilon: number): number {
  const { minValue, maxValue, rate, crossed } = constraint;
  const desired = rate * clip(norm, minValue, maxValue, crossed) + (1 - rate) * norm;
  return desired / (epsilon + norm);
}
