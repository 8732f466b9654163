import { describe, expect, it } from "vitest";
import { applyConstraint } from "./apply.js";
import { explainConstraint, type ExplainInput, type NormOf } from "./explain.js";
import { formatKerasCall } from "./keras-call.js";
import { maxNorm } from "./max-norm.js";
import { minMaxNorm } from "./min-max-norm.js";
import { nonNeg } from "./non-neg.js";
import type { Axis } from "./spec.js";
import { unitNorm } from "./unit-norm.js";
import { findWeightAxes } from "./weight-axes.js";

const conv: Omit<ExplainInput, "constraint"> = {
  layerName: "c",
  layerClass: "Conv2D",
  weightName: "kernel",
  shape: [3, 3, 4, 8],
  generation: "keras3",
};

describe("explainConstraint", () => {
  it("is plain data", () => {
    const explanation = explainConstraint({ ...conv, constraint: maxNorm(), values: new Float32Array(288).fill(1) });
    expect(structuredClone(explanation)).toEqual(explanation);
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
  });

  const readings: [string, string, number[], Axis, NormOf][] = [
    ["Conv2D", "kernel", [3, 3, 4, 8], 0, "other"],
    ["Conv2D", "kernel", [3, 3, 4, 8], [0, 1, 2], "unit"],
    ["Conv2D", "kernel", [3, 3, 4, 8], [2, 0, -3], "unit"],
    ["Conv2D", "conv/kernel:0", [3, 3, 4, 8], null, "whole"],
    ["Conv2D", "kernel", [3, 3, 4, 8], [], "number"],
    ["Conv2D", "kernel", [1, 1, 4, 8], 2, "unit"],
    ["Conv2D", "kernel", [1, 1, 4, 8], 0, "number"],
    ["Conv2DTranspose", "kernel", [3, 3, 8, 4], [0, 1, 2], "other"],
    ["Conv2DTranspose", "kernel", [3, 3, 8, 4], [0, 1, 3], "unit"],
    ["DepthwiseConv2D", "depthwise_kernel", [22, 1, 8, 2], 0, "unit"],
    ["Dense", "kernel", [4, 8], 0, "unit"],
    ["Dense", "kernel", [4, 8], 1, "other"],
    ["Dense", "bias", [8], 0, "unknown"],
    ["Embedding", "embeddings", [100, 8], 0, "other"],
    ["Embedding", "embeddings", [100, 8], 1, "unit"],
    ["Embedding", "embeddings", [100, 1], 0, "other"],
    ["LSTM", "recurrent_kernel", [4, 16], 0, "unit"],
    ["PReLU", "alpha", [4, 4, 2], 0, "unknown"],
    ["Dense", "__proto__", [4, 8], 0, "unknown"],
  ];
  it.each(readings)("%s %s %j, axis %j", (layerClass, weightName, shape, axis, normOf) => {
    const explanation = explainConstraint({ ...conv, layerClass, weightName, shape, constraint: maxNorm({ axis }) });
    expect(explanation.normOf).toBe(normOf);
    expect(explanation.advice !== null).toBe(normOf === "other" || normOf === "number");
  });

  it("advises axes that a second explanation finds right", () => {
    for (const layerClass of ["Conv2D", "Conv2DTranspose", "DepthwiseConv2D"]) {
      const first = explainConstraint({ ...conv, layerClass, constraint: unitNorm({ axis: 1 }) });
      const axes = first.advice?.axes ?? [];
      const second = explainConstraint({ ...conv, layerClass, constraint: unitNorm({ axis: axes }) });
      expect([second.normOf, second.advice]).toEqual(["unit", null]);
    }
  });

  it("advises the axes of the file, those included that are gone", () => {
    const { advice, written } = explainConstraint({
      ...conv,
      layerClass: "Conv1D",
      shape: [3, 4, 8],
      generation: "keras1",
      constraint: maxNorm({ axis: 0 }),
      written: { axis: 0, storedAxisOf: [0, null, 1, 2] },
    });
    expect(written).toEqual({
      words: ["steps", "1", "in", "out"],
      shape: [3, 1, 4, 8],
      axis: 0,
      unmappedOver: ["steps"],
    });
    expect(advice?.keras).toBe("W_constraint=maxnorm(2, axis=[0, 1, 2])");
  });

  it("counts against the lower limit where the upper one is below it", () => {
    const { norms } = explainConstraint({
      ...conv,
      constraint: minMaxNorm({ minValue: 3, maxValue: 1, axis: null }),
      values: new Float32Array(288).fill(3 / Math.sqrt(288)),
    });
    expect([norms?.above, norms?.below]).toEqual([
      { limit: 3, count: 0, first: [], worst: null },
      { limit: 3, count: 0, first: [], worst: null },
    ]);
  });

  it("finds the worst group by its index", () => {
    const values = new Float32Array(288).fill(1);
    values[((1 * 3 + 2) * 4 + 3) * 8 + 7] = 9;
    const explanation = explainConstraint({ ...conv, constraint: maxNorm({ axis: [0, 3] }), values });
    expect(explanation.norms?.above?.worst?.norm).toBeCloseTo(Math.sqrt(81 + 23), 12);
    expect(explanation.norms?.above?.worst?.index).toEqual([null, 2, 3, null]);
    expect(explanation.norms?.above?.worst?.words).toBe("column 2, in 3");
  });

  it("counts no group that a constraint has just left", () => {
    for (const constraint of [
      maxNorm({ maxValue: 0.1 }),
      unitNorm({ axis: [0, 1] }),
      minMaxNorm({ minValue: 0.7, maxValue: 0.9 }),
    ]) {
      const values = Float32Array.from({ length: 288 }, (_, i) => Math.sin(i + 1) * 10 ** ((i % 5) - 2));
      applyConstraint(constraint, values, conv.shape);
      const { norms } = explainConstraint({ ...conv, constraint, values });
      expect([norms?.above?.count ?? 0, norms?.below?.count ?? 0]).toEqual([0, 0]);
    }
  });

  it("counts a group one part in a million above its limit", () => {
    const values = new Float32Array(288);
    values[0] = 2.000002;
    const { norms } = explainConstraint({ ...conv, constraint: maxNorm(), values });
    expect(norms?.above?.count).toBe(1);
  });

  it("summarises no norms where all are NaN", () => {
    const { norms } = explainConstraint({
      ...conv,
      constraint: maxNorm({ axis: null }),
      values: new Float32Array(288).fill(Number.NaN),
    });
    expect(norms).toEqual({
      finiteCount: 0,
      finite: null,
      histogram: null,
      sorted: [],
      above: { limit: 2, count: 0, first: [], worst: null },
      below: null,
      zero: { count: 0, first: [] },
      infinite: { count: 0, first: [] },
      nan: { count: 1, first: [{ group: 0, index: [null, null, null, null], words: "", norm: Number.NaN }] },
    });
  });
});

