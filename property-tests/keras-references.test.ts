import { describe, expect, it } from "vitest";
import { applyConstraint } from "../src/constraints/index.js";
import { compareWithKeras, readKerasReferences } from "./keras-references.js";
import { wrongImplementations } from "./wrong-implementations.js";

describe.each(["keras1", "keras2", "keras3"] as const)("%s", async (generation) => {
  const references = await readKerasReferences(generation);

  it("computed what applyConstraint computes, within the bound for the size of each group", () => {
    expect(references.length).toBeGreaterThan(500);
    const complaints = references.flatMap((one) => compareWithKeras(applyConstraint, one).complaints);
    expect(complaints).toEqual([]);
  });

  it("leaves float32 in a known number of groups", () => {
    const groups = references.map((one) => compareWithKeras(applyConstraint, one).beyondFloat32);
    expect(groups.reduce((sum, count) => sum + count, 0)).toBe(337);
  });

  it.each(wrongImplementations)("does not compute with $name", ({ name, apply }) => {
    const caught = references.some((one) => compareWithKeras(apply, one).complaints.length > 0);
    expect(caught).toBe(!(generation === "keras3" && name === "NonNeg of Keras 3 for every generation"));
  });
});
