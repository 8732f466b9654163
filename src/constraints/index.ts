/** The entry `kerasproof/constraints`: Keras's weight constraints as plain data and arithmetic, without tfjs. */
export { applyConstraint, groupNorms, type ApplyOptions } from "./apply.js";
export { constraintFault, mapConstraintAxes, resolveAxes, settleAxis } from "./axes.js";
export type { CustomConstraintFunction, CustomConstraints } from "./custom-constraint.js";
export {
  explainConstraint,
  type AxisAdvice,
  type AxisGroups,
  type ConstraintExplanation,
  type ExplainInput,
  type NegativeSummary,
  type NormOf,
} from "./explain.js";
export { createConstraintKernels, type ConstraintKernels } from "./kernels/constrain-groups.js";
export { kernelScratchBytes } from "./kernels/simd.js";
export { maxNorm } from "./max-norm.js";
export { minMaxNorm } from "./min-max-norm.js";
export { nonNeg } from "./non-neg.js";
export type { LimitCount, NormSummary, WorstGroup } from "./norm-summary.js";
export { parseConstraint, type ParseConstraintOptions } from "./parse.js";
export { radialConstraint, radialFault } from "./radial-constraint.js";
export {
  hasAxis,
  type Axis,
  type Constraint,
  type CrossedLimits,
  type CustomConstraint,
  type Generation,
  type MaxNorm,
  type MinMaxNorm,
  type NonNeg,
  type NormConstraint,
  type RadialConstraint,
  type UnitNorm,
} from "./spec.js";
export { unitNorm } from "./unit-norm.js";
export type { WrittenBy } from "./written-by.js";
