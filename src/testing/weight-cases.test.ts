import { sample } from "fast-check";
import { describe, expect, it } from "vitest";
import { hasAxis, maxNorm, radialConstraint, resolveAxes, unitNorm } from "../constraints/index.js";
import { sizeOf } from "../ndarray.js";
import { radialShapes } from "./arbitraries.js";
import { weightCases } from "./weight-cases.js";

const cases = sample(weightCases(), { seed: 1, numRuns: 1000 });

describe("weightCases", () => {
  it("draws every kind of constraint, rank, width and generation", () => {
    expect(new Set(cases.map((one) => one.constraint.kind)).size).toBe(5);
    expect(new Set(cases.map((one) => one.shape.length))).toEqual(new Set([1, 2, 3, 4, 5]));
    expect(new Set(cases.map((one) => one.data.BYTES_PER_ELEMENT)).size).toBe(2);
    expect(new Set(cases.map((one) => one.generation)).size).toBe(3);
  });

  it("draws every form of axis, and only axes that the weight has", () => {
    const axes = cases.flatMap(({ constraint, shape }) =>
      hasAxis(constraint) ? [{ axis: constraint.axis, rank: shape.length }] : [],
    );
    for (const { axis, rank } of axes) expect(() => resolveAxes(axis, rank, "keras3", "axis")).not.toThrow();
    const forms = axes.map(({ axis }) => {
      if (axis === null) return "null";
      if (typeof axis === "number") return axis < 0 ? "negative" : "number";
      return axis.length === 0 ? "no axis" : "list";
    });
    expect(new Set(forms).size).toBe(5);
  });

  it("draws zeros, subnormals, huge numbers, infinities and NaN, and weights without numbers", () => {
    const numbers = cases.flatMap(({ data }) => Array.from(data));
    const kinds: ((w: number) => boolean)[] = [
      (w) => Object.is(w, -0),
      (w) => w !== 0 && Math.abs(w) < 2 ** -126,
      (w) => Number.isFinite(w) && Math.abs(w) > 1.8e19,
      (w) => w === -Infinity,
      (w) => Number.isNaN(w),
    ];
    for (const isKind of kinds) expect(numbers.some(isKind)).toBe(true);
    expect(cases.some(({ data }) => data.length === 0)).toBe(true);
  });

  it("draws as many numbers as the shape says, at most the size that is asked for", () => {
    for (const { data, shape } of cases) expect(data.length).toBe(sizeOf(shape));
    const small = sample(weightCases({ maxSize: 10 }), { seed: 1, numRuns: 200 });
    expect(Math.max(...small.map(({ data }) => data.length))).toBeLessThanOrEqual(10);
  });

  it("draws small weights, and those of one number or none", () => {
    const small = sample(weightCases({ maxSize: 3 }), { seed: 1, numRuns: 200 });
    expect(Math.max(...small.map(({ data }) => data.length))).toBe(3);
    const scalars = sample(weightCases({ shapes: [[]] }), { seed: 1, numRuns: 50 });
    expect(new Set(scalars.map(({ data }) => data.length))).toEqual(new Set([1]));
  });

  it("refuses what could never be drawn", () => {
    const refused = expect.objectContaining({ code: "usage" });
    expect(() => weightCases({ maxSize: 0 })).toThrow(refused);
    expect(() => radialShapes({ maxSize: 3 })).toThrow("radialShapes.maxSize: found 3, wanted a number from 4 on");
    expect(() => weightCases({ constraint: radialConstraint(), maxSize: 3 })).toThrow(refused);
    expect(() => weightCases({ constraint: maxNorm({ axis: 5 }) })).toThrow(
      "constraint: found max_norm(2, axis=5), which no weight of rank 1 to 5 takes: axis 5 in 5, wanted",
    );
    expect(() => weightCases({ constraint: unitNorm({ axis: [0, 0] }) })).toThrow(refused);
    expect(sample(weightCases({ constraint: maxNorm({ axis: -5 }) }), 3).map(({ shape }) => shape.length)).toEqual([
      5, 5, 5,
    ]);
  });
});
