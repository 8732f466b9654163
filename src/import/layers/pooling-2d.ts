import { type LayerRule, only, type Ops, type Tensor } from "../rule.js";
import {
  channelsLast,
  cropImage,
  imageShape,
  ownOrder,
  padImage,
  type Pair,
  placesOf,
  readPair,
  readPlacement,
  samePadding,
  shapeOfImage,
  type Window,
} from "./image-window.js";

export interface PoolingOptions extends Window {
  readonly poolSize: Pair;
}

/** `MaxPooling2D` (keras/src/layers/pooling/base_pooling.py); strides default to the pool's size. */
export const maxPooling2d: LayerRule<PoolingOptions> = poolingLayer("MaxPooling2D", "MaxPool2D", maxPool);

/** `AveragePooling2D`; what padding adds is not counted in the mean. */
export const averagePooling2d: LayerRule<PoolingOptions> = poolingLayer("AveragePooling2D", "AvgPool2D", averagePool);

type Pool = (tf: Ops, x: Tensor, options: PoolingOptions, training: boolean) => Tensor;

function poolingLayer(className: string, alias: string, pool: Pool): LayerRule<PoolingOptions> {
  return {
    className,
    aliases: [alias],
    read(config) {
      const poolSize = readPair(config, "pool_size", 2);
      const strides = (config.raw("strides") ?? null) === null ? poolSize : readPair(config, "strides");
      return { poolSize, strides, ...readPlacement(config) };
    },
    outputShapes({ options, inputs }) {
      const { poolSize, strides, padding, channelsFirst } = options;
      const [batch, rows, columns, channels] = imageShape(className, only(inputs), channelsFirst);
      const height = placesOf(className, rows, poolSize[0], strides[0], padding);
      const width = placesOf(className, columns, poolSize[1], strides[1], padding);
      return [shapeOfImage(batch, height, width, channels, channelsFirst)];
    },
    call({ tf, options, inputs, training }) {
      const { channelsFirst } = options;
      return ownOrder(tf, pool(tf, channelsLast(tf, only(inputs), channelsFirst), options, training), channelsFirst);
    },
  };
}

function maxPool(tf: Ops, x: Tensor, options: PoolingOptions): Tensor {
  const { poolSize, strides, padding } = options;
  if (padding !== "theanoSame") return tf.maxPool(x as never, [...poolSize], [...strides], padding);
  const padded = padWith(tf, x, options, Number.NEGATIVE_INFINITY);
  return cropped(tf, tf.maxPool(padded as never, [...poolSize], [...strides], "valid"), x, strides);
}

/**
 * In training the padding is written out: tfjs's derivative of a padded mean divides by the whole window
 * (AvgPoolGrad of backend-cpu 4.22).
 */
function averagePool(tf: Ops, x: Tensor, options: PoolingOptions, training: boolean): Tensor {
  const { poolSize, strides, padding } = options;
  const mean = (image: Tensor, how: "valid" | "same"): Tensor =>
    tf.avgPool(image as never, [...poolSize], [...strides], how);
  if (padding === "valid" || (padding === "same" && !training)) return mean(x, padding);
  const inside = padWith(tf, tf.ones([1, x.shape[1] as number, x.shape[2] as number, 1]), options, 0);
  const share = cropped(tf, mean(inside, "valid"), x, strides);
  return tf.div(cropped(tf, mean(padWith(tf, x, options, 0), "valid"), x, strides), share);
}

function padWith(tf: Ops, x: Tensor, { poolSize, strides, padding }: PoolingOptions, value: number): Tensor {
  const [rows, columns] = [0, 1].map((axis) => {
    const size = poolSize[axis] as number;
    if (padding === "same") return samePadding(x.shape[axis + 1] as number, size, strides[axis] as number);
    // pool2d of keras/backend/theano_backend.py, 1.2.2 and 2.2.4.
    const each = size > 2 && size % 2 === 1 ? size - 2 : size - 1;
    return [each, each] as const;
  }) as [Pair, Pair];
  return padImage(tf, x, rows, columns, value);
}

function cropped(tf: Ops, pooled: Tensor, image: Tensor, strides: Pair): Tensor {
  const [rows, columns] = [0, 1].map((axis) =>
    Math.ceil((image.shape[axis + 1] as number) / (strides[axis] as number)),
  );
  return cropImage(tf, pooled, rows as number, columns as number);
}
