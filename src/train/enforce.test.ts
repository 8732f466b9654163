import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { beforeEach, describe, expect, it } from "vitest";
import { applyConstraint } from "../constraints/apply.js";
import { maxNorm } from "../constraints/max-norm.js";
import { minMaxNorm } from "../constraints/min-max-norm.js";
import { nonNeg } from "../constraints/non-neg.js";
import { radialConstraint } from "../constraints/radial-constraint.js";
import type { Constraint } from "../constraints/spec.js";
import { unitNorm } from "../constraints/unit-norm.js";
import { type BuiltModel, buildModel } from "../import/build.js";
import { readModelSpec } from "../import/load-spec.js";
import { layerRegistry } from "../import/registry.js";
import { type ConstraintBinding, constraintBindings, type ModelSpec } from "../import/spec.js";
import { compileModel } from "./compile.js";
import { enforceConstraints } from "./enforce.js";
import { modelConstraints } from "./model-constraints.js";
import { type TfjsConstraint, tfjsConstraints } from "./tfjs-constraints.js";

/** Not its own fixed point, so that a second application shows. */
const halfway = { class_name: "MinMaxNorm", config: { min_value: 1, max_value: 2, rate: 0.5, axis: 0 } };
const constraint = minMaxNorm({ minValue: 1, maxValue: 2, rate: 0.5 });

const start = [3, 0.25, 0, -4, 0.5, 2];

interface Model {
  readonly spec: ModelSpec;
  readonly built: BuiltModel;
  readonly bindings: readonly ConstraintBinding[];
  readonly model: tfl.LayersModel;
  readonly kernel: tf.Variable;
}

/** x → Dense of 2 units, with the given options; its kernel [3, 2] has `start`. */
async function denseModel(options: object = { kernel_constraint: halfway }): Promise<Model> {
  const layers = [
    { module: "keras.layers", class_name: "InputLayer", config: { name: "x", batch_shape: [null, 3] } },
    { module: "keras.layers", class_name: "Dense", config: { name: "one", units: 2, ...options } },
  ];
  const text = JSON.stringify({ module: "keras", class_name: "Sequential", config: { name: "m", layers } });
  const spec = await readModelSpec(new TextEncoder().encode(text));
  const built = buildModel(spec, layerRegistry());
  const kernel = built.layers.get("one")?.variables[0] as tf.Variable;
  assign(kernel, start);
  return { spec, built, bindings: constraintBindings(spec), model: built.model, kernel };
}

function assign(variable: tf.Variable, values: readonly number[]): void {
  tf.tidy(() => variable.assign(tf.tensor([...values], variable.shape)));
}

/** The numbers after the constraint was applied so many times. */
function constrained(times: number, one: Constraint = constraint, values = start, shape = [3, 2]): Float32Array {
  const data = Float32Array.from(values);
  for (let i = 0; i < times; i++) applyConstraint(one, data, shape);
  return data;
}

const x = (): tf.Tensor => tf.ones([4, 3]);
const y = (): tf.Tensor => tf.ones([4, 2]);

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

function still(): tf.Optimizer {
  return tf.train.sgd(0);
}

