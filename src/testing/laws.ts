import { axisLaws } from "./axis-laws.js";
import { conductLaws, precisionLaw, symmetryLaws } from "./conduct-laws.js";
import type { ConstraintLaw } from "./constraint-law.js";
import { definitionLaw } from "./definition-law.js";
import { directionLaw, edgeLaws, zeroLaws } from "./edge-laws.js";
import { aboveLimitLaw, idempotenceLaw, nearEpsilonLaws, onceLaw } from "./epsilon-laws.js";
import { boundLaws, coarseNormLaws, squareLaw } from "./norm-laws.js";
import { radialLaws } from "./radial-laws.js";

/**
 * All laws, those that say most precisely what is wrong first: which numbers form a group, which norm it gets, epsilon,
 * what happens to zeros and NaN, and last the whole formula. A law says nothing about constraints that it does not
 * concern.
 */
export const constraintLaws: readonly ConstraintLaw[] = [
  ...conductLaws,
  ...axisLaws,
  onceLaw,
  ...coarseNormLaws,
  ...nearEpsilonLaws,
  precisionLaw,
  squareLaw,
  aboveLimitLaw,
  ...zeroLaws,
  ...boundLaws,
  directionLaw,
  idempotenceLaw,
  ...edgeLaws,
  ...radialLaws,
  ...symmetryLaws,
  definitionLaw,
];
