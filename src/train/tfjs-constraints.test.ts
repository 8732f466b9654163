import "@tensorflow/tfjs-backend-cpu";
import * as core from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { applyConstraint } from "../constraints/apply.js";
import { maxNorm } from "../constraints/max-norm.js";
import { modelConstraints } from "./model-constraints.js";
import { tfjsConstraints } from "./tfjs-constraints.js";

const kernel = [3, 0.5, 1e-7, 4, 0.5, 0];

describe("constraints for layers of tfjs", () => {
  beforeAll(() => core.setBackend("cpu"));
  const keras = tfjsConstraints({ tensor: core.tensor, constraints: layers.constraints });

  it("are what a layer takes, and compute as Keras does", () => {
    const dense = layers.layers.dense({ units: 3, inputShape: [2], kernelConstraint: keras.maxNorm() });
    const model = layers.sequential({ layers: [dense] });
    model.setWeights([core.tensor2d(kernel, [2, 3]), core.zeros([3])]);
    const wanted = Float32Array.from(kernel);
    applyConstraint(maxNorm(), wanted, [2, 3]);
    expect([...(dense.getWeights()[0]?.dataSync() ?? [])]).toEqual([...wanted]);
  });

  it("take lists of axes, no limit, and negative ones, as tfjs's own do not", () => {
    const weight = core.tensor2d(kernel, [2, 3]);
    expect(keras.maxNorm({ maxValue: -1 }).apply(weight).dataSync()).toEqual(new Float32Array(6));
    const whole = Float32Array.from(kernel);
    applyConstraint(maxNorm({ axis: null }), whole, [2, 3]);
    expect(keras.maxNorm({ axis: null }).apply(weight).dataSync()).toEqual(whole);
    expect(keras.unitNorm({ axis: [0, 1] }).apply(weight).shape).toEqual([2, 3]);
    expect(keras.radialConstraint().apply(core.ones([2, 2, 1, 1])).shape).toEqual([2, 2, 1, 1]);
    expect([
      ...keras
        .nonNeg()
        .apply(core.tensor1d([-1, 2]))
        .dataSync(),
    ]).toEqual([0, 2]);
  });

  it("are written under Keras's names", () => {
    const dense = layers.layers.dense({ units: 3, kernelConstraint: keras.minMaxNorm({ rate: 0.5, axis: [0] }) });
    expect(dense.getConfig()["kernelConstraint"]).toEqual({
      className: "MinMaxNorm",
      config: { minValue: 0, maxValue: 1, rate: 0.5, axis: [0] },
    });
  });

  it("are read from a model's layers as what they are, each layer once", () => {
    const own = { kind: "custom", name: "mine>Halved", config: { by: 2 } } as const;
    const shared = layers.layers.dense({ units: 2, name: "shared", kernelConstraint: keras.from(own) });
    const nested = { ...maxNorm({ maxValue: -1 }), crossed: "upper" } as const;
    const { nonNeg } = tfjsConstraints(
      { tensor: core.tensor, constraints: layers.constraints },
      { generation: "keras1" },
    );
    const inner = layers.sequential({
      name: "inner",
      layers: [
        layers.layers.dense({ units: 2, inputShape: [2], name: "first", biasConstraint: keras.from(nested) }),
        shared,
        layers.layers.dense({ units: 2, name: "last", kernelConstraint: nonNeg(), biasConstraint: "nonNeg" }),
      ],
    });
    const input = layers.input({ shape: [2] });
    const output = inner.apply(shared.apply(input)) as layers.SymbolicTensor;
    const found = modelConstraints(layers.model({ inputs: input, outputs: output }));
    const told = found.map(({ layer, weight, constraint, generation }) => [layer, weight, constraint, generation]);
    expect(told).toEqual([
      ["shared", "kernel", own, "keras3"],
      ["inner/first", "bias", nested, "keras3"],
      ["inner/last", "kernel", { kind: "nonNeg" }, "keras1"],
      ["inner/last", "bias", { kind: "nonNeg" }, "keras3"],
    ]);
  });

  it("are written without what tfjs has no name for", () => {
    const { maxValue, axis } = maxNorm({ maxValue: -1 });
    expect(keras.from({ kind: "maxNorm", maxValue, axis, crossed: "upper" }).getConfig()).toEqual({ maxValue, axis });
    expect(keras.from({ kind: "nonNeg", formula: "product" }).getConfig()).toEqual({});
  });

  it("compute as the Keras that is meant, with its epsilon", () => {
    const parts = { tensor: core.tensor, constraints: layers.constraints };
    const { unitNorm, nonNeg } = tfjsConstraints(parts, { generation: "keras2", epsilon: 0.5 });
    expect([
      ...unitNorm()
        .apply(core.tensor1d([0, 1.5]))
        .dataSync(),
    ]).toEqual([0, 0.75]);
    expect([
      ...nonNeg()
        .apply(core.tensor1d([-Infinity]))
        .dataSync(),
    ]).toEqual([Number.NaN]);
  });

  it("run functions of one's own", () => {
    const custom = tfjsConstraints(
      { tensor: core.tensor, constraints: layers.constraints },
      { customConstraints: { zero: (data) => void data.fill(0) } },
    ).from({ kind: "custom", name: "zero", config: null });
    expect([...custom.apply(core.tensor1d([1, 2])).dataSync()]).toEqual([0, 0]);
  });

  it("say which part of tfjs is missing, and refuse options that do not exist", () => {
    const untyped = tfjsConstraints as unknown as (...values: readonly unknown[]) => unknown;
    expect(() => untyped(core)).toThrow(
      "tfjsConstraints: found no constraints, wanted @tensorflow/tfjs, or { tensor, constraints } of tfjs-core and",
    );
    expect(() => untyped(layers)).toThrow("found no tensor, wanted");
    expect(() => untyped()).toThrow("found no tensor and no constraints, wanted");
    expect(() => untyped({ tensor: 1, constraints: 2 })).toThrow("found an object, wanted");
    const parts = { tensor: core.tensor, constraints: layers.constraints };
    expect(() => untyped(parts, { epsilom: 1 })).toThrow(
      "tfjsConstraints.epsilom: found an unknown option, wanted epsilon",
    );
    expect(() => untyped(parts, { generation: "keras4" })).toThrow('found "keras4", wanted "keras1" or "keras2"');
  });
});
