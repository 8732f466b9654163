import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { beforeEach, describe, expect, it } from "vitest";
import {
  assign,
  compile,
  constrained,
  constraint,
  denseModel,
  start,
  still,
  x,
  y,
} from "../../fixtures/dense-model.js";
import { applyConstraint } from "../constraints/apply.js";
import { maxNorm } from "../constraints/max-norm.js";
import { minMaxNorm } from "../constraints/min-max-norm.js";
import { nonNeg } from "../constraints/non-neg.js";
import { radialConstraint } from "../constraints/radial-constraint.js";
import { unitNorm } from "../constraints/unit-norm.js";
import { enforceConstraints } from "./enforce.js";
import { modelConstraints } from "./model-constraints.js";
import { type TfjsConstraint, tfjsConstraints } from "./tfjs-constraints.js";

describe.each(["cpu", "wasm"])("constraints in training on %s", (backend) => {
  beforeEach(async () => {
    await tf.setBackend(backend);
    expect(tf.getBackend()).toBe(backend);
  });

  it("make of NaN and infinities what Keras makes of them", async () => {
    const { model, bindings, kernel } = await denseModel();
    const values = [Number.NaN, Infinity, 1, -2, 3, 4];
    compile(model);
    for (const one of [constraint, maxNorm(), unitNorm(), nonNeg()] as const) {
      const release = enforceConstraints(
        model,
        bindings.map((binding) => ({ ...binding, constraint: one })),
      );
      assign(kernel, values);
      model.optimizer.applyGradients([{ name: kernel.name, tensor: tf.zeros([3, 2]) }]);
      expect(kernel.dataSync(), one.kind).toEqual(constrained(1, one, values));
      release();
    }
  });

  it("are those of the Keras that is meant", async () => {
    const { model, bindings, kernel } = await denseModel();
    const values = [-Infinity, -1, 1, 2, 3, 4];
    compile(model);
    for (const [generation, first] of [
      ["keras2", Number.NaN],
      ["keras3", 0],
    ] as const) {
      const release = enforceConstraints(
        model,
        bindings.map((binding) => ({ ...binding, generation, constraint: nonNeg() })),
      );
      assign(kernel, values);
      model.optimizer.applyGradients([{ name: kernel.name, tensor: tf.zeros([3, 2]) }]);
      expect([...kernel.dataSync()].map(Math.abs)).toEqual([first, 0, 1, 2, 3, 4]);
      release();
    }
  });

  it("leave another variable alone that has the name of one that is no more", async () => {
    const { bindings, kernel, model } = await denseModel();
    const optimizer = still();
    enforceConstraints(model, bindings, { optimizer });
    const { name } = kernel;
    kernel.dispose();
    const other = tf.variable(tf.tensor([...start], [3, 2]), true, name);
    optimizer.applyGradients([{ name, tensor: tf.zeros([3, 2]) }]);
    expect([...other.dataSync()]).toEqual(start);
    other.dispose();
  });

  it("of one's own run too, on a copy of the weight, and need their functions", async () => {
    const { model, bindings, kernel } = await denseModel();
    compile(model);
    const own = bindings.map((binding) => ({
      ...binding,
      constraint: { kind: "custom", name: "my>Double", config: { by: 2 } } as const,
    }));
    expect(() => enforceConstraints(model, own)).toThrow('one/kernel: found the custom constraint "my>Double"');
    let seen: Float32Array | Float64Array | undefined;
    const double = (data: Float32Array | Float64Array, shape: readonly number[], config: unknown): void => {
      expect(shape).toEqual([3, 2]);
      seen = data;
      data.forEach((value, i) => (data[i] = value * (config as { by: number }).by));
    };
    enforceConstraints(model, own, { customConstraints: { "my>Double": double } });
    await model.trainOnBatch(x(), y());
    expect([...kernel.dataSync()]).toEqual(start.map((value) => 2 * value));
    expect(seen?.length).toBe(6);
  });

  it("make rings of the kernels of a convolution", async () => {
    const kernel = tf.variable(
      tf.tensor(
        Float32Array.from({ length: 18 }, (_, i) => i),
        [3, 3, 1, 2],
      ),
    );
    const layer = tfl.layers.conv2d({ filters: 2, kernelSize: 3, useBias: false, inputShape: [5, 5, 1] });
    const model = tfl.sequential({ layers: [layer] });
    model.setWeights([kernel]);
    const optimizer = still();
    const weights = [{ layer: layer.name, weight: "kernel", constraint: radialConstraint() }];
    enforceConstraints(model, weights, { optimizer });
    const variable = layer.weights[0]!.read() as tf.Variable;
    optimizer.applyGradients([{ name: variable.name, tensor: tf.zeros([3, 3, 1, 2]) }]);
    const wanted = constrained(1, radialConstraint(), [...kernel.dataSync()], [3, 3, 1, 2]);
    expect(variable.dataSync()).toEqual(wanted);
  });

  it("change no tensor that shares the weight's memory, and copy nothing that nobody shares on wasm", async () => {
    const { model, bindings, kernel } = await denseModel();
    const kept: tf.Tensor[] = [];
    class Keeping extends tf.Optimizer {
      override applyGradients(_gradients?: object): void {
        const next = tf.tensor(start, [3, 2]);
        kernel.assign(next);
        if (kept.length === 0) kept.push(next);
        else next.dispose();
        stepped.push(kernel.dataId);
      }
      override getConfig(): tf.serialization.ConfigDict {
        return {};
      }
    }
    const stepped: object[] = [];
    const optimizer = new Keeping();
    enforceConstraints(model, bindings, { optimizer });
    for (let step = 0; step < 2; step++) {
      optimizer.applyGradients([{ name: kernel.name, tensor: tf.zeros([3, 2]) }]);
      expect(kernel.dataSync()).toEqual(constrained(1));
      expect([...(kept[0]?.dataSync() ?? [])]).toEqual(start);
      expect(kernel.dataId === stepped[step]).toBe(backend === "wasm" && step === 1);
    }
    // A step that makes no new memory.
    const before = kernel.clone();
    const idle = Object.assign(new Keeping(), { applyGradients: () => {} });
    enforceConstraints(model, bindings, { optimizer: idle });
    idle.applyGradients([{ name: kernel.name, tensor: tf.zeros([3, 2]) }]);
    expect(before.dataSync()).toEqual(constrained(1));
    expect(kernel.dataSync()).toEqual(constrained(2));
  });

  it("leave what was read before a step as it was, and the arrays of somebody else's optimizer", async () => {
    const { model, bindings, kernel } = await denseModel();
    const optimizer = still();
    const release = enforceConstraints(model, bindings, { optimizer });
    const gradients = [{ name: kernel.name, tensor: tf.zeros([3, 2]) }];
    const read = kernel.dataSync();
    optimizer.applyGradients(gradients);
    const after = kernel.dataSync();
    optimizer.applyGradients(gradients);
    expect([[...read], after, kernel.dataSync()]).toEqual([start, constrained(1), constrained(2)]);
    release();

    const array = Float32Array.from(start);
    const own = Object.assign(still(), {
      applyGradients: () => tf.tidy(() => kernel.assign(tf.tensor(array, [3, 2]))),
    });
    enforceConstraints(model, bindings, { optimizer: own });
    own.applyGradients(gradients);
    expect([[...array], kernel.dataSync()]).toEqual([start, constrained(1)]);
  });

  it("hold after the backend's memory has grown", async () => {
    const { model, bindings, kernel } = await denseModel();
    compile(model);
    enforceConstraints(model, bindings);
    await model.trainOnBatch(x(), y());
    const large = tf.zeros([2 ** 25]);
    await model.trainOnBatch(x(), y());
    expect(kernel.dataSync()).toEqual(constrained(2));
    large.dispose();
  });

  it("have Keras's epsilon on every backend, or another one", async () => {
    const { model, bindings, kernel } = await denseModel({ kernel_constraint: { class_name: "UnitNorm", config: {} } });
    compile(model);
    for (const epsilon of [1e-7, 0.5]) {
      enforceConstraints(model, bindings, { epsilon });
      assign(kernel, start);
      await model.trainOnBatch(x(), y());
      const wanted = Float32Array.from(start);
      applyConstraint(unitNorm(), wanted, [3, 2], { epsilon });
      expect(kernel.dataSync()).toEqual(wanted);
    }
  });

  it("of models built by hand hold too, tfjs's own and ours", async () => {
    const keras = tfjsConstraints({ tensor: tf.tensor, constraints: tfl.constraints });
    const own = new (class extends (Object.getPrototypeOf(keras.nonNeg().constructor) as new () => TfjsConstraint) {
      static className = "Mine";
      override apply(weight: tf.Tensor): tf.Tensor {
        return weight;
      }
    })();
    const kernelConstraint = tfl.constraints.maxNorm({ maxValue: 1, axis: 0 });
    const cell = tfl.layers.lstm({
      units: 2,
      recurrentConstraint: "unitNorm",
      recurrentInitializer: "zeros",
      unitForgetBias: false,
    });
    const model = tfl.sequential({
      layers: [
        tfl.layers.reshape({ targetShape: [1, 3], inputShape: [3] }),
        tfl.layers.bidirectional({ layer: cell, mergeMode: "concat" }),
        tfl.layers.dense({ units: 2, kernelConstraint, biasConstraint: keras.minMaxNorm({ rate: 0.5, axis: [0] }) }),
        tfl.layers.dense({ units: 2, kernelConstraint: own }),
      ],
    });
    const found = modelConstraints(model);
    expect(found.map(({ weight, constraint }) => [weight.replace(/_?lstm\w*/u, ""), constraint])).toEqual([
      ["forward/recurrent_kernel", unitNorm()],
      ["backward/recurrent_kernel", unitNorm()],
      ["kernel", maxNorm({ maxValue: 1 })],
      ["bias", minMaxNorm({ rate: 0.5, axis: [0] })],
      ["kernel", { kind: "custom", name: "Mine", config: {} }],
    ]);
    compile(model, tf.train.sgd(2));
    const both = { layer: model.layers[1]!.name, weight: "recurrent_kernel", constraint: nonNeg() };
    expect(() => enforceConstraints(model, [both])).toThrow(
      "/recurrent_kernel: found 2 weights of this name, wanted one of",
    );
    expect(() => enforceConstraints(model)).toThrow('kernel: found the custom constraint "Mine", wanted its function');
    enforceConstraints(model, modelConstraints(model), { customConstraints: { Mine: (data) => void data.fill(1) } });
    await model.trainOnBatch(tf.mul(x(), 5), y());
    const weights = model.layers.flatMap((layer) => layer.weights);
    const values = (end: string): number[] => [
      ...(weights
        .find(({ originalName }) => originalName.endsWith(end))
        ?.read()
        .dataSync() ?? []),
    ];
    expect(values(`${model.layers[2]!.name}/bias`).length).toBe(2);
    const [a, b, c, d] = values(`${model.layers[2]!.name}/kernel`) as [number, number, number, number];
    expect(Math.max(Math.hypot(a, c), Math.hypot(b, d))).toBeLessThan(1.0001);
    expect(values(`${model.layers[3]!.name}/kernel`)).toEqual([1, 1, 1, 1]);
  });
});
