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
  halfway,
  start,
  still,
  x,
  y,
} from "../../fixtures/dense-model.js";
import { nonNeg } from "../constraints/non-neg.js";
import { enforceConstraints } from "./enforce.js";

/** A dataset of two batches, as tf.data makes them. */
function dataset(): Parameters<tfl.LayersModel["fitDataset"]>[0] {
  let left = 2;
  const next = (): object => (left-- > 0 ? { value: { xs: x(), ys: y() }, done: false } : { value: null, done: true });
  return { iterator: () => Promise.resolve({ next: () => Promise.resolve(next()) }) } as never;
}

/** Two steps that change nothing by themselves, on every way that tfjs has. */
const ways: Readonly<Record<string, (model: tfl.LayersModel) => Promise<unknown>>> = {
  fit: (model) => model.fit(x(), y(), { epochs: 2, batchSize: 4, verbose: 0 }),
  fitDataset: (model) => model.fitDataset(dataset(), { epochs: 1, batchesPerEpoch: 2, verbose: 0 }),
  trainOnBatch: async (model) => [await model.trainOnBatch(x(), y()), await model.trainOnBatch(x(), y())],
  async minimize(model) {
    const loss = (): tf.Scalar => tf.mean(model.apply(x()) as tf.Tensor);
    await Promise.resolve(model.optimizer.minimize(loss));
    model.optimizer.minimize(loss, true, variablesOf(model));
  },
  async applyGradients(model) {
    const { grads } = tf.variableGrads(() => tf.mean(model.apply(x()) as tf.Tensor), variablesOf(model));
    await (model.optimizer.applyGradients(grads) as unknown);
    const list = Object.entries(grads).map(([name, tensor]) => ({ name, tensor }));
    model.optimizer.applyGradients([...list, ...list]);
  },
};

function variablesOf(model: tfl.LayersModel): tf.Variable[] {
  return model.trainableWeights.map((weight) => weight.read() as tf.Variable);
}

