/** The entry `kerasproof/constraints`: Keras's weight constraints as plain data and arithmetic, without tfjs. */
export { applyConstraint, groupNorms, type ApplyOptions } from "./apply.js";
export { mapConstraintAxes, resolveAxes } from "./axes.js";
export {
  explainConstraint,
  type AxisAdvice,
  type AxisGroups,
  type ConstraintExplanation,
  type ExplainInput,
  type NegativeSummary,
  type NormOf,
} from "./explain.js";
export { maxNorm } from "./max-norm.js";
export { minMaxNorm } from "./min-max-norm.js";
export { nonNeg } from "./non-neg.js";
export type { LimitCount, NormSummary, WorstGroup } from "./norm-summary.js";
export { parseConstraint, type ParseConstraintOptions } from "./parse.js";
export type { Axis, Constraint, Generation, MaxNorm, MinMaxNorm, NonNeg, NormConstraint, UnitNorm } from "./spec.js";
export { unitNorm } from "./unit-norm.js";
