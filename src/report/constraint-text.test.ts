import { describe, expect, it } from "vitest";
import { explainConstraint, maxNorm, minMaxNorm, nonNeg, unitNorm, type ExplainInput } from "../constraints/index.js";
import { formatConstraintExplanation, formatConstraintFigures } from "./constraint-text.js";

function lines(input: Partial<ExplainInput> & Pick<ExplainInput, "constraint">): string[] {
  return formatConstraintExplanation(
    explainConstraint({
      layerName: "conv_1",
      layerClass: "Conv2D",
      weightName: "kernel",
      shape: [3, 3, 3, 32],
      generation: "keras2",
      ...input,
    }),
  );
}

/** A kernel of ones with one group of each kind along the rows of column 0, input 0. */
function seedKernel(): Float32Array {
  const kernel = new Float32Array(864).fill(1);
  for (const row of [0, 1, 2]) kernel[row * 288 + 5] = 4;
  for (const row of [0, 1, 2]) kernel[row * 288 + 6] = 0;
  kernel[7] = Number.NaN;
  return kernel;
}

describe("the network that started the project", () => {
  it("is told that axis 0 is neither the whole kernel nor each filter, and what to write", () => {
    expect(lines({ constraint: maxNorm({ maxValue: 3 }), values: seedKernel() })).toEqual([
      "conv_1 (Conv2D): kernel (rows 3, columns 3, in 3, out 32), max_norm(3, axis=0)",
      "  the norm is over rows only: 288 groups of 3 numbers, one for each place along columns, in and out",
      "  norms now: smallest 0, lower quartile 1.732, median 1.732, upper quartile 1.732, largest 6.928, mean 1.744",
      "  1 of 288 groups above 3, the farthest has norm 6.928 (2.309 times the limit) at [:, 0, 0, 5]",
      "  1 group of zeros at [:, 0, 0, 6]: no constraint changes it",
      "  1 group with NaN at [:, 0, 0, 7]: a step makes NaN of all of it",
      "  probably not what was meant: axis=0, Keras's default, is neither the whole kernel (1 group of 864) nor each filter (32 groups of 27)",
      "  for one norm for each filter write kernel_constraint=max_norm(3, axis=[0, 1, 2])",
    ]);
  });

  it("is told the axes in the order of Keras 1 where that stored the kernel as th", () => {
    const input = { generation: "keras1", written: { axis: 0, storedAxisOf: [3, 2, 0, 1] } } as const;
    expect(lines({ constraint: maxNorm({ maxValue: 3, axis: 3 }), ...input })).toEqual([
      "conv_1 (Conv2D): kernel (rows 3, columns 3, in 3, out 32), maxnorm(3, axis=0)",
      "  the axis counts as Keras 1 stored the weight: (out, in, rows, columns), where 0 is out; counted in the layout of Keras 2, 0 would be rows",
      "  the norm is over out only: 27 groups of 32 numbers, one for each place along rows, columns and in",
      "  probably not what was meant: axis=0, Keras's default, is neither the whole kernel (1 group of 864) nor each filter (32 groups of 27)",
      "  for one norm for each filter write W_constraint=maxnorm(3, axis=[1, 2, 3])",
    ]);
  });
});

