import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { denseModel, x, y } from "../../fixtures/dense-model.js";
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
});
