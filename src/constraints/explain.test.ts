import { describe, expect, it } from "vitest";
import { applyConstraint } from "./apply.js";
import { explainConstraint, type ExplainInput } from "./explain.js";
import type { NormOf } from "./norm-of.js";
import { formatKerasCall } from "./keras-call.js";
import { maxNorm } from "./max-norm.js";
import { minMaxNorm } from "./min-max-norm.js";
import { nonNeg } from "./non-neg.js";
import { radialConstraint } from "./radial-constraint.js";
import type { Axis, Constraint } from "./spec.js";
import { unitNorm } from "./unit-norm.js";
import { findWeightAxes } from "./weights/weight-axes.js";

const conv: Omit<ExplainInput, "constraint"> & { readonly shape: readonly number[] } = {
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

describe("the status of a constraint", () => {
  const values = new Float32Array(288).fill(1);
  const statuses: [string, Partial<ExplainInput>, string][] = [
    ["holds", { values: values.map((one) => one / 3) }, "holds"],
    ["is not known without values", {}, "unknown"],
    [
      "is not known of one's own constraint",
      { values, constraint: { kind: "custom", name: "f", config: null } },
      "unknown",
    ],
    ["is violated by a norm above the limit", { values, constraint: maxNorm({ maxValue: 1 }) }, "violated"],
    [
      "is violated by a norm below the limit",
      { values, constraint: minMaxNorm({ minValue: 3, maxValue: 4 }) },
      "violated",
    ],
    ["is violated by NaN", { values: values.map((one, i) => (i === 7 ? Number.NaN : one)) }, "violated"],
    [
      "is violated by infinity",
      { values: values.map((one, i) => (i === 7 ? Infinity : one)), constraint: maxNorm({ maxValue: null }) },
      "violated",
    ],
    [
      "is violated by a negative number",
      { values: values.map((one, i) => (i === 7 ? -one : one)), constraint: nonNeg() },
      "violated",
    ],
    [
      "is violated by NaN under NonNeg",
      { values: values.map((one, i) => (i === 7 ? Number.NaN : one)), constraint: nonNeg() },
      "violated",
    ],
    [
      "holds for numbers that are not negative",
      { values: values.slice().fill(0, 3, 9).fill(-0, 9, 12).fill(Infinity, 12, 15), constraint: nonNeg() },
      "holds",
    ],
    ["is broken by its axis", { values, constraint: maxNorm({ axis: 4 }) }, "broken"],
    ["is broken by the shape of the weight", { shape: [1, 1, 4, 8], constraint: radialConstraint() }, "broken"],
    ["is dead, broken or not", { values, constraint: maxNorm({ axis: 4 }), dead: "frozen" }, "dead"],
  ];
  it.each(statuses)("%s", (_, input, status) => {
    expect(explainConstraint({ ...conv, constraint: maxNorm(), ...input }).status).toBe(status);
  });
});

function limitsOf(constraint: Constraint) {
  return explainConstraint({ ...conv, constraint }).limits;
}

function isDefault(axis: Axis, written?: ExplainInput["written"]): boolean {
  return explainConstraint({ ...conv, constraint: maxNorm({ axis }), ...(written === undefined ? {} : { written }) })
    .defaultAxis;
}

it("the default axis is 0 as the file has it, and nothing else", () => {
  expect([isDefault(0), isDefault([0]), isDefault(-4), isDefault(null)]).toEqual([true, false, false, false]);
  const storedAxisOf = [3, 2, 0, 1];
  expect([isDefault(3, { axis: 0, storedAxisOf }), isDefault(0, { axis: 2, storedAxisOf })]).toEqual([true, false]);
});

describe("limits", () => {
  it("are those of the formula, and none where there is none", () => {
    expect(limitsOf(maxNorm({ maxValue: 3 }))).toEqual({ lower: null, upper: 3 });
    expect(limitsOf(maxNorm({ maxValue: null }))).toEqual({ lower: null, upper: null });
    expect(limitsOf(unitNorm())).toEqual({ lower: 1, upper: 1 });
    expect(limitsOf(minMaxNorm({ minValue: 0.5, maxValue: 2 }))).toEqual({ lower: 0.5, upper: 2 });
    expect(limitsOf(nonNeg())).toBeNull();
  });

  it("that are crossed are the norm that applying them gives", () => {
    for (const crossed of ["lower", "upper"] as const) {
      for (const constraint of [
        { ...minMaxNorm({ minValue: 3, maxValue: 1 }), crossed },
        { ...maxNorm({ maxValue: -2 }), crossed },
      ]) {
        const values = new Float32Array(288).fill(1);
        applyConstraint(constraint, values, conv.shape);
        const { limits, norms } = explainConstraint({ ...conv, constraint, values });
        expect(norms?.finite?.largest).toBeCloseTo(limits?.upper ?? -1, 5);
        expect(norms?.above?.count).toBe(0);
      }
    }
  });
});

describe("what depends on the layer's options", () => {
  it("is told of an EinsumDense by its equation", () => {
    const input = { ...conv, layerClass: "EinsumDense", shape: [4, 3, 5], constraint: maxNorm({ axis: 1 }) };
    expect(explainConstraint(input)).toMatchObject({ axisWords: ["axis 0", "axis 1", "axis 2"], normOf: "unknown" });
    const { axisWords, advice } = explainConstraint({ ...input, config: { equation: "abc,cde->abde" } });
    expect(axisWords).toEqual(["c (in)", "d (out)", "e (out)"]);
    expect(advice?.keras).toBe("kernel_constraint=max_norm(2, axis=0)");
  });

  it("is told of a LocallyConnected2D by its data_format", () => {
    const input = { ...conv, layerClass: "LocallyConnected2D", shape: [2, 4, 4, 3, 2, 2], constraint: maxNorm() };
    const { axisWords } = explainConstraint({ ...input, config: { data_format: "channels_first" } });
    expect(axisWords.slice(0, 4)).toEqual(["in", "input rows", "input columns", "out"]);
    expect(explainConstraint(input).axisWords[0]).toBe("input rows");
  });
});

function remarksOf(input: Partial<ExplainInput>) {
  return explainConstraint({ ...conv, constraint: maxNorm(), ...input }).remarks;
}

/** What remarks say, each after its colon. */
function told(constraint: Constraint): string[] {
  return remarksOf({ constraint }).map(({ message }) => message.replace(/^.*?: /, ""));
}

function codes(constraint: Constraint): string[] {
  return remarksOf({ constraint }).map(({ code }) => code);
}

/** The words of the first groups of a weight in which every group is above its limit. */
function violated(layerClass: string, shape: number[], weightName = "kernel"): string[] {
  const values = new Float32Array(shape.reduce((size, extent) => size * extent)).fill(9);
  const { norms } = explainConstraint({ ...conv, layerClass, weightName, shape, values, constraint: maxNorm() });
  return norms?.above?.first.map(({ words }) => words) ?? [];
}

describe("the places of gates", () => {
  it("are named in the order of each layer", () => {
    expect(violated("LSTM", [3, 8])).toEqual([
      "input gate of unit 0",
      "input gate of unit 1",
      "forget gate of unit 0",
      "forget gate of unit 1",
      "cell of unit 0",
      "cell of unit 1",
      "output gate of unit 0",
      "output gate of unit 1",
    ]);
    expect(violated("GRU", [3, 3], "recurrent_kernel")).toEqual([
      "update gate of unit 0",
      "reset gate of unit 0",
      "candidate of unit 0",
    ]);
    expect(violated("ConvLSTM1D", [1, 1, 4]).at(-1)).toBe("in 0, output gate of unit 0");
  });

  it("are columns where the order is another, or the shape has no room for all", () => {
    expect(violated("CuDNNLSTM", [3, 4])[1]).toBe("gate column 1");
    expect(violated("LSTM", [3, 5])[4]).toBe("gate column 4");
  });
});

describe("remarks", () => {
  it("name the one constraint of attention as what it is", () => {
    const attention = { layerClass: "MultiHeadAttention", weightName: "mha/attention_output/kernel", shape: [2, 3, 8] };
    expect(remarksOf(attention)).toEqual([
      {
        code: "two-shapes",
        message:
          "kernel_constraint is one constraint for kernels of two shapes: " +
          "one norm for each number of a head is axis=0 for query, key and value (features, heads, key size); " +
          "one norm for each output number is axis=[0, 1] for attention_output (heads, value size, out): " +
          "no axis is right for both",
      },
    ]);
  });

  it("tell what the order of Keras 1 changes, and nothing where it changes nothing", () => {
    const written = { axis: 0, storedAxisOf: [3, 2, 0, 1] };
    expect(remarksOf({ generation: "keras1", constraint: maxNorm({ axis: 3 }), written })).toEqual([
      {
        code: "layout-of-keras-1",
        message:
          "the axis counts as Keras 1 stored the weight: (out, in, rows, columns), where 0 is out; " +
          "counted in the layout of Keras 2, 0 would be rows",
      },
    ]);
    const fromEnd = {
      generation: "keras1",
      constraint: maxNorm({ axis: 1 }),
      written: { ...written, axis: -1 },
    } as const;
    expect(remarksOf(fromEnd)[0]?.message).toContain(
      "where -1 is columns; counted in the layout of Keras 2, -1 would be out",
    );
    const same = remarksOf({
      generation: "keras1",
      constraint: maxNorm({ axis: null }),
      written: { ...written, axis: null },
    });
    expect(same[0]?.message).toBe(
      "the axis counts as Keras 1 stored the weight: (out, in, rows, columns), where None is rows, columns, in and out",
    );
  });

  it("warn of the documented axes on a transposed kernel, and only there", () => {
    const transposed = { layerClass: "Conv2DTranspose", constraint: maxNorm({ axis: [0, 1, 2] }) };
    expect(remarksOf(transposed).map(({ code }) => code)).toEqual(["transposed-kernel"]);
    expect(remarksOf(transposed)[0]?.message).toContain("is over rows, columns and out here");
    expect(remarksOf({ ...transposed, constraint: maxNorm({ axis: [0, 1, 3] }) })).toEqual([]);
    expect(remarksOf({ constraint: maxNorm({ axis: 0 }) })).toEqual([]);
  });

  it("tell limits and rates that do something odd", () => {
    expect(codes(maxNorm({ maxValue: Infinity }))).toEqual(["no-limit"]);
    expect(codes(maxNorm({ maxValue: Number.NaN }))).toEqual(["nan-limit"]);
    expect(codes(maxNorm({ maxValue: -1 }))).toEqual(["crossed-limits"]);
    expect(codes({ ...maxNorm({ maxValue: -1 }), crossed: "upper" })).toEqual(["crossed-limits", "negative-limit"]);
    expect(codes(minMaxNorm({ minValue: -2, maxValue: -1 }))).toEqual(["negative-limit"]);
    expect(codes(minMaxNorm({ minValue: -2 }))).toEqual([]);
    expect(codes(minMaxNorm({ minValue: -2, maxValue: -1, rate: 0 }))).toEqual(["no-rate"]);
    expect(codes(minMaxNorm({ minValue: 2, maxValue: 1, rate: 0 }))).toEqual(["crossed-limits", "no-rate"]);
    expect(codes(minMaxNorm({ rate: 1.5 }))).toEqual(["odd-rate"]);
    expect(codes(minMaxNorm({ rate: 0.5 }))).toEqual([]);
    expect(codes(unitNorm())).toEqual([]);
  });

  it("tell what a step makes of the norms", () => {
    const shrinks = "a step only multiplies each group by norm / (norm + epsilon)";
    expect(told(maxNorm({ maxValue: null }))).toEqual([shrinks]);
    expect(told(minMaxNorm({ rate: 0 }))).toEqual([shrinks]);
    expect(told(minMaxNorm({ rate: -0.5 }))).toEqual(["a step leads away from the range"]);
    expect(told(minMaxNorm({ rate: 1.5 }))).toEqual(["a step leads beyond the limit"]);
    const crossed = minMaxNorm({ minValue: 2, maxValue: 1, rate: 0.5 });
    expect(told(crossed)).toEqual(["every norm is to be 2"]);
    expect(told({ ...crossed, crossed: "upper" })).toEqual(["every norm is to be 1"]);
    expect(told(minMaxNorm({ minValue: -2, maxValue: -1 }))).toEqual([
      "a step leads every group to its opposite, of norm 1",
    ]);
  });
});

describe("the negative numbers under NonNeg", () => {
  it("are counted with their places; -0 is none of them, and -Infinity is", () => {
    const values = new Float32Array(288);
    values.set([1, -0, -2, Number.NaN, -Infinity, Infinity]);
    const { negatives } = explainConstraint({ ...conv, constraint: nonNeg(), values });
    expect(negatives).toEqual({
      count: 2,
      least: -Infinity,
      nan: 1,
      infinite: 2,
      first: [
        { index: [0, 0, 0, 2], words: "row 0, column 0, in 0, out 2", value: -2 },
        { index: [0, 0, 0, 4], words: "row 0, column 0, in 0, out 4", value: -Infinity },
      ],
    });
  });

  it("are told up to ten", () => {
    const values = new Float32Array(288).fill(-1);
    const { negatives } = explainConstraint({ ...conv, constraint: nonNeg(), values });
    expect([negatives?.count, negatives?.first.length, negatives?.first.at(-1)?.index]).toEqual([
      288,
      10,
      [0, 0, 1, 1],
    ]);
  });
});

describe("an explanation of a large weight", () => {
  it("stays small", () => {
    const shape = [1, 1, 512, 512];
    const values = Float32Array.from({ length: 512 * 512 }, (_, i) => Math.sin(i) * 4);
    const explanation = explainConstraint({ ...conv, shape, values, constraint: maxNorm() });
    expect(explanation.norms?.above?.count).toBeGreaterThan(100_000);
    expect(JSON.stringify(explanation).length).toBeLessThan(30_000);
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