function compile(model: tfl.LayersModel, optimizer: tf.Optimizer = still()): tf.Optimizer {
  model.compile({ optimizer, loss: "meanSquaredError" });
  return optimizer;
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

  it("follow the model to the optimizer of its next compile", async () => {
    const { model, bindings, kernel } = await denseModel();
    const first = compile(model);
    enforceConstraints(model, bindings);
    const second = compile(model, tf.train.momentum(0, 0.9));
    await model.trainOnBatch(x(), y());
    expect(kernel.dataSync()).toEqual(constrained(1));
    expect(Object.hasOwn(first, "applyGradients")).toBe(false);
    expect(Object.hasOwn(second, "applyGradients")).toBe(true);
    model.optimizer = first;
    assign(kernel, start);
    await model.trainOnBatch(x(), y());
    expect(kernel.dataSync()).toEqual(constrained(1));
    expect(Object.hasOwn(second, "applyGradients")).toBe(false);
    expect(() => compile(model, {} as never)).toThrow("instance of tf.Optimizer");
  });

  it("hold for two models with one optimizer, until each is released", async () => {
    const models = [await denseModel(), await denseModel()] as const;
    const optimizer = still();
    const releases = models.map(({ model, bindings }) => {
      compile(model, optimizer);
      return enforceConstraints(model, bindings);
    });
    for (const { model, kernel } of models) {
      await model.trainOnBatch(x(), y());
      expect(kernel.dataSync()).toEqual(constrained(1));
    }
    releases[0]?.();
    for (const { model } of models) await model.trainOnBatch(x(), y());
    expect(models.map(({ kernel }) => kernel.dataSync())).toEqual([constrained(1), constrained(2)]);
  });

  it("end when they are released, with optimizer and model as before", async () => {
    const { model, bindings, kernel } = await denseModel();
    const optimizer = compile(model);
    const keys = [optimizer, model].map((object) => Reflect.ownKeys(object));
    const plain: unknown = Reflect.get(optimizer, "applyGradients");
    const replaced = enforceConstraints(model, bindings);
    const release = enforceConstraints(model, bindings);
    replaced();
    await model.trainOnBatch(x(), y());
    release();
    release();
    expect([optimizer, model].map((object) => Reflect.ownKeys(object))).toEqual(
      keys.map((own) => expect.arrayContaining(own)),
    );
    expect(Object.hasOwn(optimizer, "applyGradients") || Object.hasOwn(optimizer, "computeGradients")).toBe(false);
    expect(Object.hasOwn(model, "compile") || Object.hasOwn(model, "optimizer")).toBe(false);
    expect(Reflect.get(optimizer, "applyGradients")).toBe(plain);
    await model.trainOnBatch(x(), y());
    compile(model);
    await model.trainOnBatch(x(), y());
    expect(kernel.dataSync()).toEqual(constrained(1));
  });

  it("stay out of the way of somebody else's hook on the optimizer", async () => {
    const { model, bindings, kernel } = await denseModel();
    const optimizer = compile(model);
    const release = enforceConstraints(model, bindings);
    const ours = optimizer.applyGradients.bind(optimizer);
    let steps = 0;
    const own: typeof ours = (gradients) => {
      steps += 1;
      ours(gradients);
    };
    optimizer.applyGradients = own;
    release();
    expect(Reflect.get(optimizer, "applyGradients")).toBe(own);
    await model.trainOnBatch(x(), y());
    expect([...kernel.dataSync()]).toEqual(start);
    enforceConstraints(model, bindings);
    await model.trainOnBatch(x(), y());
    expect(kernel.dataSync()).toEqual(constrained(1));
    expect(steps).toBe(2);
  });

  it("leave no tensor behind in a thousand steps, nor when they are released", async () => {
    const { model, bindings, kernel } = await denseModel();
    const optimizer = compile(model);
    const gradient = tf.zeros([3, 2]);
    const before = tf.memory();
    const release = enforceConstraints(model, bindings);
    for (let step = 0; step < 1000; step++) optimizer.applyGradients([{ name: kernel.name, tensor: gradient }]);
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
    release();
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numDataBuffers: before.numDataBuffers });
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

  it("are enforced by compile, which refuses before it changes anything and returns the release", async () => {
    const { built, spec, model, kernel } = await denseModel();
    const loss = "meanSquaredError";
    const [first, second] = [still(), tf.train.adam(0)];
    compileModel(built, spec, { optimizer: first, loss });
    const release = compileModel(built, spec, { optimizer: second, loss });
    compileModel(built, spec, { optimizer: second, loss });
    release();
    await model.trainOnBatch(x(), y());
    expect(kernel.dataSync()).toEqual(constrained(1));
    expect(Object.hasOwn(first, "applyGradients")).toBe(false);
    compileModel(built, spec, { optimizer: second, loss })();
    await model.trainOnBatch(x(), y());
    expect(kernel.dataSync()).toEqual(constrained(1));

    const broken = await denseModel({ kernel_constraint: { class_name: "UnitNorm", config: { axis: [0, 0] } } });
    expect(() => compileModel(broken.built, broken.spec, { optimizer: first, loss })).toThrow(
      "one/kernel: found unit_norm",
    );
    expect(broken.model.optimizer as unknown).toBeUndefined();
    expect((broken.model.predict(x()) as tf.Tensor).shape).toEqual([4, 2]);
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