describe.each(["cpu", "wasm"])("constraints in training on %s", (backend) => {
  beforeEach(async () => {
    await tf.setBackend(backend);
    expect(tf.getBackend()).toBe(backend);
  });

  it.each(Object.keys(ways))("are applied once after each step: %s", async (way) => {
    const { model, bindings, kernel } = await denseModel();
    compile(model);
    enforceConstraints(model, bindings);
    await ways[way]?.(model);
    expect(kernel.dataSync()).toEqual(constrained(2));
  });

  it("are applied once to a weight that several layer calls share", async () => {
    const shared = tfl.layers.dense({ units: 3, useBias: false, name: `shared_${backend}` });
    const input = tfl.input({ shape: [3] });
    const model = tfl.model({ inputs: input, outputs: shared.apply(shared.apply(input)) as tfl.SymbolicTensor });
    model.setWeights([tf.tensor2d([...start, 1, 2, 3], [3, 3])]);
    compile(model);
    enforceConstraints(model, [{ layer: shared.name, weight: "kernel", constraint }]);
    await model.trainOnBatch(x(), tf.ones([4, 3]));
    expect(model.getWeights()[0]?.dataSync()).toEqual(constrained(1, constraint, [...start, 1, 2, 3], [3, 3]));
  });

  it("are applied once where they are enforced twice, the newer one's", async () => {
    const { model, bindings, kernel } = await denseModel();
    const optimizer = compile(model);
    enforceConstraints(model, bindings);
    enforceConstraints(model, bindings, { optimizer });
    await model.trainOnBatch(x(), y());
    expect(kernel.dataSync()).toEqual(constrained(1));
    enforceConstraints(model, [{ layer: "one", weight: "kernel", constraint: nonNeg() }], { optimizer });
    assign(kernel, start);
    await model.trainOnBatch(x(), y());
    expect(kernel.dataSync()).toEqual(constrained(1, nonNeg()));
  });

  it("are those of the last call for the model's own optimizer", async () => {
    const { model, bindings, kernel } = await denseModel();
    compile(model);
    enforceConstraints(model, bindings);
    enforceConstraints(model, []);
    await model.trainOnBatch(x(), y());
    expect([...kernel.dataSync()]).toEqual(start);
  });

  it("leave weights alone that have no gradient in the step", async () => {
    const one = await denseModel();
    const other = await denseModel();
    const optimizer = still();
    for (const { model, bindings } of [one, other]) enforceConstraints(model, bindings, { optimizer });
    const loss = (): tf.Scalar => tf.sum(one.kernel);
    optimizer.minimize(loss);
    optimizer.minimize(loss, false, [one.kernel, other.kernel]);
    optimizer.applyGradients([{ name: other.kernel.name, tensor: null as never }]);
    expect(one.kernel.dataSync()).toEqual(constrained(2));
    expect([...other.kernel.dataSync()]).toEqual(start);
  });

  it("leave frozen layers alone, whether frozen before compile or after", async () => {
    const { model, bindings, kernel } = await denseModel({ kernel_constraint: halfway, trainable: false });
    expect(bindings[0]?.trainable).toBe(false);
    const optimizer = compile(model);
    enforceConstraints(model, bindings);
    const trained = tf.variable(tf.scalar(1));
    const loss = (): tf.Scalar => tf.sum(tf.add(kernel, trained));
    optimizer.minimize(loss);
    expect([...kernel.dataSync()]).toEqual(start);
    model.layers[1]!.trainable = true;
    compile(model);
    await model.trainOnBatch(x(), y());
    expect(kernel.dataSync()).toEqual(constrained(1));
    const bias = model.weights.find((weight) => weight.originalName.endsWith("bias"))?.read() as tf.Variable;
    kernel.trainable = false;
    expect(bias.trainable).toBe(true);
    await model.trainOnBatch(x(), y());
    expect(kernel.dataSync()).toEqual(constrained(1));
  });

  it("that cannot be applied refuse training, with the weight's path, and never inference", async () => {
    const broken = { class_name: "MaxNorm", config: { max_value: 2, axis: 5 } };
    const { model, bindings, kernel } = await denseModel({ kernel_constraint: broken });
    const optimizer = compile(model);
    const refusal = "one/kernel: found max_norm(2, axis=5), with which Keras fails to train too: axis 5";
    expect(() => enforceConstraints(model, bindings)).toThrow(refusal);
    expect((model.predict(x()) as tf.Tensor).shape).toEqual([4, 2]);
    expect(Object.hasOwn(optimizer, "applyGradients")).toBe(false);
    // A frozen weight is never constrained, until it is trained after all: then before anything has changed.
    model.layers[1]!.trainable = false;
    enforceConstraints(model, bindings);
    model.layers[1]!.trainable = true;
    compile(model, tf.train.sgd(1));
    await expect(model.trainOnBatch(x(), y())).rejects.toMatchObject({ code: "bad-constraint", path: "one/kernel" });
    await expect(model.fit(x(), y(), { verbose: 0 })).rejects.toThrow(refusal);
    expect([...kernel.dataSync()]).toEqual(start);
  });

  it("wait for the step of an optimizer that takes its time", async () => {
    const { model, bindings, kernel } = await denseModel();
    const slow = Object.assign(still(), {
      async applyGradients(): Promise<void> {
        await Promise.resolve();
        assign(
          kernel,
          start.map((value) => 10 * value),
        );
      },
    });
    enforceConstraints(model, bindings, { optimizer: slow });
    await (slow.applyGradients as (gradients: object) => Promise<void>)({ [kernel.name]: tf.zeros([3, 2]) });
    const tenfold = start.map((value) => 10 * value);
    expect(kernel.dataSync()).toEqual(constrained(1, constraint, tenfold));
  });

  it("are not held where Keras never runs them", async () => {
    const { model, bindings, kernel } = await denseModel();
    compile(model);
    enforceConstraints(
      model,
      bindings.map((one) => ({ ...one, constraint: { ...one.constraint, dead: "in 3.0.0" } })),
    );
    await model.trainOnBatch(x(), y());
    expect([...kernel.dataSync()]).toEqual(start);
  });

  it("want weights that the model has, and an optimizer", async () => {
    const { model, bindings } = await denseModel();
    expect(() => enforceConstraints(model, bindings)).toThrow("found a model that is not compiled, wanted compile()");
    compile(model);
    const other = { layer: "one", weight: "gamma", constraint: nonNeg() };
    expect(() => enforceConstraints(model, [other])).toThrow(
      "one/gamma: found no weight of this name, wanted one of kernel, bias",
    );
    expect(() => enforceConstraints(model, [{ ...other, layer: "two" }])).toThrow(
      "two/gamma: found no such layer in m",
    );
  });
});

