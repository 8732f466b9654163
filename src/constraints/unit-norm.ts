import type { Axis, UnitNorm } from "./spec.js";

/** A `UnitNorm`, along axis 0 where no axis is given. */
export function unitNorm({ axis = 0 }: { axis?: Axis } = {}): UnitNorm {
  return { kind: "unitNorm", axis };
}

/**
 * What a group of the given norm is divided by: `epsilon + norm`. It is one division and not a product with the
 * inverse, so a group of tiny numbers does not overflow (Keras 3.15, `constraints.py`, `UnitNorm.__call__`; the same
 * formula since 1.0).
 */
export function unitNormDivisor(norm: number, epsilon: number): number {
  return epsilon + norm;
}
