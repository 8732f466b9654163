/**
 * The entry `kerasproof/testing/vitest`: adds the matchers to vitest's `expect`, with their types. Import it in a test,
 * or name it in `setupFiles`. Needs vitest 3.2 or later, which nothing else in this package loads.
 */
import { expect } from "vitest";
import type { Constraint } from "../constraints/index.js";
import type { OwnConstraintOptions } from "./check-laws.js";
import { constraintMatchers } from "./matchers.js";
import type { SatisfyOptions } from "./satisfaction.js";

declare module "vitest" {
  interface Matchers<T> {
    /** The weight lies within the constraint's limits; see `assertSatisfiesConstraint`. */
    toSatisfyConstraint: (constraint: Constraint, options?: SatisfyOptions) => T;
    /** The function obeys the laws of constraints; see `checkConstraintLaws`. */
    toObeyConstraintLaws: (options?: OwnConstraintOptions) => T;
  }
}

expect.extend(constraintMatchers);
