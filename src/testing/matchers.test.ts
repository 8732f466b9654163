import { describe, expect, it } from "vitest";
import {
  applyConstraint,
  maxNorm,
  minMaxNorm,
  nonNeg,
  parseConstraint,
  radialConstraint,
  unitNorm,
} from "../constraints/index.js";
import { assertSatisfiesConstraint } from "./satisfaction.js";
import type { OwnConstraint } from "./check-laws.js";
import "./vitest.js";

/** The message of a matcher that fails. */
function messageOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the matcher passed");
}

/** A weight of one number, above 2 by that part of it. */
function at(excess: number): Float64Array {
  return Float64Array.of(2 * (1 + excess));
}

const right: OwnConstraint = (data, shape) => applyConstraint(maxNorm(), data, shape);

describe("toSatisfyConstraint", () => {
  it("names the worst group, its norm, the limit and the tolerance", () => {
    const weight = [
      [3, 0, 6],
      [4, 1, 8],
    ];
    expect(weight).toSatisfyConstraint(maxNorm({ maxValue: 10 }));
    expect(weight).not.toSatisfyConstraint(maxNorm({ maxValue: 4 }));
    expect(messageOf(() => expect(weight).toSatisfyConstraint(maxNorm({ maxValue: 4 })))).toBe(
      "weight of shape (2, 3) does not satisfy max_norm(4, axis=0): group w[:, 2] has norm 10, above the limit 4 by 6, tolerance 9.5367431640625e-7\n" +
        "2 of 3 groups of 2 numbers are outside",
    );
    expect(messageOf(() => expect(weight).not.toSatisfyConstraint(maxNorm({ maxValue: 10 })))).toBe(
      "weight of shape (2, 3) satisfies max_norm(10, axis=0): 3 groups of 2 numbers have a norm at most 10",
    );
  });

  it("takes typed arrays with a shape, tensors and arrays with a shape of their own", () => {
    const data = Float32Array.of(3, 0, 4, 0);
    expect(data).toSatisfyConstraint(maxNorm({ maxValue: 5 }), { shape: [2, 2] });
    expect({ data, shape: [2, 2] }).toSatisfyConstraint(maxNorm({ maxValue: 5 }));
    expect({ dataSync: () => data, shape: [2, 2] }).not.toSatisfyConstraint(maxNorm({ maxValue: 4.9 }));
    expect(() => expect(data).toSatisfyConstraint(maxNorm())).toThrow("wanted the option shape");
    expect(() => expect([[1, 2], [3]]).toSatisfyConstraint(maxNorm())).toThrow("rows of different lengths");
    expect(() => expect(data).toSatisfyConstraint(maxNorm(), { shape: [3] })).toThrow("found 4 numbers, wanted 3");
    expect([3, 4, 0, 0]).toSatisfyConstraint(maxNorm({ maxValue: 4 }), { shape: [2, 2] });
    expect(() => expect({ data, shape: [2, 2] }).toSatisfyConstraint(maxNorm(), { shape: [4] })).toThrow(
      "found the shape (2, 2), and (4) in the option shape, wanted one of them",
    );
    expect(() => expect("w").toSatisfyConstraint(maxNorm())).toThrow("found string, wanted a typed array");
    expect(() => expect([1]).toSatisfyConstraint(maxNorm({ axis: 1 }))).toThrow("axis 1 in 1");
  });

  it("takes what a constraint made of a weight, and no more than the tolerance above", () => {
    const data = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i) * 9);
    for (const constraint of [
      maxNorm({ axis: [0, 1] }),
      unitNorm({ axis: -1 }),
      minMaxNorm({ minValue: 0.5 }),
      nonNeg(),
    ]) {
      const weight = { data: data.slice(), shape: [3, 4, 5] };
      expect(weight).not.toSatisfyConstraint(constraint);
      applyConstraint(constraint, weight.data, weight.shape);
      expect(weight).toSatisfyConstraint(constraint);
    }
    expect(at(8 * 2 ** -53)).toSatisfyConstraint(maxNorm(), { shape: [1] });
    expect(at(1e-9)).not.toSatisfyConstraint(maxNorm(), { shape: [1] });
    expect(at(1e-9)).toSatisfyConstraint(maxNorm(), { shape: [1], tolerance: 1e-8 });
  });

  it("takes the limit that counts where the upper one lies below the lower one", () => {
    const within = { minValue: 3, maxValue: 1 };
    expect([3, 0]).toSatisfyConstraint(minMaxNorm(within));
    expect([1, 0]).not.toSatisfyConstraint(minMaxNorm(within));
    expect([1, 0]).toSatisfyConstraint({ ...minMaxNorm(within), crossed: "upper" });
    expect([3, 0]).not.toSatisfyConstraint({ ...minMaxNorm(within), crossed: "upper" });
    expect([0, 0]).toSatisfyConstraint(maxNorm({ maxValue: -1 }));
    expect([0.6, -0.8]).toSatisfyConstraint({ ...maxNorm({ maxValue: -1 }), crossed: "upper" });
  });

  it("takes the size of a negative limit, to which Keras clips every norm", () => {
    for (const limits of [
      { minValue: -2, maxValue: -1 },
      { minValue: -1, maxValue: -2 },
    ]) {
      expect([0.6, -0.8]).toSatisfyConstraint(minMaxNorm(limits));
      expect([0.3, -0.4]).not.toSatisfyConstraint(minMaxNorm(limits));
      expect([1.2, -1.6]).not.toSatisfyConstraint(minMaxNorm(limits));
    }
    expect([0.6, -0.8]).toSatisfyConstraint(minMaxNorm({ minValue: -2, maxValue: 3 }));
  });

  it("tells NaN, groups of zeros, negative numbers and kernels without rings", () => {
    expect(messageOf(() => expect([1, Number.NaN]).toSatisfyConstraint(maxNorm()))).toContain(
      "w[:] has norm NaN, limit 2",
    );
    const zeros = messageOf(() => expect([0, 0]).toSatisfyConstraint(unitNorm()));
    expect(zeros).toContain("norm 0, below the lower limit 1 by 1");
    expect(zeros).toContain("which no constraint lifts");
    expect(messageOf(() => expect([1, -2, -0.5]).toSatisfyConstraint(nonNeg()))).toContain("w[1] is -2, limit 0");
    const kernel = { data: Float32Array.of(1, 1, 1, 2), shape: [2, 2, 1, 1] };
    expect(messageOf(() => expect(kernel).toSatisfyConstraint(radialConstraint()))).toContain(
      "w[0, 0, 0, 0] is 1, and w[1, 1, 0, 0] of the same ring 2",
    );
    const three = { data: Float32Array.of(1, 1, 2, 1, 1, 2, 1, 3, 2, 1, 1, 2), shape: [2, 2, 1, 3] };
    expect(messageOf(() => expect(three).toSatisfyConstraint(radialConstraint()))).toMatch(
      /w\[0, 0, 0, 1\] is 1, and w\[1, 0, 0, 1\] of the same ring 3\n1 of 3 kernels is without even rings$/,
    );
  });

  it("counts one thing in the singular", () => {
    expect(messageOf(() => expect([3, 4]).toSatisfyConstraint(maxNorm()))).toContain(
      "\n1 of 1 group of 2 numbers is outside",
    );
    expect(messageOf(() => expect([-3, 4]).toSatisfyConstraint(nonNeg()))).toContain(
      "\n1 of 2 numbers is negative or NaN",
    );
    expect(messageOf(() => expect([3]).not.toSatisfyConstraint(nonNeg()))).toContain(": 1 number is 0 or above");
    expect(messageOf(() => expect([3]).not.toSatisfyConstraint(maxNorm({ maxValue: 3 })))).toContain(
      ": 1 group of 1 number has a norm at most 3",
    );
  });

  it("refuses what no weight could fail, and what the constraint cannot be applied to", () => {
    expect(() => expect([9]).toSatisfyConstraint(maxNorm({ maxValue: Number.NaN }))).toThrow(
      "found a limit that is NaN",
    );
    expect(() => expect([9]).toSatisfyConstraint(minMaxNorm({ minValue: Number.NaN }))).toThrow("is NaN");
    expect(() => expect([[1, 1]]).toSatisfyConstraint(radialConstraint())).toThrow(
      "shape: found the shape (1, 2), wanted (size, size, in, out)",
    );
  });

  it("refuses limits that are no numbers, which nothing is within", () => {
    const broken = parseConstraint(
      { class_name: "MaxNorm", config: { max_value: "9" } },
      { generation: "keras3", path: "m" },
    );
    expect(() => expect([1]).toSatisfyConstraint(broken!)).toThrow(
      'constraint: max_value "9", wanted a number or None',
    );
  });

  it("is there without a matcher", () => {
    assertSatisfiesConstraint([3, 4], maxNorm({ maxValue: 5 }));
    expect(() => assertSatisfiesConstraint([3, 4], maxNorm())).toThrow("norm 5, above the limit 2 by 3");
    const own = { kind: "custom", name: "mine", config: null } as const;
    expect(() => assertSatisfiesConstraint([3, 4], own)).toThrow("nothing is known of its limits");
  });
});

describe("toObeyConstraintLaws", () => {
  it("passes and fails as checkConstraintLaws does", () => {
    expect(right).toObeyConstraintLaws({ like: maxNorm(), numRuns: 50 });
    expect(right).not.toObeyConstraintLaws({ like: maxNorm({ maxValue: 3 }), numRuns: 200 });
    expect(messageOf(() => expect(right).toObeyConstraintLaws({ like: unitNorm(), numRuns: 200 }))).toContain(
      'right breaks the law "',
    );
  });
});
