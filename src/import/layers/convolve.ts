import type { Ops, Tensor } from "../rule.js";
import { cropImage, type Padding, padImage, type Pair } from "./image-window.js";

/** How a kernel moves. */
export interface Movement {
  readonly strides: Pair;
  readonly dilation: Pair;
  readonly padding: Padding;
}

type Kernel = "conv2d" | "depthwiseConv2d";

/**
 * tfjs's convolution of an image (batch, rows, columns, channels) with a kernel, as `conv2d` or `depthwiseConv2d` has
 * it. In training a dilated kernel is written out with its zeros, since tfjs differentiates no dilation. Where `same`
 * leaves pixels at the end unread, as strides larger than the kernel do, the image is padded here: tfjs-backend-wasm
 * 4.22 then computes other places of it.
 */
export function convolve(
  tf: Ops,
  operation: Kernel,
  x: Tensor,
  kernel: Tensor,
  movement: Movement,
  training: boolean,
): Tensor {
  const dilated = movement.dilation[0] > 1 || movement.dilation[1] > 1;
  const written = training && dilated ? writtenOut(tf, kernel, movement.dilation) : kernel;
  const dilation: Pair = training ? [1, 1] : movement.dilation;
  const run = (input: Tensor, padding: "valid" | "same"): Tensor => {
    const strides = [...movement.strides] as [number, number];
    const call = tf[operation] as unknown as (
      x: Tensor,
      kernel: Tensor,
      strides: [number, number],
      padding: string,
      format: "NHWC",
      dilation: Pair,
    ) => Tensor;
    return call(input, written, strides, padding, "NHWC", dilation);
  };
  if (movement.padding === "valid") return run(x, "valid");
  const sizes = [0, 1].map((axis) => ((kernel.shape[axis] as number) - 1) * (movement.dilation[axis] as number) + 1);
  const places = [0, 1].map((axis) => Math.ceil((x.shape[axis + 1] as number) / (movement.strides[axis] as number)));
  if (movement.padding === "same") {
    const missing = places.map(
      (count, axis) =>
        (count - 1) * (movement.strides[axis] as number) + (sizes[axis] as number) - (x.shape[axis + 1] as number),
    );
    if (missing.every((count) => count >= 0)) return run(x, "same");
    const [rows, columns] = missing.map((count) => splitEvenly(Math.max(count, 0))) as [Pair, Pair];
    return run(padImage(tf, x, rows, columns), "valid");
  }
  const [rows, columns] = sizes.map((size) => [Math.floor(size / 2), Math.floor(size / 2)]) as unknown as [Pair, Pair];
  return cropImage(tf, run(padImage(tf, x, rows, columns), "valid"), ...(places as [number, number]));
}

/** Padding before and after; the odd one is after. */
function splitEvenly(count: number): Pair {
  return [Math.floor(count / 2), Math.ceil(count / 2)];
}

/** The kernel with `dilation - 1` zeros between its rows and columns. */
function writtenOut(tf: Ops, kernel: Tensor, dilation: Pair): Tensor {
  const [rows, columns, channels, last] = kernel.shape as [number, number, number, number];
  const [byRow, byColumn] = dilation;
  const rowSlots = tf.pad(tf.reshape(kernel, [rows, 1, columns * channels * last]), [
    [0, 0],
    [0, byRow - 1],
    [0, 0],
  ]);
  const tall = tf.slice(
    tf.reshape(rowSlots, [rows * byRow, columns, channels * last]),
    [0, 0, 0],
    [(rows - 1) * byRow + 1, columns, channels * last],
  );
  const height = tall.shape[0];
  const columnSlots = tf.pad(tf.reshape(tall, [height, columns, 1, channels * last]), [
    [0, 0],
    [0, 0],
    [0, byColumn - 1],
    [0, 0],
  ]);
  const wide = tf.reshape(columnSlots, [height, columns * byColumn, channels, last]);
  return tf.slice(wide, [0, 0, 0, 0], [height, (columns - 1) * byColumn + 1, channels, last]);
}
