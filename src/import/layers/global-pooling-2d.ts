import { type LayerRule, only, type Ops, type Tensor } from "../rule.js";
import { imageShape, shapeOfImage } from "./image-window.js";

export interface GlobalPoolingOptions {
  readonly channelsFirst: boolean;
  /** Whether rows and columns stay as axes of 1. */
  readonly keepDims: boolean;
}

/** `GlobalMaxPooling2D` (keras/src/layers/pooling/base_global_pooling.py). */
export const globalMaxPooling2d: LayerRule<GlobalPoolingOptions> = globalPooling(
  "GlobalMaxPooling2D",
  "GlobalMaxPool2D",
  (tf, x, axes, keepDims) => tf.max(x, axes, keepDims),
);

/** `GlobalAveragePooling2D`. */
export const globalAveragePooling2d: LayerRule<GlobalPoolingOptions> = globalPooling(
  "GlobalAveragePooling2D",
  "GlobalAvgPool2D",
  (tf, x, axes, keepDims) => tf.mean(x, axes, keepDims),
);

function globalPooling(
  className: string,
  alias: string,
  reduce: (tf: Ops, x: Tensor, axes: number[], keepDims: boolean) => Tensor,
): LayerRule<GlobalPoolingOptions> {
  return {
    className,
    aliases: [alias],
    read: (config) => ({
      channelsFirst: config.dataFormat() === "channels_first",
      keepDims: config.boolean("keepdims", false),
    }),
    outputShapes({ options, inputs }) {
      const [batch, , , channels] = imageShape(className, only(inputs), options.channelsFirst);
      return [options.keepDims ? shapeOfImage(batch, 1, 1, channels, options.channelsFirst) : [batch, channels]];
    },
    call: ({ tf, options, inputs }) =>
      reduce(tf, only(inputs), options.channelsFirst ? [2, 3] : [1, 2], options.keepDims),
  };
}
