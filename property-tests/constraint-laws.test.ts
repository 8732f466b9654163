import { assert, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { applyConstraint } from "../src/constraints/index.js";
import { constraintLaws, weightCases, type WeightCase } from "../src/testing/index.js";

/** Random cases for each law; fast-check prints the seed and the smallest case of a failure. */
const numRuns = 5000;

describe(`each law holds for ${numRuns} random constraints and weights`, () => {
  it.each(constraintLaws.map((law) => [law.name, law] as const))("%s", (_, law) => {
    const holds = (weightCase: WeightCase): void => {
      expect(law.check(applyConstraint, weightCase), law.says).toBeNull();
    };
    assert(property(weightCases(), holds), { numRuns });
  });
});
