import { describe, expect, it } from "vitest";
import { arrayOf, denseSpec, referenceOf } from "../../fixtures/dense-reference.js";
import { applyConstraint } from "../constraints/apply.js";
import { maxNorm } from "../constraints/max-norm.js";
import { nonNeg } from "../constraints/non-neg.js";
import type { Constraint, Generation } from "../constraints/spec.js";
import { alignWeights } from "./align-weights.js";
import { judgeConstraints } from "./judge-constraints.js";
import type { ConstraintVerdict } from "./verdict.js";

const kernel: readonly number[] = [3, 0.25, 0, -4, 0.5, 2];

/** How Keras was set up, and the weight that it had. */
interface Setup {
  readonly epsilon?: number;
  readonly generation?: Generation;
  readonly weight?: readonly number[];
}

/** Judges a constraint against what Keras made of the weight. */
async function judge(
  constraint: Constraint | null,
  constrained: readonly number[] | null,
  setup: Setup = {},
): Promise<readonly ConstraintVerdict[]> {
  const { epsilon = 1e-7, generation = "keras3", weight = kernel } = setup;
  const spec = { ...(await denseSpec(arrayOf(weight), constraint)), generation };
  const entries = { "weights/d/0": arrayOf(weight) };
  const all = constrained === null ? entries : { ...entries, "constrained/d/0": arrayOf(constrained) };
  const reference = referenceOf(all, epsilon);
  return judgeConstraints(spec, reference, await alignWeights(spec, reference));
}

function applied(constraint: Constraint, { weight = kernel, ...options }: Setup = {}): number[] {
  const values = Float32Array.from(weight);
  applyConstraint(constraint, values, [3, 2], options);
  return [...values];
}

describe("judgeConstraints", () => {
  it("agrees where Keras made the same of the weight, and counts the groups above the limit before", async () => {
    const constraint = maxNorm({ maxValue: 4 });
    expect(await judge(constraint, applied(constraint))).toMatchObject([
      { layer: "d", weight: "kernel", agrees: true, groups: 2, above: 1, largest: Math.hypot(0.25, 4, 2) },
    ]);
  });

  it("allows a number (n / 2 + 6) 2^-24 of itself, and no more", async () => {
    const constraint = maxNorm({ maxValue: 1 });
    const allowed = (3 / 2 + 6) * 2 ** -24;
    const off = (part: number): number[] => applied(constraint).map((w, i) => (i === 3 ? w * (1 + part) : w));
    expect((await judge(constraint, off(0.8 * allowed)))[0]?.agrees).toBe(true);
    expect((await judge(constraint, off(1.3 * allowed)))[0]).toMatchObject({ agrees: false, worst: { index: [1, 1] } });
  });

  it("applies it with the epsilon of the reference, as the Keras that wrote the file", async () => {
    const constraint = maxNorm({ maxValue: 1 });
    expect((await judge(constraint, applied(constraint, { epsilon: 0.5 }), { epsilon: 0.5 }))[0]?.agrees).toBe(true);
    expect((await judge(constraint, applied(constraint, { epsilon: 0.5 })))[0]?.agrees).toBe(false);
    // The formulas of NonNeg differ for -Infinity.
    const weight = kernel.with(3, -Infinity);
    for (const generation of ["keras2", "keras3"] as const) {
      const [verdict] = await judge(nonNeg(), applied(nonNeg(), { generation, weight }), { generation, weight });
      expect(verdict).toMatchObject({ agrees: true, generation });
    }
    const ofKeras2 = applied(nonNeg(), { generation: "keras2", weight });
    expect((await judge(nonNeg(), ofKeras2, { weight }))[0]?.agrees).toBe(false);
  });

  it("does not judge what the reference does not tell, nor what cannot be applied", async () => {
    expect(await judge(maxNorm(), null)).toMatchObject([{ agrees: null, share: null, worst: null, above: 2 }]);
    expect(await judge(maxNorm({ axis: 2 }), kernel)).toEqual([]);
    expect(await judge({ kind: "custom", name: "f", config: null }, kernel)).toEqual([]);
  });

  it("never agrees with a weight that only Keras constrained", async () => {
    expect(await judge(null, kernel)).toMatchObject([
      { layer: "d", weight: "kernel", constraint: null, agrees: false },
    ]);
    expect(await judge(null, null)).toEqual([]);
  });
});
