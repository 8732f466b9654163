import { describe, expect, it } from "vitest";
import { applyConstraint, groupNorms } from "./apply.js";
import { limitsOf, reversesGroups } from "./norm-limits.js";
import { maxNorm } from "./max-norm.js";
import { minMaxNorm } from "./min-max-norm.js";
import type { MaxNorm, MinMaxNorm } from "./spec.js";

const limits = [-3, -2, -1, -0.5, 0, 0.5, 1, 2];
const everyOne = (["lower", "upper"] as const).flatMap((crossed) =>
  limits.flatMap((maxValue): (MaxNorm | MinMaxNorm)[] => [
    { ...maxNorm({ maxValue }), crossed },
    ...limits.map((minValue) => ({ ...minMaxNorm({ minValue, maxValue }), crossed })),
  ]),
);

/** Groups of one number each: powers of two, which keep the arithmetic exact, from below every limit to above. */
const weight = (): Float64Array => Float64Array.of(1 / 16, 1 / 4, 1, 4, 16);

describe("limitsOf", () => {
  it("is the range of norms that applying gives, whatever the sign and the order of the limits", () => {
    for (const constraint of everyOne) {
      const values = weight();
      applyConstraint(constraint, values, [1, 5], { epsilon: 0 });
      const norms = groupNorms(values, [1, 5], 0);
      const { lower, upper } = limitsOf(constraint);
      // The smallest norm before is 1/16, which a lower limit of 0 leaves.
      const found = [Math.min(...norms), Math.max(...norms)];
      expect([constraint, found]).toEqual([constraint, [Math.max(lower, Math.min(1 / 16, upper)), upper]]);
    }
  });

  it("has no upper limit where there is none, and NaN for NaN", () => {
    expect(limitsOf(minMaxNorm({ minValue: -1, maxValue: null }))).toEqual({ lower: 0, upper: Infinity });
    expect(limitsOf(maxNorm({ maxValue: Number.NaN })).upper).toBeNaN();
    expect(limitsOf(minMaxNorm({ minValue: Number.NaN })).lower).toBeNaN();
  });
});

it("reversesGroups is true where applying turns numbers round", () => {
  for (const constraint of everyOne) {
    const values = weight();
    applyConstraint(constraint, values, [1, 5]);
    expect([constraint, values[4]! < 0]).toEqual([constraint, reversesGroups(constraint)]);
  }
});
