import { checkOptions, numberOrNull, type OptionKinds } from "../check-options.js";
import { axisOption } from "./axis-option.js";
import { clip } from "./clip.js";
import { freezeConstraint } from "./kernels/norm-settings.js";
import type { Axis, MaxNorm } from "./spec.js";

interface MaxNormOptions {
  maxValue?: number | null;
  axis?: Axis;
}

const known: OptionKinds<MaxNormOptions> = { maxValue: numberOrNull, axis: axisOption };

/** A frozen `MaxNorm` with Keras's defaults: 2, along axis 0. Throws `usage` for other options (see `checkOptions`). */
export function maxNorm(options: MaxNormOptions = {}): MaxNorm {
  checkOptions("maxNorm", options, known);
  const { maxValue = 2, axis = 0 } = options;
  return freezeConstraint({ kind: "maxNorm", maxValue, axis });
}

/**
 * What a group of the given norm is multiplied by: `clip(norm, 0, maxValue) / (epsilon + norm)`. Inside the limit that
 * is norm / (norm + epsilon), a little less than 1 (Keras 3.15, `constraints.py`, `MaxNorm.__call__`; the same formula
 * since 1.0).
 */
export function maxNormFactor(constraint: MaxNorm, norm: number, epsilon: number): number {
  return clip(norm, 0, constraint.maxValue, constraint.crossed) / (epsilon + norm);
}
