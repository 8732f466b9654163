import { maxNormFactor } from "./max-norm.js";
import { minMaxNormFactor } from "./min-max-norm.js";
import type { NormConstraint } from "./spec.js";
import { unitNormDivisor } from "./unit-norm.js";

/**
 * What the numbers of a group of the given norm are multiplied by; under UnitNorm, what they are divided by. It is the
 * definition for one group, by which the kernels are tested; they compute it for many (see `finishSums`).
 */
export function factorOf(constraint: NormConstraint, norm: number, epsilon: number): number {
  if (constraint.kind === "maxNorm") return maxNormFactor(constraint, norm, epsilon);
  if (constraint.kind === "minMaxNorm") return minMaxNormFactor(constraint, norm, epsilon);
  return unitNormDivisor(norm, epsilon);
}
