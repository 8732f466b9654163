import { describe, expect, test } from "vitest";
import { readModelSpec } from "./load-spec.js";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

function tensor(name: string, call = 0, index = 0): Json {
  return { class_name: "__keras_tensor__", config: { shape: [null, 4], keras_history: [name, call, index] } };
}

function layer(className: string, name: string, config: Json, inputs: readonly Json[]): Json {
  const nodes = inputs.map((input) => ({ args: [input], kwargs: {} }));
  return { module: "keras.layers", class_name: className, config, name, inbound_nodes: nodes };
}

function model(layers: readonly Json[], output: Json): Json {
  const input = layer("InputLayer", "in", { name: "in", batch_shape: [null, 4], dtype: "float32" }, []);
  const config = { name: "m", layers: [input, ...layers], input_layers: [["in", 0, 0]], output_layers: [output] };
  return { module: "keras", class_name: "Functional", config };
}

function read(json: Json): Promise<unknown> {
  return readModelSpec(new TextEncoder().encode(JSON.stringify(json)), { name: "m.json" });
}

describe("a graph that cannot be built", () => {
  test("names a tensor that its layer does not have", async () => {
    const dense = layer("Dense", "a", { name: "a", units: 4 }, [tensor("in", 0, 5)]);
    await expect(read(model([dense], ["a", 0, 0]))).rejects.toThrow(
      expect.objectContaining({
        code: "bad-graph",
        message: "m.json$.config.layers[1]: found tensor 5 of in, wanted one of its 1, counted from 0",
      }),
    );
    const sound = layer("Dense", "a", { name: "a", units: 4 }, [tensor("in")]);
    await expect(read(model([sound], ["a", 0, 3]))).rejects.toThrow("found tensor 3 of a");
  });

  test("calls models in models so often that a small file makes a huge run", async () => {
    let nested = model([layer("Dense", "a", { name: "a", units: 4 }, [tensor("in")])], ["a", 0, 0]);
    for (let depth = 0; depth < 6; depth++) {
      const { config } = nested as { config: { [key: string]: Json } };
      const inputs = [tensor("in"), ...Array.from({ length: 9 }, (_, call) => tensor("n", call))];
      nested = model([layer("Functional", "n", { ...config, name: "n" }, inputs)], ["n", 9, 0]);
    }
    await expect(read(nested)).rejects.toThrow(
      expect.objectContaining({
        code: "limit",
        message: expect.stringMatching(/found \d{7} connections .* at most 20000/),
      }),
    );
  });

  test.each([
    ["no output", [], "bad-graph", "m.json: found a model without outputs, wanted at least one"],
    [
      "one tensor as two outputs",
      [
        ["a", 0, 0],
        ["a", 0, 0],
      ],
      "unsupported-model",
      "m.json: found one tensor as several outputs of a model, wanted each once: tfjs runs no such model",
    ],
  ])("has %s", async (_, outputs, code, message) => {
    const { config, ...rest } = model([layer("Dense", "a", { name: "a", units: 4 }, [tensor("in")])], "") as {
      config: { [key: string]: Json };
    };
    await expect(read({ ...rest, config: { ...config, output_layers: outputs } })).rejects.toThrow(
      expect.objectContaining({ code, message }),
    );
  });

  test("calls a merge of nothing", async () => {
    const merge = layer("Add", "a", { name: "a" }, [[]]);
    await expect(read(model([merge], ["a", 0, 0]))).rejects.toThrow(
      expect.objectContaining({
        problems: expect.arrayContaining([
          expect.objectContaining({ code: "bad-graph", path: "m.json$.config.layers[1]" }),
        ]),
      }),
    );
  });
});
