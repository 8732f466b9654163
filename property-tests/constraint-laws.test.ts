import { describe, expect, it } from "vitest";
import { applyConstraint } from "../src/constraints/index.js";
import { checkKerasLaws, constraintLaws } from "../src/testing/index.js";

/** Random cases for each law: 5000, or as many as the environment variable LAW_RUNS says. */
const numRuns = Number(process.env["LAW_RUNS"] ?? 5000);

describe(`each law holds for ${numRuns} random constraints and weights`, () => {
  it.each(constraintLaws.map((law) => [law.name, law] as const))(
    "%s",
    (_, law) => {
      expect(() => checkKerasLaws(applyConstraint, { numRuns, laws: [law] })).not.toThrow();
    },
    Math.max(60_000, 20 * numRuns),
  );
});
