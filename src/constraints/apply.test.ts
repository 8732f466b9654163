import { describe, expect, it } from "vitest";
import { KerasProofError } from "../errors.js";
import { applyConstraint, groupNorms, type ApplyOptions } from "./apply.js";
import { maxNorm } from "./max-norm.js";
import { minMaxNorm } from "./min-max-norm.js";
import { nonNeg } from "./non-neg.js";
import type { Constraint } from "./spec.js";
import { unitNorm } from "./unit-norm.js";

const u = 2 ** -24;

function applied(constraint: Constraint, values: readonly number[], shape: readonly number[], options?: ApplyOptions) {
  const data = Float32Array.from(values);
  applyConstraint(constraint, data, shape, options);
  return Array.from(data);
}

function applied64(
  constraint: Constraint,
  values: readonly number[],
  shape: readonly number[],
  options?: ApplyOptions,
) {
  const data = Float64Array.from(values);
  applyConstraint(constraint, data, shape, options);
  return Array.from(data);
}

/** Within the rounding of Keras's own float32 for groups of up to four numbers. */
function expectNear(actual: readonly number[], keras: readonly number[]): void {
  expect(actual).toHaveLength(keras.length);
  actual.forEach((value, i) => expect(Math.abs(value - keras[i]!)).toBeLessThanOrEqual(5 * u * Math.abs(keras[i]!)));
}

describe("what Keras 3.16 on NumPy computed in float32 for [[3, 0.5], [4, 0.5]]", () => {
  const w = [3, 0.5, 4, 0.5];
  const cases: [string, Constraint, number[]][] = [
    ["MaxNorm(2)", maxNorm(), [1.20000005, 0.49999991, 1.60000002, 0.49999991]],
    ["MaxNorm(2, axis=[0, 1])", maxNorm({ axis: [0, 1] }), [1.18817711, 0.19802953, 1.58423615, 0.19802953]],
    ["MaxNorm(2, axis=None)", maxNorm({ axis: null }), [1.18817711, 0.19802953, 1.58423615, 0.19802953]],
    ["MaxNorm(2, axis=1)", maxNorm({ axis: 1 }), [1.97278786, 0.32879797, 1.98455572, 0.24806947]],
    ["MaxNorm(2, axis=-1)", maxNorm({ axis: -1 }), [1.97278786, 0.32879797, 1.98455572, 0.24806947]],
    ["MaxNorm(2, axis=[])", maxNorm({ axis: [] }), [2, 0.49999988, 2, 0.49999988]],
    ["MinMaxNorm()", minMaxNorm(), [0.6, 0.49999991, 0.8, 0.49999991]],
  ];
  it.each(cases)("%s", (_, constraint, keras) => expectNear(applied(constraint, w, [2, 2]), keras));

  it("MinMaxNorm(0.2, 1, rate=0.5), first column", () => {
    const result = applied(minMaxNorm({ minValue: 0.2, rate: 0.5 }), w, [2, 2]);
    expectNear([result[0]!, result[2]!], [1.80000007, 2.4000001]);
  });

  it("MinMaxNorm(1, 2) of (0.1, 0.1) falls short by epsilon over the norm", () => {
    expectNear(applied(minMaxNorm({ minValue: 1, maxValue: 2 }), [0.1, 0.1], [2]), [0.70710623, 0.70710623]);
  });
});

describe("MaxNorm(2) of single numbers, as Keras 3.16 on NumPy computed it in float32", () => {
  it.each([
    [4, 2],
    [3, 2],
    [2.5, 2],
    [2, 2],
    [1.9999999, 1.9999998],
    [1.5, 1.4999999],
    [1, 0.99999988],
    [0.5, 0.49999988],
    [0.25, 0.24999991],
    [1e-3, 0.00099990005],
    [1e-6, 9.0909e-7],
    [1e-7, 5e-8],
  ])("%f becomes %f", (w, keras) => {
    const [result] = applied(maxNorm(), [w], [1, 1]);
    expect(Math.abs(result! - keras)).toBeLessThanOrEqual(Math.max(3 * u * keras, 1e-5 * keras * Number(w === 1e-6)));
  });

  it("keeps the epsilon that Keras's float32 loses at norms of 2 and more", () => {
    expect(applied(maxNorm(), [4, 3, 2], [1, 3])).toEqual([
      2,
      Math.fround(3 * (2 / (1e-7 + 3))),
      Math.fround(2 * (2 / (1e-7 + 2))),
    ]);
    expect(applied(maxNorm(), [3], [1])).toEqual([2 - 2 ** -23]);
  });
});

