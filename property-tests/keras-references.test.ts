import { describe, expect, it } from "vitest";
import { applyConstraint, constraintFault } from "../src/constraints/index.js";
import { sizeOf } from "../src/ndarray.js";
import {
  compareInFloat32,
  compareWithKeras,
  readKerasFailures,
  readKerasReferences,
  referenceNames,
  type KerasFailure,
} from "./keras-references.js";
import { wrongImplementations } from "./wrong-implementations.js";

/** Constraints that one Keras fails to apply and another applies; they are read as they were meant. */
function isTakenElsewhere({ raw, error, generation }: KerasFailure): boolean {
  const { config = raw } = raw as { config?: unknown };
  const { axis, max_value: later, m = later } = config as { axis?: unknown; max_value?: unknown; m?: unknown };
  // JSON has no other 1.0 than 1.
  if (String(axis) === "1" || String(axis) === "true") return true;
  // No limit, which Keras 3 refuses on TensorFlow; a truth value, and numbers wider than float32, which Theano refuses.
  if (generation === "keras3") return m === null && error === "ValueError";
  return m === true || m === 16777217 || m === 0.1 || m === 3;
}

describe.each(referenceNames)("%s", async (name) => {
  const references = await readKerasReferences(name);
  const failures = await readKerasFailures(name);

  it("computed what applyConstraint computes, within the bound for the size of each group", () => {
    expect(references.length).toBeGreaterThan(1000);
    const found = references.map((one) => compareWithKeras(applyConstraint, one));
    expect(found.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(found.reduce((sum, { beyondFloat32 }) => sum + beyondFloat32, 0)).toBeGreaterThan(500);
  });

  it("computed what applyConstraint computes in Keras's own float32, in every group", () => {
    expect(references.flatMap((one) => compareInFloat32(one))).toEqual([]);
  });

  it("failed where applyConstraint fails", () => {
    expect(failures.length).toBeGreaterThan(20);
    for (const failure of failures.filter((one) => !isTakenElsewhere(one))) {
      const { constraint, shape, generation } = failure;
      const apply = (): void => applyConstraint(constraint, new Float32Array(sizeOf(shape)), shape, { generation });
      expect(apply, JSON.stringify(failure)).toThrow(expect.objectContaining({ code: "bad-constraint" }));
      expect(constraintFault(constraint, shape, generation)).not.toBeNull();
    }
    expect(failures.filter(isTakenElsewhere).length).toBeLessThan(failures.length / 2);
  });
});

describe("what the Kerases computed", async () => {
  const references = (await Promise.all(referenceNames.map(readKerasReferences))).flat();
  // All references have Keras's usual epsilon, and each weight has its own buffer.
  const unseen = /^(?:the epsilon 1e-7 whatever|the start of the buffer for the start)/;
  const seen = wrongImplementations.filter(({ name }) => !unseen.test(name));

  it.each(seen)("is not what comes of $name", ({ apply }) => {
    expect(references.some((one) => compareWithKeras(apply, one).complaints.length > 0)).toBe(true);
  });
});
