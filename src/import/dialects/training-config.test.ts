import { describe, expect, it } from "vitest";
import { jsonPath } from "../../formats/json-path.js";
import { readTrainingConfig } from "./training-config.js";

const path = jsonPath("m");

describe("how a model was compiled", () => {
  it("is read from Keras 3, with the weights of its losses", () => {
    const written = {
      optimizer: { module: "keras.optimizers", class_name: "SGD", config: { learning_rate: 0.5 } },
      loss: ["mse", "mae"],
      loss_weights: [1, 0.25],
      metrics: null,
    };
    expect(readTrainingConfig(written, path)).toEqual({
      optimizer: { className: "SGD", config: { learning_rate: 0.5 } },
      loss: ["mse", "mae"],
      lossWeights: [1, 0.25],
      path: expect.stringMatching(/^m.*optimizer$/) as string,
    });
  });

  it("is read from Keras 2, whose losses have no weights where it says null", () => {
    const written = { optimizer_config: { class_name: "SGD", config: {} }, loss: "mse", loss_weights: null };
    const read = readTrainingConfig(written, path);
    expect(read).toMatchObject({ optimizer: { className: "SGD" }, loss: "mse" });
    expect(Object.keys(read ?? {})).not.toContain("lossWeights");
  });

  it("is null where the model was not compiled, and has no optimizer where that is no class", () => {
    expect([undefined, null, {}, "adam"].map((value) => readTrainingConfig(value, path))).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(readTrainingConfig({ optimizer: "adam" }, path)?.optimizer).toEqual({ className: "adam", config: {} });
    expect(readTrainingConfig({ optimizer: 3 }, path)).toMatchObject({ optimizer: null, loss: null });
  });
});
