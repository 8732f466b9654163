import { describe, expect, it } from "vitest";
import { readLayer, ruleOf, shapesOf } from "../../../fixtures/rule-run.js";
import type { JsonObject } from "../../formats/python-json.js";

function messages(className: string, config: JsonObject): string[] {
  return readLayer(className, config).problems.map(({ code, path, message }) => `${code} ${path}: ${message}`);
}

const conv = { filters: 4, kernel_size: [3, 2] };
const first = { data_format: "channels_first" };

describe("refusing options", () => {
  it.each([
    [
      "Conv2D",
      { ...conv, padding: "causal" },
      'unsupported-option layer.padding: found "causal", wanted one of "valid", "same"',
    ],
    ["Conv2D", { ...conv, groups: 3 }, "bad-config layer.groups: found 3, wanted a divisor of the 4 filters"],
    [
      "Conv2D",
      { ...conv, strides: 2, dilation_rate: 2 },
      "unsupported-option layer.dilation_rate: found [2,2] beside strides of [2,2], wanted one of the two",
    ],
    ["Conv2D", { ...conv, lora_rank: 4 }, "unsupported-option layer.lora_rank: found 4, wanted null"],
    [
      "Conv2D",
      { ...conv, colour: 1 },
      "unsupported-option layer.colour: found the option colour = 1, which Conv2D does not know",
    ],
    ["Conv2D", { filters: 4 }, "bad-config layer.kernel_size: found nothing, wanted one integer or 2 of at least 1"],
    ["DepthwiseConv2D", { kernel_size: 3, groups: 2 }, "unsupported-option layer.groups: found 2, wanted 1"],
    [
      "SeparableConv2D",
      { ...conv, kernel_regularizer: {} },
      "unsupported-option layer.kernel_regularizer: found {}, wanted null",
    ],
    [
      "MaxPooling2D",
      { padding: "full" },
      'unsupported-option layer.padding: found "full", wanted one of "valid", "same"',
    ],
    [
      "UpSampling2D",
      { interpolation: "bicubic" },
      'unsupported-option layer.interpolation: found "bicubic", wanted one of "nearest", "bilinear"',
    ],
    [
      "ZeroPadding2D",
      { padding: [1, 2, 3] },
      "bad-config layer.padding: found [1,2,3], wanted an integer, two, or two pairs",
    ],
    [
      "Reshape",
      { target_shape: [-1, -1] },
      "bad-config layer.target_shape: found [-1,-1], wanted extents of which at most one is -1",
    ],
    ["Permute", { dims: [1, 3] }, "bad-config layer.dims: found [1,3], wanted each axis from 1 on once"],
    ["BatchNormalization", { axis: [1, 2] }, "unsupported-option layer.axis: found 2 axes, wanted one"],
    ["BatchNormalization", { renorm: true }, "unsupported-option layer.renorm: found true, wanted false"],
    ["BatchNormalization", { mode: 1 }, "unsupported-option layer.mode: found 1, wanted 0"],
    [
      "BatchNormalization",
      { virtual_batch_size: 4 },
      "unsupported-option layer.virtual_batch_size: found 4, wanted null",
    ],
  ] as const)("%s %o", (className, config, wanted) => {
    expect(messages(className, config as JsonObject)).toContain(wanted);
  });

  it("refuses what Theano computes in ways of its own", () => {
    const theano = { kerasVersion: "2.2.4", backend: "theano" };
    const { problems } = readLayer("UpSampling2D", { interpolation: "bilinear" }, "keras2", theano);
    expect(problems.map(({ path }) => path)).toEqual(["layer.interpolation"]);
    const even = readLayer("SeparableConv2D", { ...conv, padding: "same" }, "keras2", theano);
    expect(even.problems.map(({ path }) => path)).toEqual(["layer.padding"]);
  });
});

describe("what the writer decides", () => {
  it("reads same padding as Theano's where Theano wrote the file", () => {
    const same = { pool_size: 3, padding: "same" };
    expect(
      readLayer("MaxPooling2D", same, "keras2", { kerasVersion: "2.2.4", backend: "theano" }).options,
    ).toMatchObject({
      padding: "theanoSame",
    });
    expect(readLayer("MaxPooling2D", same, "keras2").options).toMatchObject({ padding: "same" });
  });

  it("counts from pixel corners in multi-backend Keras 2 alone", () => {
    const bilinear = { interpolation: "bilinear" };
    const read = (kerasVersion: string) =>
      readLayer("UpSampling2D", bilinear, "keras2", { kerasVersion, backend: "tensorflow" }).options;
    expect(read("2.3.1")).toMatchObject({ interpolation: "bilinearCorner" });
    expect(read("2.2.4-tf")).toMatchObject({ interpolation: "bilinear" });
    expect(read("2.15.0")).toMatchObject({ interpolation: "bilinear" });
  });

  it("never moves channels in a Flatten of Keras 1", () => {
    expect(readLayer("Flatten", first, "keras1").options).toEqual({ channelsFirst: false });
    expect(readLayer("Flatten", first, "keras2").options).toEqual({ channelsFirst: true });
  });
});

