/** The entry `kerasproof/constraints`: Keras's weight constraints as plain data and arithmetic, without tfjs. */
export { applyConstraint, groupNorms, type ApplyOptions } from "./apply.js";
export { mapConstraintAxes, resolveAxes, settleAxis } from "./axes.js";
export { constraintFault, type ConstraintFault } from "./constraint-fault.js";
export type { CustomConstraintFunction, CustomConstraints } from "./custom-constraint.js";
export type { AxisAlternative } from "./alternatives.js";
export type { AxisGroups, GroupList, GroupPlace } from "./axis-groups.js";
export {
  explainConstraint,
  type AxisAdvice,
  type ConstraintExplanation,
  type ConstraintStatus,
  type ExplainInput,
} from "./explain.js";
export { createConstraintKernels, type ConstraintKernels } from "./kernels/constrain-groups.js";
export { kernelScratchBytes } from "./kernels/simd.js";
export { maxNorm } from "./max-norm.js";
export { minMaxNorm } from "./min-max-norm.js";
export { nonNeg } from "./non-neg.js";
export type { NegativeSummary, NumberPlace } from "./negative-summary.js";
export type { NormHistogram } from "./norm-histogram.js";
export type { NormOf } from "./norm-of.js";
export type { GroupsOutside, NormStatistics, NormSummary } from "./norm-summary.js";
export { parseConstraint, type ParseConstraintOptions } from "./parse.js";
export { radialConstraint, radialFault } from "./radial-constraint.js";
export {
  hasAxis,
  type Axis,
  type Constraint,
  type CrossedLimits,
  type CustomConstraint,
  type Generation,
  type LimitName,
  type MaxNorm,
  type MinMaxNorm,
  type NonNeg,
  type NormConstraint,
  type RadialConstraint,
  type UnitNorm,
  type WrittenLimit,
  type WrittenLimits,
} from "./spec.js";
export type { Remark } from "./remarks.js";
export type { OptionMeaning, TwoShapes } from "./two-shapes.js";
export { unitNorm } from "./unit-norm.js";
export type { OpenShape } from "./weights/weight-shape.js";
export type { WrittenBy } from "./written-by.js";
export type { WrittenWeight } from "./written-weight.js";
