import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import { assign, compile, constrained, denseModel, start, still, x, y } from "../../fixtures/dense-model.js";
import { compileModel } from "./compile.js";
import { enforceConstraints } from "./enforce.js";

describe.each(["cpu", "wasm"])("constraints in training on %s", (backend) => {
  beforeEach(async () => {
    await tf.setBackend(backend);
    expect(tf.getBackend()).toBe(backend);
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
});
