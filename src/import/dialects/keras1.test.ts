import { describe, expect, test } from "vitest";
import { parsePythonJson } from "../../formats/python-json.js";
import type { JsonObject } from "../../formats/python-json.js";
import type { LayerConfig } from "./dialect.js";
import { chooseGeneration } from "./generation.js";
import { keras1Dialect, normalizeEntry } from "./keras1.js";
import { readOrdering } from "./keras1-ordering.js";
import { keras2Dialect } from "./keras2.js";

function parse(value: unknown): JsonObject {
  return parsePythonJson(JSON.stringify(value), "m.json") as JsonObject;
}

const keras1 = keras1Dialect(new Set(), "channels_first");

function translate(className: string, config: object): LayerConfig {
  return keras1.translate({ className, config: parse(config) }, "m.json$");
}

function axes(className: string, ordering: string, key: string): readonly (number | null)[] | undefined {
  return translate(className, { dim_ordering: ordering }).mappedAxes?.get(key)?.axes;
}

function padding(value: unknown): unknown {
  return translate("ZeroPadding2D", { padding: value }).config["padding"];
}

function denseOf(config: object): JsonObject {
  return parse({ class_name: "Sequential", config: [{ class_name: "Dense", config }] });
}

function generationOf(config: object): string {
  return chooseGeneration(denseOf(config), null).generation;
}

/** The seed network's first layer as Keras 1.2.2 writes it, with th ordering. */
const convolution = {
  name: "convolution2d_1",
  trainable: true,
  batch_input_shape: [null, 3, 32, 32],
  input_dtype: "float32",
  nb_filter: 32,
  nb_row: 3,
  nb_col: 3,
  init: "glorot_uniform",
  activation: "relu",
  border_mode: "same",
  subsample: [1, 1],
  dim_ordering: "th",
  W_regularizer: null,
  b_regularizer: null,
  activity_regularizer: null,
  W_constraint: { name: "MaxNorm", m: 3, axis: 0 },
  b_constraint: null,
  bias: true,
};