describe("shapes", () => {
  it.each([
    ["Conv2D", { ...conv, strides: 2 }, [null, 7, 6, 3], [null, 3, 3, 4]],
    ["Conv2D", { ...conv, strides: 2, padding: "same" }, [null, 7, 6, 3], [null, 4, 3, 4]],
    ["Conv2D", { ...conv, dilation_rate: 2 }, [null, 7, 6, 3], [null, 3, 4, 4]],
    ["Conv2D", { ...conv, ...first }, [2, 3, null, 6], [2, 4, null, 5]],
    ["DepthwiseConv2D", { kernel_size: 3, depth_multiplier: 2 }, [null, 7, 6, 3], [null, 5, 4, 6]],
    ["SeparableConv2D", { ...conv, ...first }, [null, 3, 7, 6], [null, 4, 5, 5]],
    ["MaxPooling2D", { pool_size: [3, 2], strides: null }, [null, 7, 6, 2], [null, 2, 3, 2]],
    ["GlobalMaxPooling2D", { keepdims: true, ...first }, [null, 3, 7, 6], [null, 3, 1, 1]],
    [
      "ZeroPadding2D",
      {
        padding: [
          [1, 2],
          [3, 4],
        ],
      },
      [null, 5, null, 2],
      [null, 8, null, 2],
    ],
    ["UpSampling2D", { size: [2, 3] }, [null, 5, 4, 2], [null, 10, 12, 2]],
    ["Flatten", {}, [null, 3, 4], [null, 12]],
    ["Flatten", {}, [null, null, 4], [null, null]],
    ["Reshape", { target_shape: [2, -1] }, [null, 3, 4], [null, 2, 6]],
    ["Permute", { dims: [3, 1, 2] }, [null, 3, 4, 5], [null, 5, 3, 4]],
    ["Activation", { activation: "glu" }, [null, 3, 8], [null, 3, 4]],
  ] as const)("%s %o of %j", (className, config, input, output) => {
    expect(shapesOf(className, config as unknown as JsonObject, input)).toEqual([output]);
  });

  it.each([
    ["Conv2D", conv, [null, 2, 6, 3], "Conv2D: found an extent of 2, wanted at least the window's 3"],
    ["Conv2D", conv, [null, 7, 6], "Conv2D: found an input of rank 3, wanted 4"],
    ["Conv2D", conv, [null, 7, 6, null], "Conv2D: found no number of channels, wanted at least 1"],
    [
      "Reshape",
      { target_shape: [5, -1] },
      [null, 3, 4],
      "Reshape: found 12 numbers for each sample, wanted a number for [5, -1]",
    ],
    ["Permute", { dims: [1, 2] }, [null, 3], "Permute: found an input of rank 2, wanted 3"],
    ["PReLU", { shared_axes: [3] }, [null, 3, 4], "PReLU: found the shared axis 3 for rank 3"],
    [
      "PReLU",
      {},
      [null, null, 4],
      "PReLU: found no extent of axis 1, wanted one, since each place there has its own slope",
    ],
    [
      "BatchNormalization",
      { axis: 4 },
      [null, 3],
      "BatchNormalization: found axis 4 of an input of shape [null, 3], wanted an axis of a known extent",
    ],
    ["Softmax", { axis: [1, 4] }, [null, 3, 4], "Softmax: found axis 4 for an input of rank 3"],
  ] as const)("%s %o does not take %j", (className, config, input, message) => {
    expect(() => shapesOf(className, config as unknown as JsonObject, input)).toThrow(message);
  });

  it("of merges broadcast, with axes of 1 put behind the batch", () => {
    expect(shapesOf("Add", {}, [null, 4, 3], [null, 3])).toEqual([[null, 4, 3]]);
    expect(shapesOf("Multiply", {}, [2, 1, 3], [null, 4, 1])).toEqual([[2, 4, 3]]);
    expect(() => shapesOf("Add", {}, [null, 4, 3], [null, 2])).toThrow("wanted ones that broadcast");
    expect(() => shapesOf("Subtract", {}, [null, 3])).toThrow("Subtract: found 1 inputs, wanted 2");
    expect(shapesOf("Concatenate", { axis: 1 }, [null, 4, 3], [null, 2, 3])).toEqual([[null, 6, 3]]);
    expect(() => shapesOf("Concatenate", { axis: 1 }, [null, 4, 3], [null, 2, 5])).toThrow("differ on axis 1 alone");
  });
});

function weightsOf(className: string, config: JsonObject, input: readonly (number | null)[]): unknown[][] {
  const { options } = readLayer(className, config);
  const slots = ruleOf(className).weights?.({ options, inputs: [input], ruleOf }) ?? [];
  return slots.map(({ name, shape, trainable, spatialAxes }) => [name, shape, trainable, spatialAxes ?? 0]);
}

describe("weights", () => {
  it("have the layout of Keras 2 and 3 whatever the data format", () => {
    expect(weightsOf("Conv2D", { ...conv, groups: 2, ...first }, [null, 6, 7, 8])).toEqual([
      ["kernel", [3, 2, 3, 4], true, 2],
      ["bias", [4], true, 0],
    ]);
    expect(weightsOf("SeparableConv2D", { ...conv, depth_multiplier: 2, use_bias: false }, [null, 7, 8, 3])).toEqual([
      ["depthwise_kernel", [3, 2, 3, 2], true, 0],
      ["pointwise_kernel", [1, 1, 6, 4], true, 0],
    ]);
    expect(weightsOf("PReLU", { shared_axes: [1, 2] }, [null, 7, 8, 3])).toEqual([["alpha", [1, 1, 3], true, 0]]);
    expect(weightsOf("BatchNormalization", { axis: 1, scale: false }, [null, 7, 8])).toEqual([
      ["beta", [7], true, 0],
      ["moving_mean", [7], false, 0],
      ["moving_variance", [7], false, 0],
    ]);
  });
});
