import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { exactKernels, type KernelArguments, noiseModelOf, noisyKernels } from "./noise-amplitude.js";

await import("@tensorflow/tfjs-backend-cpu");

type Change = (value: number) => number;

/** A kernel call that sums rows of three products, told by its own small definition. */
function rowSums(kind: KernelArguments["kind"], rows: readonly (readonly number[])[]): KernelArguments {
  const x = { dataId: {}, shape: [rows.length, 3], dtype: "float32" as const };
  return {
    inputs: { x },
    attrs: {},
    valuesOf: () => rows.flat(),
    rerun: (change: Change) => rows.map((row) => row.map(change).reduce((sum, value) => sum + value, 0)),
    kind,
  };
}

const output = (shape: number[]) => ({ dataId: {}, shape, dtype: "float32" as const });

describe("noiseModelOf", () => {
  test("knows only kernels that tfjs has", () => {
    const names = new Set(tf.getKernelsForBackend("cpu").map((config) => config.kernelName));
    expect([...exactKernels, ...noisyKernels.keys()].filter((name) => !names.has(name))).toEqual([]);
  });

  test("leaves kernels alone that only move or select, and counts unknown ones as rounding once", () => {
    expect(noiseModelOf("Transpose")).toBeNull();
    const model = noiseModelOf("SomethingNew");
    expect(model?.([-3], rowSums("walk", [[1, 2, 3]]), output([1]))(0)).toBe(3);
  });

  test("takes a sum's noise as n times the sum of the sizes, or as a random walk", () => {
    const rows = [[5, -5, 0.25]];
    const model = noiseModelOf("Sum");
    expect(model?.([0.25], rowSums("gammaN", rows), output([1]))(0)).toBe(0.25 + 3 * 10.25);
    const walk = model?.([0.25], rowSums("walk", rows), output([1]))(0);
    expect(walk).toBeCloseTo(0.25 + Math.sqrt(3 * (0.25 ** 2 / 3 + (25 + 25 + 0.0625) / 2)), 12);
  });

  test("counts exp(x) - 1 as off by a unit where it is tiny", () => {
    expect(noiseModelOf("Expm1")?.([1e-9], rowSums("walk", [[1, 1, 1]]), output([1]))(0)).toBe(1 + 1e-9);
  });
});
