import { describe, expect, it } from "vitest";
import type { WrittenBy } from "../constraints/written-by.js";
import type { TrainingConfig } from "../import/spec.js";
import { readLosses, readOptimizer } from "./training-plan.js";

const keras3: WrittenBy = { generation: "keras3", kerasVersion: "3.15.1" };
const tfKeras = (kerasVersion: string): WrittenBy => ({ generation: "keras2", kerasVersion });

function config(optimizer: Record<string, unknown>, loss: unknown = "mse", className = "SGD"): TrainingConfig {
  return { optimizer: { className, config: optimizer }, loss, path: "m.h5!/training_config" };
}

describe("the optimizer of a compiled model", () => {
  it("is read as Keras 2 writes it", () => {
    const written = config({ lr: 0.5, momentum: 0.9, decay: 0.1, nesterov: true, name: "SGD" });
    expect(readOptimizer(written, tfKeras("2.2.4"), new Set(["Embedding"]))).toEqual({
      kind: "sgd",
      learningRate: 0.5,
      momentum: 0.9,
      nesterov: true,
      decay: 0.1,
      arithmetic: "multi-backend",
    });
  });

  it("is read as Keras 3 writes it, with the momentum that TensorFlow makes of it", () => {
    const options = { learning_rate: 0.1, momentum: 0.9, weight_decay: null, use_ema: false, ema_momentum: 0.99 };
    const read = readOptimizer(config(options), keras3, new Set());
    expect(read).toMatchObject({ learningRate: 0.1, momentum: Math.fround(0.9), arithmetic: "optimizer" });
    expect(readOptimizer(config(options), { ...keras3, backend: "jax" }, new Set()).momentum).toBe(0.9);
  });

  it("falls back to Keras's defaults, and ignores a negative decay as Keras 1 and 2 do", () => {
    const wanted = { learningRate: 0.01, momentum: 0, nesterov: false, decay: 0 };
    expect(readOptimizer(config({}), { generation: "keras1" }, new Set())).toMatchObject(wanted);
    expect(readOptimizer(config({ decay: -1 }), { generation: "keras1" }, new Set())).toMatchObject(wanted);
  });

  it("is refused where tf.keras moves only some rows of an Embedding", () => {
    const written = config({ momentum: 0.5 }, "mse", "Custom>SGD");
    const layers = new Set(["Dense", "Embedding"]);
    expect(() => readOptimizer(written, tfKeras("2.4.0"), layers)).toThrow("found SGD with momentum on an Embedding");
    expect(() => readOptimizer(config({ momentum: 0.5, decay: 0 }), tfKeras("2.15.0"), layers)).toThrow(
      "on an Embedding",
    );
    expect(readOptimizer(written, tfKeras("2.15.0"), layers).momentum).toBe(0.5);
    expect(readOptimizer(written, tfKeras("2.4.0"), new Set(["Dense"])).momentum).toBe(0.5);
    expect(readOptimizer(config({}), tfKeras("2.4.0"), layers).momentum).toBe(0);
  });

  it.each([
    [{ clipnorm: 1 }, "found SGD with clipnorm = 1"],
    [{ weight_decay: 0.01 }, "found SGD with weight_decay = 0.01"],
    [{ use_ema: true }, "found SGD with use_ema = true"],
    [{ clipvalue: 0.5 }, "found SGD with clipvalue = 0.5"],
    [{ gradient_accumulation_steps: 2 }, "found SGD with gradient_accumulation_steps = 2"],
    [{ surprise: 2 }, "found SGD with surprise = 2"],
    [{ decay: 0.1 }, "found SGD with decay = 0.1"],
    [{ momentum: 1.5 }, "found SGD with momentum = 1.5"],
    [{ momentum: "0.5" }, 'found SGD with momentum = "0.5"'],
    [{ nesterov: 1 }, "found SGD with nesterov = 1"],
    [{ learning_rate: { class_name: "ExponentialDecay" } }, "found SGD with learning_rate = {"],
    [{ learning_rate: Number.NaN }, "found SGD with learning_rate = NaN"],
  ])("is refused where it would not be Keras's: %o", (written, found) => {
    expect(() => readOptimizer(config(written), keras3, new Set())).toThrow(found);
    expect(() => readOptimizer(config(written), keras3, new Set())).toThrow("wanted SGD with no more than");
  });

  it("is refused where it is another, or none", () => {
    expect(() => readOptimizer(config({}, "mse", "Adam"), keras3, new Set())).toThrow("found the optimizer Adam");
    const none = { ...config({}), optimizer: null };
    expect(() => readOptimizer(none, keras3, new Set())).toThrow("found no optimizer");
  });
});

describe("the losses of a compiled model", () => {
  it("are read from the objects of Keras 3", () => {
    const loss = {
      class_name: "CategoricalCrossentropy",
      config: { from_logits: false, label_smoothing: 0, axis: -1 },
    };
    expect(readLosses(config({}, loss), ["out"])).toEqual(["categorical_crossentropy"]);
  });

  it("belong to the outputs by order or by name", () => {
    expect(readLosses(config({}, ["mae", "mse"]), ["a", "b"])).toEqual(["mean_absolute_error", "mean_squared_error"]);
    expect(readLosses(config({}, { b: "mse", a: "mae" }), ["a", "b"])[0]).toBe("mean_absolute_error");
  });

  it.each([
    ["hinge", "found the loss hinge"],
    [["mse"], "found 1 losses for 2 outputs"],
    [{ class_name: "CategoricalCrossentropy", config: { from_logits: true } }, "with from_logits = true"],
    [{ class_name: "CategoricalCrossentropy", config: { axis: [Infinity] } }, "with axis = [Infinity]"],
    [[["mse", Number.NaN], "mse"], 'found the loss ["mse",NaN]'],
  ])("are refused where they would not be Keras's: %o", (loss, found) => {
    expect(() => readLosses(config({}, loss), ["a", "b"])).toThrow(found);
    expect(() => readLosses(config({}, loss), ["a", "b"])).toThrow("wanted one of mean_squared_error");
  });

  it.each([[[1, 0.2]], [{ a: 1, b: 0.2 }], [0.5], [["1", 1]], [[null, 1]]])(
    "are refused with weights that would be left out: %o",
    (lossWeights) => {
      expect(() => readLosses({ ...config({}), lossWeights }, ["a", "b"])).toThrow("found the loss weights ");
    },
  );

  it("are refused with weights that are no numbers, which the message tells as they are", () => {
    const lossWeights = { a: Number.NaN, b: -Infinity };
    const found = 'found the loss weights {"a":NaN,"b":-Infinity}, wanted none but 1';
    expect(() => readLosses({ ...config({}), lossWeights }, ["a", "b"])).toThrow(found);
  });

  it.each([[[1, 1]], [{ a: 1, b: 1 }], [1], [[]]])("are read with weights that change nothing: %o", (lossWeights) => {
    expect(readLosses({ ...config({}), lossWeights }, ["a", "b"])).toHaveLength(2);
  });
});
