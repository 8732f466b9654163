import { expect, it } from "vitest";
import type { JsonObject } from "../../formats/python-json.js";
import { keras3Dialect } from "../dialects/keras3.js";
import { storeSchemes } from "../weights/keras3-paths.js";
import { readLayerTree } from "./layer-tree.js";
import { type PlannedWeight, planWeights } from "./plan-weights.js";

function layer(className: string, config: JsonObject): JsonObject {
  return { class_name: className, config };
}

function plan(...layers: readonly JsonObject[]): PlannedWeight[] {
  const root = layer("Sequential", { name: "model", layers });
  const tree = readLayerTree(root, "m.json$", keras3Dialect(new Set()));
  return planWeights(tree, storeSchemes[0]!).flatMap(({ weights }) => weights);
}

function names(config: JsonObject, className = "BatchNormalization"): string[] {
  return plan(layer(className, { name: "one", ...config })).map(({ name }) => name);
}

it("plans the weights that the options of a layer leave", () => {
  expect(names({})).toEqual(["gamma", "beta", "moving_mean", "moving_variance"]);
  expect(names({ scale: false })).toEqual(["beta", "moving_mean", "moving_variance"]);
  expect(names({ center: false })).toEqual(["gamma", "moving_mean", "moving_variance"]);
  expect(names({ rms_scaling: true, scale: false }, "LayerNormalization")).toEqual(["gamma"]);
  expect(names({ use_bias: false }, "LSTM")).toEqual(["kernel", "recurrent_kernel"]);
  expect(names({ tie_weights: false }, "ReversibleEmbedding")).toEqual(["embeddings", "reverse_embeddings"]);
  expect(names({ tie_weights: true }, "ReversibleEmbedding")).toEqual(["embeddings"]);
  expect(names({ use_gate: true, use_bias: false }, "MultiHeadAttention")).toEqual([
    "query/kernel",
    "key/kernel",
    "value/kernel",
    "gate/kernel",
    "attention_output/kernel",
  ]);
  expect(names({ equation: "ab,bc->ac", bias_axes: null }, "EinsumDense")).toEqual(["kernel"]);
  expect(names({ equation: "ab,bc->ac", bias_axes: "c" }, "EinsumDense")).toEqual(["kernel", "bias"]);
  expect(names({ own_constraint: { class_name: "NonNeg", config: {} }, b_constraint: null }, "Mine>Scale")).toEqual([
    "own",
  ]);
});

it("counts what is below a frozen model as frozen, and puts it after what trains", () => {
  const dense = (name: string): JsonObject => layer("Dense", { name, units: 2, use_bias: false });
  const inner = layer("Sequential", {
    name: "inner",
    layers: [layer("Sequential", { name: "frozen", trainable: false, layers: [dense("a")] }), dense("b")],
  });
  expect(plan(inner).map(({ layer: name, trainable, rank }) => [name, trainable, rank])).toEqual([
    ["inner/b", true, 1],
    ["inner/frozen/a", false, 0],
  ]);
});

it("plans both directions of a Bidirectional once, however many are in each other", () => {
  let inner = layer("LSTM", { name: "lstm", units: 1, use_bias: false });
  for (let depth = 0; depth < 60; depth++) inner = layer("Bidirectional", { name: "both", layer: inner });
  expect(plan(inner)).toHaveLength(4);
  expect(plan(layer("Bidirectional", { name: "both", layer: layer("GRU", { name: "gru" }) }))).toHaveLength(6);
});

it("hands the shape of an input on through wrappers, cells and the start of a Sequential", () => {
  const shapesIn = (className: string, config: JsonObject): unknown[] =>
    plan(layer(className, { name: "one", batch_input_shape: [null, 4, 6, 2], ...config })).map(({ name, weight }) => [
      name,
      weight.shape,
    ]);
  const noBias = { use_bias: false };
  const slopes = layer("PReLU", { name: "p" });
  expect(shapesIn("TimeDistributed", { layer: slopes })).toEqual([["layer/alpha", [6, 2]]]);
  expect(shapesIn("TimeDistributed", { layer: layer("TimeDistributed", { name: "t", layer: slopes }) })).toEqual([
    ["layer/layer/alpha", [2]],
  ]);
  expect(shapesIn("SpectralNormalization", { layer: slopes })).toEqual([
    ["layer/alpha", [4, 6, 2]],
    ["vector_u", null],
  ]);
  expect(shapesIn("Mine", { layer: slopes })).toEqual([["layer/alpha", null]]);
  const convolution = layer("Conv1D", { name: "c", filters: 5, kernel_size: [3], ...noBias });
  const model = layer("Sequential", {
    name: "s",
    layers: [convolution, layer("Dense", { name: "d", units: 7, ...noBias })],
  });
  expect(shapesIn("TimeDistributed", { layer: model })).toEqual([
    ["layer/c/kernel", [3, 2, 5]],
    ["layer/d/kernel", [null, 7]],
  ]);
  const cells = [
    layer("GRUCell", { name: "g", units: 5, ...noBias }),
    layer("LSTMCell", { name: "l", units: 3, ...noBias }),
  ];
  const stacked = layer("StackedRNNCells", { name: "cells", cells });
  expect(
    shapesIn("Bidirectional", { layer: layer("RNN", { name: "r", cell: stacked }), batch_input_shape: [null, 4, 2] }),
  ).toEqual([
    ["forward/cell/g/kernel", [2, 15]],
    ["forward/cell/g/recurrent_kernel", [5, 15]],
    ["forward/cell/l/kernel", [5, 12]],
    ["forward/cell/l/recurrent_kernel", [3, 12]],
    ["backward/cell/g/kernel", [2, 15]],
    ["backward/cell/g/recurrent_kernel", [5, 15]],
    ["backward/cell/l/kernel", [5, 12]],
    ["backward/cell/l/recurrent_kernel", [3, 12]],
  ]);
});

it("takes what a layer was built with before what it was declared with", () => {
  const config = { name: "one", units: 2, use_bias: false, batch_input_shape: [null, 9] };
  const built = { ...layer("Dense", config), build_config: { input_shape: [null, 4] } };
  expect(plan(built).map(({ weight }) => weight.shape)).toEqual([[4, 2]]);
  expect(plan(layer("Dense", config)).map(({ weight }) => weight.shape)).toEqual([[9, 2]]);
  for (const broken of [[null, -4], [null, 1.5], ["4"], 4, null, { a: 4 }]) {
    const odd = { ...layer("Dense", { ...config, batch_input_shape: null }), build_config: { input_shape: broken } };
    expect(plan(odd).map(({ weight }) => weight.shape)).toEqual([[null, 2]]);
  }
});
