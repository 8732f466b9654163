import { checkOptions, type OptionKinds } from "../check-options.js";
import { axisOption } from "./axis-option.js";
import { freezeConstraint } from "./kernels/norm-settings.js";
import type { Axis, UnitNorm } from "./spec.js";

interface UnitNormOptions {
  axis?: Axis;
}

const known: OptionKinds<UnitNormOptions> = { axis: axisOption };

/** A frozen `UnitNorm`, along axis 0 where no axis is given. Throws `usage` for other options (see `checkOptions`). */
export function unitNorm(options: UnitNormOptions = {}): UnitNorm {
  checkOptions("unitNorm", options, known);
  const { axis = 0 } = options;
  return freezeConstraint({ kind: "unitNorm", axis });
}

/**
 * What a group of the given norm is divided by: `epsilon + norm`. It is one division and not a product with the
 * inverse, so a group of tiny numbers does not overflow (Keras 3.15, `constraints.py`, `UnitNorm.__call__`; the same
 * formula since 1.0).
 */
export function unitNormDivisor(norm: number, epsilon: number): number {
  return epsilon + norm;
}
