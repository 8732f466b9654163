/**
 * The entry `kerasproof/testing`: random constraints and weights for fast-check, which must be installed beside this
 * package, and the laws that every implementation of Keras's constraints obeys.
 */
export { axes, constraints, hardNumbers, shapes, weightCases, weights } from "./arbitraries.js";
export { constraintLaws, type ConstraintLaw } from "./laws.js";
export { plainDefinition } from "./plain-definition.js";
export type { Apply, WeightCase } from "./weight-case.js";
