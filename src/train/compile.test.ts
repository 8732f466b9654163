import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { assign, denseModel, start, still, x, y } from "../../fixtures/dense-model.js";
import { applyConstraint } from "../constraints/apply.js";
import { unitNorm } from "../constraints/unit-norm.js";
import type { ModelSpec, TrainingConfig } from "../import/spec.js";
import { compileModel } from "./compile.js";

/** The model's spec as if it had been compiled with momentum, which keeps a velocity for each of its two weights. */
function trained(spec: ModelSpec, more: Partial<TrainingConfig> = {}): ModelSpec {
  const optimizer = { className: "SGD", config: { learning_rate: 0.1, momentum: 0.5 } };
  return { ...spec, training: { optimizer, loss: "mse", path: "m", ...more } };
}

function countTensors(): number {
  return tf.memory().numTensors;
}

describe("compile", () => {
  beforeAll(() => tf.setBackend("cpu"));

  it("frees the velocities of the optimizer that it made before, whatever comes next", async () => {
    const { built, spec, model } = await denseModel();
    const [inputs, targets] = [x(), y()];
    const train = async (): Promise<void> => void (await model.trainOnBatch(inputs, targets));
    compileModel(built, trained(spec));
    const before = countTensors();
    await train();
    expect(countTensors()).toBe(before + 2);
    compileModel(built, trained(spec));
    expect(countTensors()).toBe(before);
    await train();
    compileModel(built, trained(spec), { optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
    expect(countTensors()).toBe(before + 1);
    await train();
    expect(countTensors()).toBe(before + 1);
  });

  it("refuses a file whose losses have weights, and takes a loss in their place", async () => {
    const { built, spec } = await denseModel();
    const weighted = trained(spec, { lossWeights: [0.5] });
    expect(() => compileModel(built, weighted)).toThrow(
      "m: found the loss weights [0.5], wanted none but 1; compile with a loss of your own",
    );
    expect(() => compileModel(built, weighted, { loss: "meanSquaredError" })).not.toThrow();
  });

  it("refuses a file with a regularizer, whatever the loss", async () => {
    const kernel_regularizer = { module: "keras.regularizers", class_name: "L2", config: { l2: 0.01 } };
    const { built, spec } = await denseModel({ kernel_regularizer });
    const refusal = expect.objectContaining({
      code: "unsupported-training",
      message: expect.stringContaining("found a regularizer, which training here would leave out") as string,
    });
    expect(() => compileModel(built, trained(spec))).toThrow(refusal);
    expect(() => compileModel(built, spec, { optimizer: still(), loss: "meanSquaredError" })).toThrow(refusal);
  });

  it("gives its epsilon to the constraints, and to the loss of the file", async () => {
    const { built, spec, model, kernel } = await denseModel({
      kernel_constraint: { class_name: "UnitNorm", config: {} },
      use_bias: false,
    });
    compileModel(built, spec, { optimizer: still(), loss: "meanSquaredError", epsilon: 0.5 });
    await model.trainOnBatch(x(), y());
    const wanted = Float32Array.from(start);
    applyConstraint(unitNorm(), wanted, [3, 2], { epsilon: 0.5 });
    expect(kernel.dataSync()).toEqual(wanted);

    // The wrong class is certain, so that the loss is the logarithm of the least probability that is left.
    assign(kernel, [1, 0, 0, 0, 0, 0]);
    compileModel(built, trained(spec, { loss: "categorical_crossentropy" }), { epsilon: 0.25 });
    const loss = await model.trainOnBatch(x(), tf.tensor2d([0, 1, 0, 1, 0, 1, 0, 1], [4, 2]));
    expect(loss).toBeCloseTo(Math.log(4), 6);
  });

  it("has the metrics that it is given, and none of the file", async () => {
    const { built, spec, model } = await denseModel();
    compileModel(built, trained(spec));
    expect(model.metricsNames).toEqual(["loss"]);
    compileModel(built, trained(spec), { metrics: ["mae"] });
    expect(model.metricsNames).toHaveLength(2);
  });
});
