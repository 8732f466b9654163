import { describe, expect, it } from "vitest";
import type { TrainingConfig } from "../import/spec.js";
import { readTrainingPlan } from "./training-plan.js";

function config(optimizer: Record<string, unknown>, loss: unknown, className = "SGD"): TrainingConfig {
  return { optimizer: { className, config: optimizer }, loss, path: "m.h5!/training_config" };
}

describe("the plan of a compiled model", () => {
  it("reads Keras 2's SGD", () => {
    const written = config({ lr: 0.5, momentum: 0, decay: 0, nesterov: false, name: "SGD" }, "mse");
    expect(readTrainingPlan(written, ["out"])).toEqual({
      optimizer: { kind: "sgd", learningRate: 0.5 },
      losses: ["mean_squared_error"],
    });
  });

  it("reads Keras 3's SGD and loss objects", () => {
    const loss = {
      class_name: "CategoricalCrossentropy",
      config: { from_logits: false, label_smoothing: 0, axis: -1 },
    };
    const written = config({ learning_rate: 0.1, weight_decay: null, use_ema: false, ema_momentum: 0.99 }, loss);
    expect(readTrainingPlan(written, ["out"]).losses).toEqual(["categorical_crossentropy"]);
  });

  it("gives each output its loss, by order or by name", () => {
    expect(readTrainingPlan(config({}, ["mae", "mse"]), ["a", "b"]).losses).toEqual([
      "mean_absolute_error",
      "mean_squared_error",
    ]);
    expect(readTrainingPlan(config({}, { b: "mse", a: "mae" }), ["a", "b"]).losses[0]).toBe("mean_absolute_error");
  });

  it.each([
    [config({ momentum: 0.9 }, "mse"), "found SGD with momentum = 0.9"],
    [config({ clipnorm: 1 }, "mse"), "found SGD with clipnorm = 1"],
    [config({ learning_rate: { class_name: "ExponentialDecay" } }, "mse"), "found learning_rate = {"],
    [config({}, "mse", "Adam"), "found the optimizer Adam"],
    [config({}, "hinge"), "found the loss hinge"],
    [config({}, ["mse"]), "found 1 losses for 2 outputs"],
    [config({}, { class_name: "CategoricalCrossentropy", config: { from_logits: true } }), "with from_logits = true"],
  ])("refuses what it would not do as Keras does: %#", (written, found) => {
    expect(() => readTrainingPlan(written, ["a", "b"])).toThrow(found);
    expect(() => readTrainingPlan(written, ["a", "b"])).toThrow("wanted plain SGD and one of mean_squared_error");
  });
});