describe("formatKerasCall", () => {
  it("writes each constraint as each Keras spells it", () => {
    const all = [
      maxNorm({ maxValue: null, axis: null }),
      nonNeg(),
      unitNorm({ axis: [0, 1] }),
      minMaxNorm({ minValue: 0.5, rate: 0.1, maxValue: Infinity }),
    ];
    expect(all.map((one) => formatKerasCall(one, "keras1"))).toEqual([
      "maxnorm(None, axis=None)",
      "nonneg()",
      "unitnorm(axis=[0, 1])",
      `MinMaxNorm(0.5, float("Infinity"), rate=0.1, axis=0)`,
    ]);
    expect(all.map((one) => formatKerasCall(one, "keras3"))).toEqual([
      "max_norm(None, axis=None)",
      "non_neg()",
      "unit_norm(axis=[0, 1])",
      `min_max_norm(0.5, float("Infinity"), rate=0.1, axis=0)`,
    ]);
  });
});

describe("findWeightAxes", () => {
  it("finds a weight by the last part of its name and its rank", () => {
    expect(findWeightAxes("Convolution2D", "a/b/kernel:0", 4)?.words).toEqual(["rows", "columns", "in", "out"]);
    expect(findWeightAxes("Conv2D", "kernel", 3)).toBeNull();
    expect(findWeightAxes("Conv2D", "moving_mean", 1)).toBeNull();
  });
});
