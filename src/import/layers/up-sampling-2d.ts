import type { ConfigReader } from "../config-reader.js";
import { type LayerRule, only, type Ops, type Tensor } from "../rule.js";
import { isMultiBackendKeras2 } from "../writer.js";
import { channelsLast, imageShape, ownOrder, type Pair, readPair, shapeOfImage } from "./image-window.js";

export interface UpSamplingOptions {
  readonly size: Pair;
  /**
   * `nearest` repeats; `bilinear` takes a pixel's value at its centre; `bilinearCorner` at its first corner, as
   * TensorFlow 1 did.
   */
  readonly interpolation: "nearest" | "bilinear" | "bilinearCorner";
  readonly channelsFirst: boolean;
}

/**
 * `UpSampling2D` (keras/src/layers/reshaping/up_sampling2d.py). Keras 2.2.4 and 2.3.1 call `tf.image.resize_bilinear`
 * of TensorFlow 1, `tf.keras` and Keras 3 `tf.image.resize`, which counts from the pixels' centres.
 */
export const upSampling2d: LayerRule<UpSamplingOptions> = {
  className: "UpSampling2D",
  read: (config) => ({
    size: readPair(config, "size", 2),
    interpolation: readInterpolation(config),
    channelsFirst: config.dataFormat() === "channels_first",
  }),
  outputShapes({ options, inputs }) {
    const [batch, rows, columns, channels] = imageShape("UpSampling2D", only(inputs), options.channelsFirst);
    const height = rows === null ? null : rows * options.size[0];
    const width = columns === null ? null : columns * options.size[1];
    return [shapeOfImage(batch, height, width, channels, options.channelsFirst)];
  },
  call({ tf, options, inputs }) {
    const { size, interpolation, channelsFirst } = options;
    const image = channelsLast(tf, only(inputs), channelsFirst);
    const enlarged = interpolation === "nearest" ? repeated(tf, image, size) : resized(tf, image, options);
    return ownOrder(tf, enlarged, channelsFirst);
  },
};

function readInterpolation(config: ConfigReader): UpSamplingOptions["interpolation"] {
  const interpolation = config.oneOf("interpolation", ["nearest", "bilinear"], "nearest");
  if (interpolation === "nearest") return "nearest";
  if (config.writer.backend === "theano") {
    const found = "found bilinear by Theano, whose interpolation is another, wanted nearest";
    return config.problem("unsupported-option", "interpolation", found, "nearest");
  }
  return config.generation === "keras2" && isMultiBackendKeras2(config.writer) ? "bilinearCorner" : "bilinear";
}

function repeated(tf: Ops, image: Tensor, size: Pair): Tensor {
  let result = image;
  for (const [index, times] of size.entries()) {
    if (times === 1) continue;
    const extent = image.shape[index + 1] as number;
    const places = Array.from({ length: extent * times }, (_, place) => Math.floor(place / times));
    result = tf.gather(result, tf.tensor1d(places, "int32"), index + 1);
  }
  return result;
}

/**
 * As `ResizeBilinear` of TensorFlow computes it, one axis after the other; not tfjs's operation, whose derivative has
 * its axes swapped and counts from corners (resize_bilinear_grad of 4.22).
 */
function resized(tf: Ops, image: Tensor, { size, interpolation }: UpSamplingOptions): Tensor {
  let result = image;
  for (const [index, times] of size.entries()) {
    const extent = image.shape[index + 1] as number;
    const centre = interpolation === "bilinear" ? 0.5 : 0;
    const places = Array.from({ length: extent * times }, (_, place) => (place + centre) / times - centre);
    const lower = places.map((place) => Math.max(Math.floor(place), 0));
    const upper = places.map((place) => Math.min(Math.floor(place) + 1, extent - 1));
    const share = tf.tensor(
      places.map((place) => place - Math.floor(place)),
      index === 0 ? [1, places.length, 1, 1] : [1, 1, places.length, 1],
      "float32",
    );
    const [before, after] = [lower, upper].map((at) => tf.gather(result, tf.tensor1d(at, "int32"), index + 1));
    result = tf.add(before as Tensor, tf.mul(share, tf.sub(after as Tensor, before as Tensor)));
  }
  return result;
}