it("a weight's name is not the end of another one's", async () => {
  await tf.setBackend("cpu");
  // tfjs-core alone has not the chained operations of the default initializers.
  const plain = { recurrentInitializer: "zeros", unitForgetBias: false } as const;
  const model = tfl.sequential({ layers: [tfl.layers.lstm({ units: 1, inputShape: [2, 3], name: "rnn", ...plain })] });
  const optimizer = still();
  const weights = ["kernel", "recurrent_kernel"].map((weight) => ({ layer: "rnn", weight, constraint: nonNeg() }));
  expect(() => enforceConstraints(model, weights, { optimizer })).not.toThrow();
});

describe("a backend without the gradient of convolutions by their filters", () => {
  it("refuses to train with what to do, and trains on cpu after that", async () => {
    await tf.setBackend("wasm");
    const layer = tfl.layers.conv2d({ filters: 1, kernelSize: 2, inputShape: [3, 3, 1] });
    const model = tfl.sequential({ layers: [layer, tfl.layers.flatten()] });
    compile(model);
    enforceConstraints(model, [{ layer: layer.name, weight: "kernel", constraint: nonNeg() }]);
    const [images, targets] = [tf.ones([1, 3, 3, 1]), tf.ones([1, 4])];
    await expect(model.trainOnBatch(images, targets)).rejects.toThrow(
      "backend wasm: tfjs's wasm backend cannot train this model: it has no Conv2DBackpropFilter; " +
        'wanted a backend that has: train after await tf.setBackend("cpu"), and go back to predict',
    );
    await tf.setBackend("cpu");
    await model.trainOnBatch(images, targets);
    expect(Math.min(...(layer.weights[0]?.read().dataSync() ?? [-1]))).toBeGreaterThanOrEqual(0);
    await tf.setBackend("wasm");
    expect((model.predict(images) as tf.Tensor).shape).toEqual([1, 4]);
  });
});

describe("what a caller without types gets wrong is usage", () => {
  const untyped = enforceConstraints as unknown as (...values: readonly unknown[]) => unknown;
  const layer = "dense";
  it.each([
    ["options in place of the constraints", [{ epsilon: 1e-7 }], "found an object, wanted a list of { layer,"],
    ["a misspelt option", [[], { optimiser: null }], "found an unknown option, wanted optimizer"],
    ["the name of an optimizer", [undefined, { optimizer: "sgd" }], 'found "sgd", wanted an optimizer such as'],
    ["an epsilon that is NaN", [[], { epsilon: NaN }], "found NaN, wanted a number from 0 on"],
    ["a layer's misspelt name", [[{ layer: "dence", weight: "kernel", constraint: nonNeg() }]], "wanted dense"],
    ["the name of a constraint", [[{ layer, weight: "kernel", constraint: "max_norm" }]], 'found "max_norm", wanted'],
    [
      "a constraint of tfjs",
      [[{ layer, weight: "kernel", constraint: tfl.constraints.maxNorm({}) }]],
      "a MaxNorm, wanted",
    ],
    ["no constraint", [[{ layer, weight: "kernel" }]], "found undefined, wanted plain data"],
  ])("%s", async (_, values, message) => {
    await tf.setBackend("cpu");
    const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [2], name: layer })] });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const usage = expect.objectContaining({ code: "usage", message: expect.stringContaining(message) as string });
    expect(() => untyped(model, ...values)).toThrow(usage);
  });
});
