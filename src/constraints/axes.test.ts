import { describe, expect, it } from "vitest";
import { mapConstraintAxes, resolveAxes, settleAxis } from "./axes.js";
import { constraintFault } from "./constraint-fault.js";
import { maxNorm } from "./max-norm.js";
import { nonNeg } from "./non-neg.js";
import { radialConstraint } from "./radial-constraint.js";
import type { WrittenBy } from "./written-by.js";

const path = "model.h5$.config.layers[0].config.kernel_constraint";

describe("resolveAxes", () => {
  it.each([
    [0, 4, [0]],
    [-1, 4, [3]],
    [-4, 4, [0]],
    [[0, 1, 2], 4, [0, 1, 2]],
    [[2, 0], 3, [0, 2]],
    [[-1, 0], 4, [0, 3]],
    [[], 2, []],
    [null, 3, [0, 1, 2]],
    [null, 0, []],
  ])("reads %j of rank %i", (axis, rank, expected) => {
    expect(resolveAxes(axis, rank, "keras3", path)).toEqual(expected);
  });

  it.each([
    [2, 2, `${path}: axis 2 in 2, wanted whole numbers from -2 to 1: the weight has 2 axes (Keras 2)`],
    [[0, -5], 4, `${path}: axis -5 in [0, -5], wanted whole numbers from -4 to 3: the weight has 4 axes (Keras 2)`],
    [0.5, 1, `${path}: axis 0.5 in 0.5, wanted whole numbers from -1 to 0: the weight has 1 axis (Keras 2)`],
    [0, 0, `${path}: axis 0 in 0, wanted [] or None: the weight is a single number and has no axes (Keras 2)`],
    [
      [0, -2],
      2,
      `${path}: axis [0, -2] names axis 0 twice, wanted whole numbers from -2 to 1: the weight has 2 axes (Keras 2), each at most once`,
    ],
  ])("refuses %j of rank %i", (axis, rank, message) => {
    expect(() => resolveAxes(axis, rank, "keras2", path)).toThrow(
      expect.objectContaining({ code: "bad-constraint", path, message }),
    );
  });
});

describe("mapConstraintAxes", () => {
  const conv2dTh = [3, 2, 0, 1];
  const conv1d = [0, null, 1, 2];
  it.each([
    [0, conv2dTh, 3],
    [-1, conv2dTh, 1],
    [[1, 2, 3], conv2dTh, [2, 0, 1]],
    [[], conv2dTh, []],
    [null, conv2dTh, null],
    [1, conv1d, []],
    [-3, conv1d, []],
    [[0, 1, 2], conv1d, [0, 1]],
    [4, conv1d, 4],
    [-5, conv1d, -5],
  ])("maps %j by %j", (axis, storedAxisOf, expected) => {
    expect(mapConstraintAxes(maxNorm({ maxValue: 3, axis }), storedAxisOf)).toEqual({
      kind: "maxNorm",
      maxValue: 3,
      axis: expected,
    });
  });
  it("leaves NonNeg as it is", () => {
    expect(mapConstraintAxes(nonNeg(), conv2dTh)).toEqual(nonNeg());
  });
});

describe("settleAxis", () => {
  const keras1: WrittenBy = { generation: "keras1", backend: "tensorflow" };
  const theano: WrittenBy = { generation: "keras1", backend: "theano" };
  const keras23: WrittenBy = { generation: "keras2", kerasVersion: "2.3.1", backend: "tensorflow" };
  const tfkeras: WrittenBy = { generation: "keras2", kerasVersion: "2.4.0", backend: "tensorflow" };
  it.each([
    ["once for twice", [0, 0], keras1, [0]],
    ["once for twice", [0, 0], theano, [0]],
    ["once for twice", [0, 0, 1], keras23, [0, 1]],
    ["twice", [0, 0], tfkeras, [0, 0]],
    ["once for twice, counted from both ends", [0, -3], keras23, [0]],
    ["twice, counted from both ends", [0, -3], theano, [0, -3]],
    ["a negative axis modulo the rank", -5, keras1, 1],
    ["negative axes modulo the rank", [-4, 0], keras1, [2, 0]],
    ["a negative axis as it is", -5, theano, -5],
    ["a negative axis as it is", -5, keras23, -5],
    ["all", null, keras1, null],
    ["what is no axis", Number.NaN, keras1, Number.NaN],
  ] as const)("takes an axis %s: %j of rank 3", (_, axis, writer, expected) => {
    expect(settleAxis(axis, 3, writer)).toEqual(expected);
  });
});

describe("constraintFault", () => {
  it("says what training will fail by", () => {
    expect(constraintFault(maxNorm({ axis: 4 }), [2, 2], "keras3")).toMatch(/^axis 4 in 4, wanted/);
    const written = { ...maxNorm({ axis: Number.NaN }), writtenAxis: "1.0" };
    expect(constraintFault(written, [2, 2], "keras3")).toMatch(/^axis 1\.0, wanted whole numbers from -2 to 1/);
    expect(constraintFault({ ...written, axis: 4 }, [2, 2], "keras3")).toMatch(/^axis 4 in 4, wanted/);
    expect(constraintFault(radialConstraint(), [3, 5, 1, 1], "keras2")).toMatch(/^found the shape \(3, 5, 1, 1\)/);
    expect(constraintFault(maxNorm(), [2, 2], "keras3")).toBeNull();
    expect(constraintFault(nonNeg(), [], "keras3")).toBeNull();
  });
});
