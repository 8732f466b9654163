import "@tensorflow/tfjs-backend-cpu";
import * as core from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { applyConstraint } from "../constraints/apply.js";
import { maxNorm } from "../constraints/max-norm.js";
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

  it("run functions of one's own", () => {
    const custom = tfjsConstraints(
      { tensor: core.tensor, constraints: layers.constraints },
      { customConstraints: { zero: (data) => void data.fill(0) } },
    ).from({ kind: "custom", name: "zero", config: null });
    expect([...custom.apply(core.tensor1d([1, 2])).dataSync()]).toEqual([0, 0]);
  });
});