describe("NonNeg", () => {
  const w = [-3, -0, Number.NaN, -Infinity, Infinity, 1.5];
  it("is maximum(w, 0) in Keras 3", () => {
    expect(applied(nonNeg(), w, [6])).toEqual([0, 0, Number.NaN, 0, Infinity, 1.5]);
  });
  it.each(["keras1", "keras2"] as const)("is w * (w >= 0) in %s", (generation) => {
    expect(applied(nonNeg(), w, [6], { generation })).toEqual([-0, -0, Number.NaN, Number.NaN, Infinity, 1.5]);
  });
  it("is what its own formula says, whatever the generation", () => {
    const product = [-0, -0, Number.NaN, Number.NaN, Infinity, 1.5];
    expect(applied(nonNeg({ formula: "product" }), w, [6])).toEqual(product);
    expect(applied(nonNeg({ formula: "maximum" }), w, [6], { generation: "keras1" })).toEqual(
      applied(nonNeg(), w, [6]),
    );
  });
});

describe("edge cases", () => {
  it("keeps zeros and their signs", () => {
    for (const constraint of [maxNorm(), unitNorm(), minMaxNorm({ minValue: 0.5 })]) {
      expect(applied(constraint, [0, -0], [2, 1])).toEqual([0, -0]);
    }
  });
  it("makes zeros NaN where epsilon is 0", () => {
    expect(applied(unitNorm(), [0, 3], [1, 2], { epsilon: 0 })).toEqual([Number.NaN, 1]);
  });
  it("spreads a NaN over its group only", () => {
    expect(applied(unitNorm(), [Number.NaN, 3, 1, 4], [2, 2])).toEqual([
      Number.NaN,
      Math.fround(3 / (1e-7 + 5)),
      Number.NaN,
      Math.fround(4 / (1e-7 + 5)),
    ]);
  });
  it("makes an infinity NaN and its finite neighbours zero", () => {
    expect(applied(maxNorm(), [Infinity, -1, 2], [3])).toEqual([Number.NaN, -0, 0]);
    expect(applied(unitNorm(), [-Infinity, -1, 2], [3])).toEqual([Number.NaN, -0, 0]);
  });
  it("makes the whole group of an infinity NaN under MinMaxNorm and MaxNorm without a limit", () => {
    expect(applied(minMaxNorm(), [Infinity, 1], [2])).toEqual([Number.NaN, Number.NaN]);
    expect(applied(maxNorm({ maxValue: null }), [Infinity, 1], [2])).toEqual([Number.NaN, Number.NaN]);
  });
  it("gives numbers whose squares overflow float32 the limit, not zero", () => {
    const [a, b] = applied(maxNorm({ maxValue: 5 }), [3e30, 4e30], [2]);
    expect(a).toBeCloseTo(3, 5);
    expect(b).toBeCloseTo(4, 5);
  });
  it("overflows to zeros in float64 where its squares do", () => {
    expect(applied64(maxNorm(), [1e200, -1], [2])).toEqual([0, -0]);
  });
  it("divides numbers whose squares vanish in float64 by epsilon", () => {
    expect(applied64(unitNorm(), [1e-200], [1])).toEqual([1e-200 / 1e-7]);
  });
  it("gives zeros for a negative limit", () => {
    expect(applied(maxNorm({ maxValue: -1 }), [3, 4], [2])).toEqual([0, 0]);
  });
  it("takes the minimum where it is above the maximum", () => {
    const result = applied(minMaxNorm({ minValue: 3, maxValue: 1 }), [3, 4], [2]);
    expectNear(result, [1.8, 2.4]);
  });
  it("multiplies by norm / (norm + epsilon) where there is no limit", () => {
    expect(applied64(maxNorm({ maxValue: null }), [1e-7], [1])).toEqual([1e-7 * (1e-7 / (1e-7 + 1e-7))]);
  });
  it("does nothing to a weight without numbers", () => {
    expect(applied(maxNorm(), [], [0, 3])).toEqual([]);
    expect(applied(maxNorm(), [], [3, 0])).toEqual([]);
  });
  it("takes a single number for all axes and for none", () => {
    expect(applied(maxNorm({ axis: null }), [4], [])).toEqual([2]);
    expect(applied(maxNorm({ axis: [] }), [-4], [])).toEqual([-2]);
  });
});

