import { describe, expect, test } from "vitest";
import type { NdArray } from "../../ndarray.js";
import type { GraphSpec, LayerSpec, WeightSpec } from "../spec.js";
import { flipAxes, joinLastAxis, moveAxes } from "./array-layout.js";
import { storedWeights } from "./keras3-paths.js";
import { legacyOrder, oneByOne } from "./legacy-pieces.js";
import { snakeCase } from "./snake-case.js";

function array(shape: readonly number[], data: readonly number[]): NdArray {
  return { dtype: "float64", shape, data: Float64Array.from(data) };
}

describe("array layouts", () => {
  const matrix = array([2, 3], [1, 2, 3, 4, 5, 6]);

  test("moves axes to where they are said to go", () => {
    expect(moveAxes(matrix, [1, 0])).toEqual(array([3, 2], [1, 4, 2, 5, 3, 6]));
  });

  test("moves the axes of a kernel with the filters first", () => {
    const stored = array([2, 1, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]);
    expect(moveAxes(stored, [3, 2, 0, 1])).toEqual(array([2, 2, 1, 2], [0, 4, 1, 5, 2, 6, 3, 7]));
  });

  test("drops an axis of extent 1", () => {
    const stored = array([2, 1, 1, 2], [1, 2, 3, 4]);
    expect(moveAxes(stored, [0, null, 1, 2])).toEqual(array([2, 1, 2], [1, 2, 3, 4]));
  });

  test("flips the first axes", () => {
    expect(flipAxes(matrix, 1)).toEqual(array([2, 3], [4, 5, 6, 1, 2, 3]));
    expect(flipAxes(matrix, 2)).toEqual(array([2, 3], [6, 5, 4, 3, 2, 1]));
    expect(flipAxes(array([0, 2], []), 1)).toEqual(array([0, 2], []));
  });

  test("joins along the last axis", () => {
    expect(joinLastAxis([matrix, array([2, 1], [7, 8])])).toEqual(array([2, 4], [1, 2, 3, 7, 4, 5, 6, 8]));
    expect(joinLastAxis([array([2], [1, 2]), array([1], [3])])).toEqual(array([3], [1, 2, 3]));
  });
});

// From keras-spec 4.3: names that Keras 3.15.1 gave.
test("classes have the names that Keras gives them", () => {
  const names = ["PReLU", "ReLU", "LeakyReLU", "MaxPooling2D", "Conv2DTranspose", "ConvLSTM2D", "LSTM", "Dense"];
  expect(names.map(snakeCase)).toEqual([
    "p_re_lu",
    "re_lu",
    "leaky_re_lu",
    "max_pooling2d",
    "conv2d_transpose",
    "conv_lstm2d",
    "lstm",
    "dense",
  ]);
  expect(["STFTSpectrogram", "RMSNormalization", "BatchNormalization"].map(snakeCase)).toEqual([
    "stft_spectrogram",
    "rms_normalization",
    "batch_normalization",
  ]);
});

function weight(name: string, options: Partial<WeightSpec> = {}): WeightSpec {
  const base = { layerClass: "Dense", shape: [1], trainable: true, constraint: null, store: "" };
  return { name, ...base, spatialAxes: 0, values: null, ...options };
}

function layer(
  className: string,
  name: string,
  weights: readonly WeightSpec[],
  graph: GraphSpec | null = null,
): LayerSpec {
  return { name, className, path: name, trainable: true, options: {}, graph, calls: [], weights };
}

function graph(sequential: boolean, layers: readonly LayerSpec[]): GraphSpec {
  return { name: "m", sequential, layers, order: [], inputs: [], outputs: [] };
}

const kernel = weight("kernel");
const moving = weight("moving_mean", { trainable: false });
const gamma = weight("gamma");

describe("places in a Keras 3 store", () => {
  const dense = (name: string): LayerSpec => layer("Dense", name, [kernel]);
  const inner = graph(true, [layer("InputLayer", "i", []), dense("x")]);
  const model = graph(false, [
    layer("InputLayer", "i", []),
    dense("b"),
    layer("Dropout", "o", []),
    layer("BatchNormalization", "n", [moving, gamma]),
    layer("LSTM", "l", [weight("kernel", { store: "cell" }), weight("bias", { store: "cell" })]),
    dense("a"),
    layer("Sequential", "s", [], inner),
  ]);
  const placesOf = (twice: boolean, container: "layers" | "_layer_checkpoint_dependencies"): string[] =>
    storedWeights(model, { container, twice }).map((one) => `${one.group}/${one.index} ${one.weight.name}`);

  test("are counted by class, not by name", () => {
    expect(placesOf(false, "layers")).toEqual([
      "layers/dense/vars/0 kernel",
      "layers/batch_normalization/vars/0 gamma",
      "layers/batch_normalization/vars/1 moving_mean",
      "layers/lstm/cell/vars/0 kernel",
      "layers/lstm/cell/vars/1 bias",
      "layers/dense_1/vars/0 kernel",
      "layers/sequential/layers/dense/vars/0 kernel",
    ]);
  });

  test("are counted twice for layers with weights in Keras 2.12 and 2.13", () => {
    const places = placesOf(true, "_layer_checkpoint_dependencies");
    expect(places).toContain("_layer_checkpoint_dependencies/dense/vars/0 kernel");
    expect(places).toContain("_layer_checkpoint_dependencies/dense_2/vars/0 kernel");
  });
});

function namesOf(one: LayerSpec): string[] {
  return legacyOrder(one, oneByOne).map((piece) => `${piece.layer.name} ${piece.weights[0]?.name}`);
}

describe("the order of legacy files", () => {
  const normalization = layer("BatchNormalization", "n", [gamma, moving]);
  test("has trainable weights first", () => {
    const nested = layer("Model", "m", [], graph(false, [normalization, layer("Dense", "d", [kernel])]));
    expect(namesOf(nested)).toEqual(["n gamma", "d kernel", "n moving_mean"]);
  });

  test("has a frozen layer's weights behind", () => {
    const frozen = { ...layer("Dense", "d", [kernel]), trainable: false };
    const nested = layer("Model", "m", [], graph(false, [frozen, normalization]));
    expect(namesOf(nested)).toEqual(["n gamma", "d kernel", "n moving_mean"]);
    expect(namesOf({ ...nested, trainable: false })).toEqual(["d kernel", "n gamma", "n moving_mean"]);
  });
});
