import { describe, expect, it } from "vitest";
import { applyConstraint, groupNorms } from "./apply.js";
import { explainConstraint, type ExplainInput } from "./explain.js";
import { maxNorm } from "./max-norm.js";
import { minMaxNorm } from "./min-max-norm.js";
import type { Constraint } from "./spec.js";
import { unitNorm } from "./unit-norm.js";

const shape = [3, 3, 4, 8];

function explain(constraint: Constraint, more: Partial<ExplainInput> = {}) {
  return explainConstraint({
    layerName: "c",
    layerClass: "Conv2D",
    weightName: "kernel",
    shape,
    constraint,
    generation: "keras3",
    ...more,
  });
}

/** Norms of many sizes; every ninth group along the rows is zero. */
function kernel(): Float32Array {
  return Float32Array.from({ length: 288 }, (_, i) => ((i % 96) % 9 === 0 ? 0 : Math.sin(i + 1) * 3 ** ((i % 7) - 4)));
}

describe("the alternatives of an axis", () => {
  it("are the axis as written, each filter, and the whole kernel", () => {
    const { alternatives } = explain(maxNorm({ maxValue: 3 }), { shape: [3, 3, 3, 32] });
    expect(alternatives.map(({ kind, keras, groups }) => [kind, keras, groups.count, groups.size])).toEqual([
      ["written", "kernel_constraint=max_norm(3, axis=0)", 288, 3],
      ["unit", "kernel_constraint=max_norm(3, axis=[0, 1, 2])", 32, 27],
      ["whole", "kernel_constraint=max_norm(3, axis=None)", 1, 864],
    ]);
  });

  it("count the groups that a step scales, as applying each shows", () => {
    const constraints = [
      maxNorm({ maxValue: 0.5 }),
      unitNorm(),
      minMaxNorm({ minValue: 0.3, maxValue: 0.9 }),
      minMaxNorm({ minValue: 0.3, maxValue: 0.9, rate: 0.5, axis: 1 }),
      minMaxNorm({ minValue: 0.3, maxValue: 0.9, rate: 0 }),
    ];
    for (const constraint of constraints) {
      const { alternatives } = explain(constraint, { values: kernel() });
      expect(alternatives).toHaveLength(3);
      for (const { groups, changed, norms } of alternatives) {
        const before = groupNorms(kernel(), shape, groups.axes);
        const values = kernel();
        applyConstraint({ ...constraint, axis: groups.axes }, values, shape);
        const after = groupNorms(values, shape, groups.axes);
        // Far more than epsilon takes from these norms, and no norm lies so near to a limit.
        const moved = before.filter((norm, i) => Math.abs(after[i]! - norm) > 1e-4 * norm);
        expect(changed).toBe(moved.length);
        expect(norms?.finite?.largest).toBe(before.reduce((most, norm) => Math.max(most, norm)));
      }
    }
  });

  it("count every group but those of zeros where a negative limit turns them round", () => {
    const values = Float32Array.of(0.6, 0.8, 0, 1, 0, 0);
    const input = { layerClass: "Dense", shape: [3, 2], values };
    const [written] = explain(minMaxNorm({ minValue: -2, maxValue: -1, axis: 1 }), input).alternatives;
    const after = values.slice();
    applyConstraint(minMaxNorm({ minValue: -2, maxValue: -1, axis: 1 }), after, [3, 2]);
    expect(Array.from(after, (one) => one < 0)).toEqual([true, true, false, true, false, false]);
    expect(written).toMatchObject({ kind: "written", changed: 2, norms: { above: { count: 0 } } });
  });

  it("are in the axes of the file where the kernel was transposed", () => {
    const { alternatives } = explain(maxNorm({ axis: 3 }), {
      generation: "keras1",
      written: { axis: 0, storedAxisOf: [3, 2, 0, 1] },
      shape: [3, 3, 4, 8],
    });
    expect(alternatives.map(({ keras, groups }) => [keras, groups.over])).toEqual([
      ["W_constraint=maxnorm(2, axis=0)", ["out"]],
      ["W_constraint=maxnorm(2, axis=[1, 2, 3])", ["rows", "columns", "in"]],
      ["W_constraint=maxnorm(2, axis=None)", ["rows", "columns", "in", "out"]],
    ]);
  });

  it("have an axis of their own where the one that is written is no number", () => {
    const { keras, badAxis, alternatives } = explain({ ...maxNorm({ axis: Number.NaN }), writtenAxis: "1.0" });
    expect([keras, badAxis]).toEqual(["max_norm(2, axis=1.0)", expect.stringMatching(/^axis 1\.0, wanted/)]);
    expect(alternatives.map((one) => one.keras)).toEqual([
      "kernel_constraint=max_norm(2, axis=[0, 1, 2])",
      "kernel_constraint=max_norm(2, axis=None)",
    ]);
  });

  it("leave out what is broken, and what is the same", () => {
    expect(explain(maxNorm({ axis: 9 })).alternatives.map(({ kind }) => kind)).toEqual(["unit", "whole"]);
    expect(explain(maxNorm({ axis: null })).alternatives.map(({ kind }) => kind)).toEqual(["written", "unit"]);
    // The only filter is the whole kernel.
    const single = explain(maxNorm({ axis: 0 }), { shape: [3, 3, 4, 1] }).alternatives;
    expect(single.map(({ kind }) => kind)).toEqual(["written", "unit"]);
  });

  it("are none for a norm of each filter, for a bias, and for an unknown weight", () => {
    expect(explain(maxNorm({ axis: [0, 1, 2] })).alternatives).toEqual([]);
    expect(explain(maxNorm(), { weightName: "bias", shape: [8] }).alternatives).toEqual([]);
    expect(explain(maxNorm(), { layerClass: "Mine" }).alternatives).toEqual([]);
  });

  it("change nothing", () => {
    const values = kernel();
    explain(maxNorm({ maxValue: 0.1 }), { values });
    expect(values).toEqual(kernel());
  });
});