describe("precision", () => {
  const values = Array.from({ length: 24 }, (_, i) => Math.sin(i + 1) * 3);

  it("is that of the array: a Float64Array is not rounded", () => {
    const rounded = values.map(Math.fround);
    const wide = applied64(maxNorm({ axis: [0, 2] }), rounded, [2, 3, 4]);
    expect(wide.some((value) => value !== Math.fround(value))).toBe(true);
    expect(applied(maxNorm({ axis: [0, 2] }), rounded, [2, 3, 4])).toEqual(wide.map(Math.fround));
  });

  it("is float64 where the global Float32Array is Float64Array", () => {
    const original = globalThis.Float32Array;
    const expected = applied64(unitNorm({ axis: -1 }), values, [6, 4]);
    Reflect.set(globalThis, "Float32Array", Float64Array);
    try {
      expect(applied(unitNorm({ axis: -1 }), values, [6, 4])).toEqual(expected);
    } finally {
      Reflect.set(globalThis, "Float32Array", original);
    }
  });

  it("takes the epsilon it is given", () => {
    expect(applied64(maxNorm(), [1], [1], { epsilon: 1e-3 })).toEqual([1 / 1.001]);
    expect(applied64(maxNorm(), [1], [1])).toEqual([1 / (1 + 1e-7)]);
  });
});

describe("groupNorms", () => {
  const data = Float64Array.from({ length: 24 }, (_, i) => i + 1);
  const at = (i: number, j: number, k: number): number => data[(i * 3 + j) * 4 + k]!;

  it("orders the norms by the axes that remain", () => {
    const expected: number[] = [];
    for (let j = 0; j < 3; j++) {
      let sum = 0;
      for (let i = 0; i < 2; i++) for (let k = 0; k < 4; k++) sum += at(i, j, k) ** 2;
      expected.push(Math.sqrt(sum));
    }
    expect(Array.from(groupNorms(data, [2, 3, 4], [2, 0]))).toEqual(expected);
  });
  it("is one number for null and the absolute values for no axes", () => {
    expect(Array.from(groupNorms(data, [2, 3, 4], null))).toEqual([Math.sqrt(4900)]);
    expect(
      Array.from(
        groupNorms(
          data.map((x) => -x),
          [2, 3, 4],
          [],
        ),
      ),
    ).toEqual(Array.from(data));
  });
  it("is zero for groups of no numbers", () => {
    expect(Array.from(groupNorms(new Float32Array(0), [0, 2], 0))).toEqual([0, 0]);
  });
});

describe("misuse", () => {
  it("is told: integers, and a shape of another size", () => {
    const integers = new Int32Array(2) as unknown as Float32Array;
    expect(() => applyConstraint(maxNorm(), integers, [2])).toThrow(
      expect.objectContaining({
        code: "usage",
        message: "data: found an Int32Array, wanted a Float32Array or a Float64Array",
      }),
    );
    expect(() => groupNorms(new Float32Array(3), [2, 2], 0)).toThrow(KerasProofError);
  });
});