describe("Keras 1's layers in the words of Keras 3", () => {
  test("a convolution with th ordering", () => {
    const { className, config, mappedAxes } = translate("Convolution2D", convolution);
    expect(className).toBe("Conv2D");
    expect({ ...config }).toMatchObject({
      filters: 32,
      kernel_size: [3, 3],
      padding: "same",
      strides: [1, 1],
      data_format: "channels_first",
      use_bias: true,
      kernel_initializer: "glorot_uniform",
    });
    expect(config["kernel_constraint"]).toEqual({ name: "MaxNorm", m: 3, axis: 0 });
    for (const key of ["nb_filter", "nb_row", "nb_col", "W_constraint", "init", "bias"])
      expect(key in config).toBe(false);
    expect(mappedAxes?.get("kernel_constraint")?.axes).toEqual([3, 2, 0, 1]);
  });

  test("a convolution with tf ordering keeps its axes", () => {
    const { config, mappedAxes } = translate("Convolution2D", { ...convolution, dim_ordering: "tf" });
    expect(config["data_format"]).toBe("channels_last");
    expect(mappedAxes).toBeUndefined();
  });

  test("the kernels whose layout has changed, and how", () => {
    expect(axes("Convolution1D", "tf", "kernel_constraint")).toEqual([0, null, 1, 2]);
    expect(axes("SeparableConvolution2D", "th", "depthwise_constraint")).toEqual([3, 2, 0, 1]);
    expect(axes("SeparableConvolution2D", "th", "pointwise_constraint")).toEqual([3, 2, 0, 1]);
    expect(axes("SeparableConvolution2D", "tf", "pointwise_constraint")).toBeUndefined();
    expect(axes("Deconvolution2D", "tf", "kernel_constraint")).toEqual([0, 1, 3, 2]);
  });

  test("an LSTM", () => {
    const { config } = translate("LSTM", {
      output_dim: 4,
      inner_activation: "hard_sigmoid",
      inner_init: "orthogonal",
      forget_bias_init: "one",
      dropout_W: 0,
      dropout_U: 0.5,
      consume_less: "gpu",
      input_dim: 3,
      input_length: 7,
    });
    expect({ ...config }).toEqual({
      units: 4,
      recurrent_activation: "hard_sigmoid",
      recurrent_initializer: "orthogonal",
      unit_forget_bias: true,
      dropout: 0,
      recurrent_dropout: 0.5,
      implementation: 2,
      batch_input_shape: [null, 7, 3],
    });
  });

  test("Dense, with input_dim as its shape", () => {
    expect({ ...translate("Dense", { output_dim: 4, input_dim: 8 }).config }).toEqual({
      units: 4,
      batch_input_shape: [null, 8],
    });
    expect(translate("TimeDistributedDense", { output_dim: 4, input_dim: 8, input_length: 5 })).toMatchObject({
      className: "Dense",
      config: { batch_input_shape: [null, 5, 8] },
    });
  });

  test("padding of all forms", () => {
    expect(padding([1, 2])).toEqual([1, 2]);
    expect(padding([1, 2, 3, 4])).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(padding({ top_pad: 1, bottom_pad: 2, left_pad: 3, right_pad: 4 })).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("merges by their mode", () => {
    expect(translate("Merge", { name: "m", mode: "ave", mode_type: "raw" }).className).toBe("Average");
    expect(translate("Merge", { name: "m", mode: "concat", mode_type: "raw", concat_axis: 1 })).toMatchObject({
      className: "Concatenate",
      config: { name: "m", axis: 1 },
    });
    expect(() => translate("Merge", { mode: "cos", mode_type: "raw" })).toThrow(
      expect.objectContaining({ code: "unsupported-option" }),
    );
    expect(() => translate("Merge", { mode: "x", mode_type: "lambda" })).toThrow(
      expect.objectContaining({ code: "code-in-file" }),
    );
  });

  test("BatchNormalization of mode 0 only", () => {
    expect("mode" in translate("BatchNormalization", { mode: 0 }).config).toBe(false);
    expect(() => translate("BatchNormalization", { mode: 2 })).toThrow(
      expect.objectContaining({ code: "unsupported-option", path: "m.json$.config.mode" }),
    );
  });

  test("one option under both its names is refused", () => {
    expect(() => translate("Convolution2D", { ...convolution, filters: 32 })).toThrow(
      expect.objectContaining({ code: "bad-config" }),
    );
  });

  test("entries of the first releases", () => {
    const entry = normalizeEntry(parse({ name: "Dense", custom_name: "d", output_dim: 4 }));
    expect(JSON.parse(JSON.stringify(entry))).toEqual({ class_name: "Dense", config: { name: "d", output_dim: 4 } });
  });
});

describe("an ordering that Keras 1 left out", () => {
  test("is that of the other layers", () => {
    const layers = [
      { class_name: "ZeroPadding2D", config: { name: "pad", padding: [1, 1] } },
      { class_name: "Convolution2D", config: convolution },
      { class_name: "UpSampling2D", config: { name: "up", size: [2, 2] } },
    ];
    const ordering = readOrdering(parse({ class_name: "Sequential", config: layers }));
    expect(ordering).toEqual({ dataFormat: "channels_first", silent: ["pad", "up"], agreed: true });
    expect(translate("ZeroPadding2D", { padding: [1, 1] }).config["data_format"]).toBe("channels_first");
    expect(translate("MaxPooling2D", { dim_ordering: "tf" }).config["data_format"]).toBe("channels_last");
  });

  test("is channels_last where the others do not agree", () => {
    const layers = ["th", "tf"].map((dim_ordering) => ({ class_name: "MaxPooling2D", config: { dim_ordering } }));
    const ordering = readOrdering(parse({ class_name: "Sequential", config: layers }));
    expect(ordering).toMatchObject({ dataFormat: "channels_last", agreed: false });
  });
});

test("Keras 2 takes the mixture of both vocabularies that the legacy interface takes", () => {
  const { W_constraint: _old, ...rest } = convolution;
  const config = parse({ ...rest, kernel_constraint: { class_name: "MaxNorm", config: { max_value: 3, axis: 0 } } });
  const layer = keras2Dialect(new Set()).translate({ className: "Convolution2D", config }, "m.json$");
  expect(layer.className).toBe("Conv2D");
  expect(layer.config).toMatchObject({ filters: 32, kernel_size: [3, 3], padding: "same" });
  expect(layer.mappedAxes).toBeUndefined();
});

describe("the generation", () => {
  test("is that of the version", () => {
    const model = denseOf({ units: 3 });
    expect(["1.2.2", "2.2.4-tf", "3.15.1"].map((version) => chooseGeneration(model, version).generation)).toEqual([
      "keras1",
      "keras2",
      "keras3",
    ]);
  });

  test("without a version is told by the words", () => {
    expect(generationOf({ output_dim: 3, init: "uniform" })).toBe("keras1");
    expect(generationOf({ units: 3, kernel_initializer: "uniform" })).toBe("keras2");
    expect(generationOf({ nb_filter: 3, kernel_constraint: null })).toBe("keras2");
    expect(generationOf({ units: 3, batch_shape: [null, 3] })).toBe("keras3");
  });
});
