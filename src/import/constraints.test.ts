import { describe, expect, it } from "vitest";
import type { JsonObject } from "../formats/python-json.js";
import { readModelSpec } from "./load-spec.js";
import type { ReadOptions } from "./read-options.js";
import { constraintBindings } from "./spec.js";
import { surveyModel } from "./survey.js";

function layer(name: string, options: JsonObject): JsonObject {
  return {
    module: "keras.layers",
    class_name: name,
    config: options,
    registered_name: null,
  };
}

/** A Keras 3 Sequential of one layer, as JSON. */
function modelOf(className: string, config: JsonObject, inputShape: (number | null)[]): Uint8Array {
  const layers = [
    layer("InputLayer", { batch_shape: inputShape, dtype: "float32", name: "in" }),
    layer(className, config),
  ];
  return new TextEncoder().encode(
    JSON.stringify({ module: "keras", class_name: "Sequential", config: { name: "m", layers }, registered_name: null }),
  );
}

async function read(className: string, config: JsonObject, shape: (number | null)[], options: ReadOptions = {}) {
  const spec = await readModelSpec(modelOf(className, { name: "one", ...config }, shape), options);
  const notes = spec.notes.filter(({ code }) => code !== "assumed-generation");
  return { bindings: constraintBindings(spec), notes: notes.map(({ code, path }) => `${code} ${path}`) };
}

const unit = (axis: unknown): JsonObject => ({ class_name: "UnitNorm", config: { axis } as JsonObject });

/** A model with a UnitNorm whose axis stands so in the text. */
function modelWithAxis(axis: string): Uint8Array {
  const text = new TextDecoder().decode(
    modelOf("Dense", { name: "one", units: 2, kernel_constraint: unit("axis") }, [null, 3]),
  );
  return new TextEncoder().encode(text.replace('"axis":"axis"', `"axis":${axis}`));
}

describe("constraints of a model", () => {
  it("with a broken axis are reported at once and keep nothing from being read", async () => {
    for (const axis of [2, [0, 0], 1.5, "x"]) {
      const { bindings, notes } = await read("Dense", { units: 2, kernel_constraint: unit(axis) }, [null, 3]);
      expect(bindings).toHaveLength(1);
      expect(notes).toContain("broken-constraint model$.config.layers[1].config.kernel_constraint");
    }
  });

  it("with an axis that is written as a float are reported, since every Keras refuses it", async () => {
    for (const [axis, broken] of [
      ["0", false],
      ["0.0", true],
      ["-1e0", true],
      ["[0, 1]", false],
      ["[0, 1.0]", true],
    ] as const) {
      const { notes, graph } = await readModelSpec(modelWithAxis(axis));
      expect(graph.layers).toHaveLength(2);
      const codes = notes.map(({ code }) => code).filter((code) => code.startsWith("broken"));
      expect(codes).toEqual(broken ? ["broken-axis", "broken-constraint"] : []);
    }
  });

  it("without a weight are reported as dead", async () => {
    const dense = await read("Dense", { units: 2, use_bias: false, bias_constraint: unit(0) }, [null, 3]);
    expect(dense.bindings).toEqual([]);
    expect(dense.notes).toEqual(["dead-constraint model$.config.layers[1].config.bias_constraint"]);
    const norm = await read("BatchNormalization", { scale: false, gamma_constraint: unit(0) }, [null, 3]);
    expect(norm.notes).toEqual(["dead-constraint model$.config.layers[1].config.gamma_constraint"]);
    const separable = { filters: 2, kernel_size: 3, kernel_constraint: unit(0) };
    const found = await read("SeparableConv2D", separable, [null, 5, 5, 1]);
    expect(found.notes).toEqual(["dead-constraint model$.config.layers[1].config.kernel_constraint"]);
  });

  it("are read inside wrappers", async () => {
    const inner = {
      module: "keras.layers",
      class_name: "LSTM",
      config: { name: "l", units: 2, recurrent_constraint: unit(7) },
    };
    const { bindings, notes } = await read("Bidirectional", { layer: inner }, [null, 4, 3]);
    expect(bindings.map(({ weight, layerClass }) => `${layerClass} ${weight}`)).toEqual([
      "LSTM forward/recurrent_kernel",
      "LSTM backward/recurrent_kernel",
    ]);
    expect(notes.filter((note) => note.startsWith("broken-constraint"))).toHaveLength(2);
  });

  it("of one's own are read by name", async () => {
    const raw = { module: "my", class_name: "Mine", config: { by: 2 }, registered_name: "my>Mine" };
    const config = { units: 2, kernel_constraint: raw };
    await expect(read("Dense", config, [null, 3])).rejects.toMatchObject({ code: "unsupported-constraint" });
    const { bindings } = await read("Dense", config, [null, 3], { customConstraints: { "my>Mine": () => {} } });
    expect(bindings[0]?.constraint).toEqual({ kind: "custom", name: "my>Mine", config: { by: 2 } });
  });

  it("of layers that cannot be imported are reported, those of stacked cells too", async () => {
    const cell = (className: string, option: string): JsonObject =>
      layer(className, { name: className, units: 2, [option]: { class_name: "MaxNorm", config: { max_value: 3 } } });
    const stacked = layer("StackedRNNCells", {
      name: "cells",
      cells: [cell("LSTMCell", "kernel_constraint"), cell("GRUCell", "recurrent_constraint")],
    });
    const { stored, notes, problems } = await surveyModel(modelOf("RNN", { name: "one", cell: stacked }, [null, 4, 3]));
    expect(problems.map(({ code }) => code)).toContain("unsupported-layer");
    expect(stored).toMatchObject([
      { layer: "one", layerClass: "LSTMCell", weight: "cell/LSTMCell/kernel", shape: [3, 8], values: null },
      { layer: "one", layerClass: "GRUCell", weight: "cell/GRUCell/recurrent_kernel", shape: [2, 6], values: null },
    ]);
    expect(notes.filter(({ code }) => code === "constraint-without-weight")).toEqual([]);
  });

  it("of attention hold for kernels of two shapes", async () => {
    const config = { name: "one", num_heads: 2, key_dim: 3, kernel_constraint: unit(0) };
    const { stored } = await surveyModel(modelOf("MultiHeadAttention", config, [null, 4, 5]));
    expect(stored?.map(({ weight, shape }) => [weight, shape])).toEqual([
      ["query/kernel", [5, 2, 3]],
      ["key/kernel", [5, 2, 3]],
      ["value/kernel", [5, 2, 3]],
      ["attention_output/kernel", [2, 3, 5]],
    ]);
  });
});
