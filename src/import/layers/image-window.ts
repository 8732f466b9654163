import { KerasProofError } from "../../errors.js";
import type { ConfigReader } from "../config-reader.js";
import type { Ops, Shape, Tensor } from "../rule.js";

/**
 * Where a window that reaches over the edge finds numbers: nowhere; as TensorFlow's `same`, the odd one of the padding
 * at the end; or as Theano's `same`, which pads both sides alike and cuts the surplus off.
 */
export type Padding = "valid" | "same" | "theanoSame";

/** A pair for rows and columns. */
export type Pair = readonly [number, number];

/** Where and how a window moves over an image. */
export interface Window {
  readonly strides: Pair;
  readonly padding: Padding;
  readonly channelsFirst: boolean;
}

/** `padding` and `data_format`; `same` is Theano's where Theano wrote the file. */
export function readPlacement(config: ConfigReader): Omit<Window, "strides"> {
  const padding = config.oneOf("padding", ["valid", "same"], "valid");
  const theano = config.writer.backend === "theano";
  return {
    padding: padding === "same" && theano ? "theanoSame" : padding,
    channelsFirst: config.dataFormat() === "channels_first",
  };
}

/** Two integers of at least 1, or one that stands for both. */
export function readPair(config: ConfigReader, key: string, fallback?: number): Pair {
  const options = fallback === undefined ? { min: 1 } : { min: 1, fallback };
  return config.integers(key, 2, options) as unknown as Pair;
}

/** An image's shape, batch, rows, columns, channels; a `bad-graph` for another rank. */
export function imageShape(
  layer: string,
  shape: Shape,
  channelsFirst: boolean,
): readonly [Shape[0], Shape[0], Shape[0], Shape[0]] {
  if (shape.length !== 4) {
    throw new KerasProofError("bad-graph", layer, `found an input of rank ${shape.length}, wanted 4`);
  }
  const [batch = null, a = null, b = null, c = null] = shape;
  return channelsFirst ? [batch, b, c, a] : [batch, a, b, c];
}

/** The other way: the shape of an image in its own order. */
export function shapeOfImage(
  batch: Shape[0],
  rows: Shape[0],
  columns: Shape[0],
  channels: Shape[0],
  channelsFirst: boolean,
): Shape {
  return channelsFirst ? [batch, channels, rows, columns] : [batch, rows, columns, channels];
}

/** How many places a window has along an axis; a `bad-graph` where there is none. */
export function placesOf(layer: string, extent: Shape[0], size: number, stride: number, padding: Padding): Shape[0] {
  if (extent === null) return null;
  const places = Math.ceil((padding === "valid" ? extent - size + 1 : extent) / stride);
  if (places >= 1 || (padding !== "valid" && extent === 0)) return places;
  throw new KerasProofError("bad-graph", layer, `found an extent of ${extent}, wanted at least the window's ${size}`);
}

/** An image with its channels last. */
export function channelsLast(tf: Ops, x: Tensor, channelsFirst: boolean): Tensor {
  return channelsFirst ? tf.transpose(x, [0, 2, 3, 1]) : x;
}

/** An image with channels last, brought back to its own order. */
export function ownOrder(tf: Ops, x: Tensor, channelsFirst: boolean): Tensor {
  return channelsFirst ? tf.transpose(x, [0, 3, 1, 2]) : x;
}

/** The numbers that TensorFlow's `same` adds before and after an axis. */
export function samePadding(extent: number, size: number, stride: number): Pair {
  const total = Math.max(0, (Math.ceil(extent / stride) - 1) * stride + size - extent);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** Adds a number around the rows and columns of an image with channels last. */
export function padImage(tf: Ops, x: Tensor, rows: Pair, columns: Pair, value = 0): Tensor {
  return tf.pad(x, [[0, 0], [...rows], [...columns], [0, 0]], value);
}

/** Cuts the end of rows and columns of an image with channels last. */
export function cropImage(tf: Ops, x: Tensor, rows: number, columns: number): Tensor {
  return tf.slice(x, [0, 0, 0, 0], [x.shape[0], rows, columns, x.shape[3] as number]);
}
