import type { Constraint } from "../constraints/index.js";
import { BrokenLawError, checkConstraintLaws, type OwnConstraint, type OwnConstraintOptions } from "./check-laws.js";
import { judgeWeight, type SatisfyOptions } from "./satisfaction.js";

/** What `expect.extend` of vitest and of jest takes. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * Matchers for `expect.extend(constraintMatchers)` in vitest, jest and whatever has their protocol.
 * `kerasproof/testing/vitest` does it for vitest, with types.
 */
export const constraintMatchers: {
  /** `expect(weight).toSatisfyConstraint(maxNorm({ maxValue: 3 }), { shape: [784, 128] })`; see `assertSatisfiesConstraint`. */
  readonly toSatisfyConstraint: (weight: unknown, constraint: Constraint, options?: SatisfyOptions) => MatcherResult;
  /** `expect(myConstraint).toObeyConstraintLaws({ like: maxNorm() })`; see `checkConstraintLaws`. */
  readonly toObeyConstraintLaws: (myConstraint: unknown, options?: OwnConstraintOptions) => MatcherResult;
} = {
  toSatisfyConstraint(weight, constraint, options) {
    const { satisfied, message } = judgeWeight(weight, constraint, options);
    return { pass: satisfied, message: () => message };
  },
  toObeyConstraintLaws(myConstraint, options) {
    try {
      checkConstraintLaws(myConstraint as OwnConstraint, options);
    } catch (error) {
      if (!(error instanceof BrokenLawError)) throw error;
      return { pass: false, message: () => error.message };
    }
    return { pass: true, message: () => "expected a law to be broken, but all hold" };
  },
};
