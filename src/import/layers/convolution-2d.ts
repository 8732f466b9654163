import { KerasProofError } from "../../errors.js";
import { type ActivationSpec, applyActivation } from "../activation-spec.js";
import type { ConfigReader } from "../config-reader.js";
import {
  type CallRequest,
  type ImportedConstraint,
  type LayerRule,
  only,
  type Ops,
  type Shape,
  type Tensor,
  type WeightSlot,
} from "../rule.js";
import { convolve, type Movement } from "./convolve.js";
import {
  channelsLast,
  imageShape,
  ownOrder,
  type Pair,
  placesOf,
  readPair,
  readPlacement,
  shapeOfImage,
} from "./image-window.js";

/** What all convolutions of images have in common. */
interface ConvolutionOptions extends Movement {
  readonly kernelSize: Pair;
  readonly channelsFirst: boolean;
  readonly useBias: boolean;
  readonly activation: ActivationSpec;
  readonly biasConstraint: ImportedConstraint | null;
}

export interface Conv2dOptions extends ConvolutionOptions {
  readonly filters: number;
  readonly groups: number;
  readonly kernelConstraint: ImportedConstraint | null;
}

/**
 * `Conv2D` (keras/src/layers/convolutional/base_conv.py): kernel (rows, columns, in / groups, filters) in either
 * `data_format`, bias (filters).
 */
export const conv2d: LayerRule<Conv2dOptions> = {
  className: "Conv2D",
  aliases: ["Convolution2D"],
  read(config) {
    config.ignore("kernel_initializer");
    config.trainingOnly("kernel_regularizer");
    for (const key of ["lora_rank", "lora_alpha", "quantization_config"]) config.only(key, null);
    const filters = config.integer("filters", { min: 1 });
    const groups = config.integer("groups", { min: 1, fallback: 1 });
    if (filters % groups !== 0) {
      config.problem("bad-config", "groups", `found ${groups}, wanted a divisor of the ${filters} filters`, 0);
    }
    return {
      filters,
      groups,
      ...readConvolution(config),
      kernelConstraint: config.weightConstraint("Conv2D", "kernel"),
    };
  },
  weights({ options, inputs }) {
    const { filters, groups, kernelSize, kernelConstraint } = options;
    const channels = channelsOf("Conv2D", only(inputs), options);
    if (channels % groups !== 0) {
      throw new KerasProofError("bad-graph", "Conv2D", `found ${channels} channels for ${groups} groups`);
    }
    const shape = [...kernelSize, channels / groups, filters];
    return [{ ...kernelSlot("kernel", shape, kernelConstraint), spatialAxes: 2 }, ...biasSlot(options, filters)];
  },
  outputShapes: ({ options, inputs }) => [convolvedShape("Conv2D", only(inputs), options, options.filters)],
  call: (request) =>
    withBias(request, (tf, x, [kernel]) => grouped(tf, x, kernel as Tensor, request.options, request.training)),
};

export interface DepthwiseConv2dOptions extends ConvolutionOptions {
  readonly depthMultiplier: number;
  readonly depthwiseConstraint: ImportedConstraint | null;
}

/**
 * `DepthwiseConv2D` (keras/src/layers/convolutional/base_depthwise_conv.py): kernel (rows, columns, in, multiplier),
 * output channel `in * multiplier + m`. Its kernel is not flipped under Theano.
 */
export const depthwiseConv2d: LayerRule<DepthwiseConv2dOptions> = {
  className: "DepthwiseConv2D",
  read(config) {
    config.ignore("depthwise_initializer", "kernel_initializer");
    config.trainingOnly("depthwise_regularizer");
    config.only("groups", 1);
    config.only("filters", null);
    config.only("kernel_regularizer", null);
    config.constraint("kernel_constraint", "the layer has no such kernel, so that Keras never runs it");
    return { ...readConvolution(config), ...readDepthwise(config) };
  },
  weights({ options, inputs }) {
    const channels = channelsOf("DepthwiseConv2D", only(inputs), options);
    const shape = [...options.kernelSize, channels, options.depthMultiplier];
    return [
      kernelSlot("kernel", shape, options.depthwiseConstraint),
      ...biasSlot(options, channels * options.depthMultiplier),
    ];
  },
  outputShapes({ options, inputs }) {
    const channels = channelsOf("DepthwiseConv2D", only(inputs), options);
    return [convolvedShape("DepthwiseConv2D", only(inputs), options, channels * options.depthMultiplier)];
  },
  call: (request) =>
    withBias(request, (tf, x, [kernel]) =>
      convolve(tf, "depthwiseConv2d", x, kernel as Tensor, request.options, request.training),
    ),
};

export interface SeparableConv2dOptions extends DepthwiseConv2dOptions {
  readonly filters: number;
  readonly pointwiseConstraint: ImportedConstraint | null;
}

/**
 * `SeparableConv2D` (keras/src/layers/convolutional/base_separable_conv.py): depthwise kernel (rows, columns, in,
 * multiplier), pointwise kernel (1, 1, in * multiplier, filters), bias (filters).
 */
