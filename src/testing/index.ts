/**
 * The entry `kerasproof/testing`: random constraints and weights for fast-check, which must be installed beside this
 * package, the laws that every implementation of Keras's constraints obeys, and matchers for `expect`.
 */
export { axes, constraints, hardNumbers, radialShapes, shapes, weights } from "./arbitraries.js";
export {
  BrokenLawError,
  checkConstraintLaws,
  checkKerasLaws,
  type CheckOptions,
  type OwnConstraint,
  type OwnConstraintOptions,
} from "./check-laws.js";
export type { ConstraintLaw } from "./constraint-law.js";
export { constraintLaws } from "./laws.js";
export { constraintMatchers, type MatcherResult } from "./matchers.js";
export { plainDefinition } from "./plain-definition.js";
export type { NestedNumbers, WeightLike } from "./read-weight.js";
export { assertSatisfiesConstraint, type SatisfyOptions } from "./satisfaction.js";
export { serializedConstraints, type SerializedConstraint } from "./serialized-constraints.js";
export type { Apply, WeightCase } from "./weight-case.js";
export { weightCases, type WeightCaseOptions } from "./weight-cases.js";