describe("other weights", () => {
  const dense = { layerName: "dense_1", layerClass: "Dense", shape: [27, 32] };

  it("says nothing against one norm for each unit", () => {
    expect(lines({ constraint: maxNorm(), ...dense })).toEqual([
      "dense_1 (Dense): kernel (in 27, units 32), max_norm(2, axis=0)",
      "  the norm is over in, one for each unit: 32 groups of 27 numbers",
    ]);
  });

  it("says nothing against the whole weight where the axis asks for it", () => {
    expect(lines({ constraint: maxNorm({ axis: null }), ...dense })).toEqual([
      "dense_1 (Dense): kernel (in 27, units 32), max_norm(2, axis=None)",
      "  the norm is over the whole kernel: 1 group of 864 numbers",
    ]);
  });

  it("says what a negative limit does, and not that a norm moves into a range", () => {
    const constraint = minMaxNorm({ minValue: -2, maxValue: -1, rate: 0.5 });
    expect(lines({ constraint, ...dense, shape: [1, 4] }).slice(2)).toEqual([
      "  the limit that counts is negative: a step leads every group to its opposite, of norm 1",
    ]);
  });

  it("counts both sides of a range, and says what a rate does", () => {
    const values = Float32Array.of(0.5, 3, 1.5, 1);
    const constraint = minMaxNorm({ minValue: 1, maxValue: 2, rate: 0.5 });
    expect(lines({ constraint, ...dense, shape: [1, 4], values })).toEqual([
      "dense_1 (Dense): kernel (in 1, units 4), min_max_norm(1, 2, rate=0.5, axis=0)",
      "  the norm is over in: each number is its own group, 4 groups of 1 number",
      "  norms now: smallest 0.5, lower quartile 0.875, median 1.25, upper quartile 1.875, largest 3, mean 1.5",
      "  1 of 4 groups above 2, the farthest has norm 3 (1.5 times the limit) at [:, 1]",
      "  1 of 4 groups below 1, the farthest has norm 0.5 at [:, 0]",
      "  a step moves a norm by 0.5 of its way into the range",
    ]);
  });

  it("says of a bias that its norm is that of the whole vector", () => {
    expect(
      lines({ constraint: unitNorm(), ...dense, weightName: "bias", shape: [2], values: Float32Array.of(0.6, 0.8) }),
    ).toEqual([
      "dense_1 (Dense): bias (units 2), unit_norm(axis=0)",
      "  the norm is over the whole bias: 1 group of 2 numbers",
      "  the norm now: 1",
      "  0 of 1 group above 1",
      "  0 of 1 group below 1",
    ]);
  });

  it("says that an axis of extent 1 leaves each number alone", () => {
    const pointwise = { layerClass: "SeparableConv2D", weightName: "pointwise_kernel", shape: [1, 1, 8, 4] };
    expect(lines({ constraint: maxNorm(), ...pointwise })[1]).toBe(
      "  the norm is over rows: each number is its own group, 32 groups of 1 number",
    );
    expect(lines({ constraint: maxNorm(), ...pointwise }).at(-1)).toBe(
      "  for one norm for each filter write pointwise_constraint=max_norm(2, axis=[0, 1, 2])",
    );
  });

  it("says of attention that a line for one kernel is not for the others", () => {
    const attention = { layerClass: "MultiHeadAttention", weightName: "attention_output/kernel", shape: [2, 4, 8] };
    expect(lines({ constraint: maxNorm(), ...attention }).at(-1)).toBe(
      "  for one norm for each output number of this weight, and not of the others that the option holds for, write kernel_constraint=max_norm(2, axis=[0, 1])",
    );
  });

  it("names axes by number where the weight is not known", () => {
    expect(lines({ constraint: maxNorm({ axis: -1 }), layerClass: "Custom", shape: [1000, 20] })).toEqual([
      "conv_1 (Custom): kernel (axis 0: 1000, axis 1: 20), max_norm(2, axis=-1)",
      "  the norm is over axis 1: 1,000 groups of 20 numbers, one for each place along axis 0",
    ]);
  });

  it("says that training fails where the weight does not have the axis", () => {
    expect(lines({ constraint: maxNorm({ axis: 2 }), ...dense, values: new Float32Array(864) })).toEqual([
      "dense_1 (Dense): kernel (in 27, units 32), max_norm(2, axis=2)",
      "  training fails in its first step: axis 2 in 2, wanted whole numbers from -2 to 1: the weight has 2 axes (Keras 2)",
      "  for one norm for each unit write kernel_constraint=max_norm(2, axis=0)",
    ]);
  });

  it("counts the negative numbers under NonNeg", () => {
    const values = Float32Array.of(-1.5, 0, -0, 2, Number.NaN, -0.25);
    expect(lines({ constraint: nonNeg(), ...dense, shape: [2, 3], values })).toEqual([
      "dense_1 (Dense): kernel (in 2, units 3), non_neg()",
      "  each number by itself: a negative one becomes 0",
      "  now 2 of 6 numbers negative, the least -1.5, 1 NaN",
    ]);
  });
});

function figures(input: Partial<ExplainInput> & Pick<ExplainInput, "constraint">): string[] {
  return formatConstraintFigures(
    explainConstraint({
      layerName: "conv_1",
      layerClass: "Conv2D",
      weightName: "kernel",
      shape: [3, 3, 3, 32],
      generation: "keras2",
      ...input,
    }),
  );
}