export const separableConv2d: LayerRule<SeparableConv2dOptions> = {
  className: "SeparableConv2D",
  aliases: ["SeparableConvolution2D"],
  read(config) {
    config.ignore("depthwise_initializer", "pointwise_initializer", "kernel_initializer");
    config.trainingOnly("depthwise_regularizer", "pointwise_regularizer");
    config.only("groups", 1);
    config.only("kernel_regularizer", null);
    config.constraint("kernel_constraint", "the layer has no such kernel, so that Keras never runs it");
    const options = { ...readConvolution(config), ...readDepthwise(config) };
    if (options.padding === "theanoSame" && options.kernelSize.some((size) => size % 2 === 0)) {
      // theano_backend.py of 2.2.4 cuts by the size of the pointwise kernel: the output is larger than its shape says.
      config.problem("unsupported-option", "padding", "found same with an even kernel by Theano, wanted an odd one", 0);
    }
    return {
      filters: config.integer("filters", { min: 1 }),
      ...options,
      pointwiseConstraint: config.weightConstraint("SeparableConv2D", "pointwise_kernel"),
    };
  },
  weights({ options, inputs }) {
    const channels = channelsOf("SeparableConv2D", only(inputs), options);
    const { depthMultiplier, kernelSize, filters, depthwiseConstraint, pointwiseConstraint } = options;
    return [
      kernelSlot("depthwise_kernel", [...kernelSize, channels, depthMultiplier], depthwiseConstraint),
      kernelSlot("pointwise_kernel", [1, 1, channels * depthMultiplier, filters], pointwiseConstraint),
      ...biasSlot(options, filters),
    ];
  },
  outputShapes: ({ options, inputs }) => [convolvedShape("SeparableConv2D", only(inputs), options, options.filters)],
  call: (request) =>
    withBias(request, (tf, x, [depthwise, pointwise]) => {
      const spread = convolve(tf, "depthwiseConv2d", x, depthwise as Tensor, request.options, request.training);
      const still: Movement = { strides: [1, 1], dilation: [1, 1], padding: "valid" };
      return convolve(tf, "conv2d", spread, pointwise as Tensor, still, request.training);
    }),
};

function readConvolution(config: ConfigReader): ConvolutionOptions {
  config.ignore("bias_initializer");
  config.trainingOnly("bias_regularizer", "activity_regularizer");
  const strides = readPair(config, "strides", 1);
  const dilation = readPair(config, "dilation_rate", 1);
  if (Math.max(...strides) > 1 && Math.max(...dilation) > 1) {
    const found = `found ${JSON.stringify(dilation)} beside strides of ${JSON.stringify(strides)}, wanted one of the two`;
    config.problem("unsupported-option", "dilation_rate", found, 0);
  }
  return {
    kernelSize: readPair(config, "kernel_size"),
    strides,
    dilation,
    ...readPlacement(config),
    useBias: config.boolean("use_bias", true),
    activation: config.activation("activation"),
    biasConstraint: config.weightConstraint("Conv2D", "bias"),
  };
}

function readDepthwise(config: ConfigReader): Pick<DepthwiseConv2dOptions, "depthMultiplier" | "depthwiseConstraint"> {
  return {
    depthMultiplier: config.integer("depth_multiplier", { min: 1, fallback: 1 }),
    depthwiseConstraint: config.weightConstraint("DepthwiseConv2D", "kernel"),
  };
}

function channelsOf(layer: string, shape: Shape, { channelsFirst }: ConvolutionOptions): number {
  const channels = imageShape(layer, shape, channelsFirst)[3];
  if (channels !== null && channels >= 1) return channels;
  throw new KerasProofError("bad-graph", layer, `found ${channels ?? "no number of"} channels, wanted at least 1`);
}

function kernelSlot(name: string, shape: readonly number[], constraint: ImportedConstraint | null): WeightSlot {
  return { name, shape, trainable: true, constraint };
}

function biasSlot({ useBias, biasConstraint }: ConvolutionOptions, size: number): WeightSlot[] {
  return useBias ? [{ name: "bias", shape: [size], trainable: true, constraint: biasConstraint }] : [];
}

function convolvedShape(layer: string, shape: Shape, options: ConvolutionOptions, filters: number): Shape {
  const { kernelSize, strides, dilation, padding, channelsFirst } = options;
  const [batch, rows, columns] = imageShape(layer, shape, channelsFirst);
  const [height, width] = [0, 1].map((axis) => {
    const size = ((kernelSize[axis] as number) - 1) * (dilation[axis] as number) + 1;
    return placesOf(layer, axis === 0 ? rows : columns, size, strides[axis] as number, padding);
  }) as [number | null, number | null];
  return shapeOfImage(batch, height, width, filters, channelsFirst);
}

/** Brings the channels to the end for the convolution, adds the bias, applies the activation. */
function withBias<Options extends ConvolutionOptions>(
  { tf, options, inputs, weights }: CallRequest<Options>,
  convolved: (tf: Ops, x: Tensor, weights: readonly Tensor[]) => Tensor,
): Tensor {
  const result = convolved(tf, channelsLast(tf, only(inputs), options.channelsFirst), weights);
  const biased = options.useBias ? tf.add(result, weights.at(-1) as Tensor) : result;
  return applyActivation(tf, options.activation, ownOrder(tf, biased, options.channelsFirst));
}

function grouped(tf: Ops, x: Tensor, kernel: Tensor, options: Conv2dOptions, training: boolean): Tensor {
  const { groups } = options;
  if (groups === 1) return convolve(tf, "conv2d", x, kernel, options, training);
  const images = tf.split(x, groups, 3);
  const kernels = tf.split(kernel, groups, 3);
  const parts = images.map((image, group) =>
    convolve(tf, "conv2d", image, kernels[group] as Tensor, options, training),
  );
  return tf.concat(parts, 3);
}
