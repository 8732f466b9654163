import { describe, expect, it } from "vitest";
import { readActivation } from "../../fixtures/activation-references.js";
import type { JsonObject } from "../formats/python-json.js";

function nested(className: string, config: JsonObject): JsonObject {
  return { module: "keras.layers", class_name: className, config };
}

describe("reading an activation", () => {
  it("takes null and a missing configuration as what they stand for", () => {
    expect(readActivation(null, "keras2")).toEqual({ name: "linear" });
    expect(readActivation({ class_name: "relu" }, "keras3")).toEqual({ name: "relu" });
  });

  it("reads a function object of Keras 3 by its name", () => {
    const raw = { module: "builtins", class_name: "function", config: "hard_silu", registered_name: "function" };
    expect(readActivation(raw, "keras3")).toEqual({ name: "hardSilu" });
  });

  it("gives hard_sigmoid the arithmetic of its generation", () => {
    expect(readActivation("hard_sigmoid", "keras1")).toEqual({ name: "hardSigmoidFifth" });
    expect(readActivation("hard_sigmoid", "keras2")).toEqual({ name: "hardSigmoidFifth" });
    expect(readActivation("hard_sigmoid", "keras3")).toEqual({ name: "hardSigmoidSixth" });
  });

  it("reads layers without weights that stand as an activation", () => {
    expect(readActivation(nested("Softmax", { name: "s", dtype: "float32", axis: [1, 2] }), "keras3")).toEqual({
      name: "softmax",
      axes: [1, 2],
    });
    expect(readActivation(nested("Activation", { activation: "tanh" }), "keras3")).toEqual({ name: "tanh" });
    expect(readActivation("LeakyReLU", "keras2")).toEqual(
      readActivation(nested("LeakyReLU", { alpha: 0.3 }), "keras2"),
    );
  });

  it("rounds the slope of a leaky ReLU where TensorFlow does, and only there", () => {
    const leaky = { class_name: "LeakyReLU", config: { alpha: 0.1 } };
    for (const generation of ["keras1", "keras2"] as const) {
      const slope = (backend: string) => readActivation(leaky, generation, backend).parameters?.["negativeSlope"];
      expect(slope("tensorflow")).toBe(Math.fround(0.1));
      expect(slope("theano")).toBe(0.1);
    }
  });

  it("refuses an option that the nested layer does not have", () => {
    expect(() => readActivation({ class_name: "ReLU", config: { alpha: 1 } }, "keras3")).toThrow(
      "found the option alpha",
    );
  });

  it("refuses what it does not know and names the nearest", () => {
    expect(() => readActivation("hard_sigmod", "keras3")).toThrow(
      'activation: found the activation "hard_sigmod", wanted perhaps "hard_sigmoid"',
    );
    expect(() => readActivation("celu", "keras1")).toThrow("wanted perhaps");
    expect(() => readActivation("my_package>thing", "keras2")).toThrow("wanted one of elu");
    expect(() => readActivation({ class_name: "PReLU", config: {} }, "keras2")).toThrow('found the activation "PReLU"');
    expect(() => readActivation(["relu"], "keras2")).toThrow('found the activation ["relu"]');
    expect(() => readActivation(Number.NaN, "keras2")).toThrow("found the activation NaN, ");
    expect(() => readActivation({ alpha: -Infinity }, "keras3")).toThrow('found the activation {"alpha":-Infinity}, ');
  });
});