describe("the figures of the seed network", () => {
  it("are other axes side by side, the spread of the norms, and every kind of odd group with its places", () => {
    expect(figures({ constraint: maxNorm({ maxValue: 3 }), values: seedKernel() })).toEqual([
      "  side by side:",
      "    as written        288 groups of 3 numbers  norms 0 to 6.928, median 1.732      1 would change   kernel_constraint=max_norm(3, axis=0)",
      "    each filter       32 groups of 27 numbers  norms 4.899 to 8.485, median 5.196  31 would change  kernel_constraint=max_norm(3, axis=[0, 1, 2])",
      "    the whole kernel  1 group of 864 numbers   no finite norm                      0 would change   kernel_constraint=max_norm(3, axis=None)",
      "  groups by norm:",
      "      0 to 0.5  1    ▏",
      "    0.5 to 1    0",
      "      1 to 1.5  0",
      `    1.5 to 2    285  ${"█".repeat(40)}`,
      "      2 to 2.5  0",
      "    2.5 to 3    0",
      "      3 to 3.5  0    ← limit 3",
      "    3.5 to 4    0",
      "      4 to 4.5  0",
      "    4.5 to 5    0",
      "      5 to 5.5  0",
      "    5.5 to 6    0",
      "      6 to 6.5  0",
      "    6.5 to 7    1    ▏",
      "  above 3:",
      "    6.928  [:, 0, 0, 5]  column 0, in 0, out 5",
      "  zeros:",
      "    0  [:, 0, 0, 6]  column 0, in 0, out 6",
      "  NaN:",
      "    NaN  [:, 0, 0, 7]  column 0, in 0, out 7",
    ]);
  });

  it("are the axes alone without values", () => {
    expect(figures({ constraint: maxNorm({ maxValue: 3 }) })).toEqual([
      "  side by side:",
      "    as written        288 groups of 3 numbers  kernel_constraint=max_norm(3, axis=0)",
      "    each filter       32 groups of 27 numbers  kernel_constraint=max_norm(3, axis=[0, 1, 2])",
      "    the whole kernel  1 group of 864 numbers   kernel_constraint=max_norm(3, axis=None)",
    ]);
  });

  it("are no list of the one group of a whole kernel", () => {
    const values = new Float32Array(864).fill(1);
    const lines = figures({ constraint: maxNorm({ maxValue: 3, axis: null }), values });
    expect(lines.map((line) => line.trim().split("  ")[0])).toEqual(["side by side:", "as written", "each filter"]);
  });

  it("are none of a norm for each filter", () => {
    expect(figures({ constraint: maxNorm({ axis: [0, 1, 2] }) })).toEqual([]);
  });
});

describe("the figures of a Dense kernel", () => {
  const dense = { layerClass: "Dense", shape: [1, 12] };
  const norms = Float32Array.of(0.001, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, Number.NaN);

  it("mark the limits in a histogram, which a long span makes logarithmic", () => {
    const constraint = minMaxNorm({ minValue: 1, maxValue: 6 });
    const lines = figures({ constraint, ...dense, values: norms });
    expect(lines.slice(0, 4)).toEqual([
      "  groups by norm:",
      `        0           2  ${"█".repeat(20)}`,
      `    0.001 to 0.002  1  ${"█".repeat(10)}`,
      "    0.002 to 0.005  0",
    ]);
    expect(lines.filter((line) => line.includes("←"))).toEqual([
      `        1 to 2      1  ${"█".repeat(10)} ← limit 1`,
      `        5 to 10     4  ${"█".repeat(40)} ← limit 6`,
    ]);
    expect(lines.slice(14)).toEqual([
      "  above 6:",
      "    7  [:, 9]   unit 9",
      "    8  [:, 10]  unit 10",
      "  below 1:",
      "    0.001  [:, 0]  unit 0",
      "    0      [:, 1]  unit 1",
      "    0      [:, 2]  unit 2",
      "  zeros:",
      "    0  [:, 1]  unit 1",
      "    0  [:, 2]  unit 2",
      "  NaN:",
      "    NaN  [:, 11]  unit 11",
    ]);
  });

  it("tell ten of many places", () => {
    const constraint = maxNorm({ maxValue: 0.5, axis: 0 });
    const values = new Float32Array(24).fill(1);
    const lines = figures({ constraint, ...dense, shape: [1, 24], values });
    const at = lines.indexOf("  above 0.5, the first 10 of 24:");
    expect(lines.slice(at + 1)).toHaveLength(10);
    expect(lines.at(-1)).toBe("    1  [:, 9]  unit 9");
  });

  it("are the negative numbers under NonNeg", () => {
    expect(figures({ constraint: nonNeg(), ...dense, shape: [2, 2], values: Float32Array.of(1, -2, 3, -4.5) })).toEqual(
      ["  negative:", "    -2    [0, 1]  in 0, unit 1", "    -4.5  [1, 1]  in 1, unit 1"],
    );
  });
});
