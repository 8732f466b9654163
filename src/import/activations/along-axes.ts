import { KerasProofError } from "../../errors.js";
import type { Ops, Tensor } from "../rule.js";

/** Softmax over one or several axes together, negative ones from the end. */
export function softmax(tf: Ops, x: Tensor, axes: readonly number[]): Tensor {
  const positive = axes.map((axis) => (axis < 0 ? axis + x.rank : axis));
  if (positive.length === 1 && positive[0] === x.rank - 1) return tf.softmax(x);
  const exponential = tf.exp(tf.sub(x, tf.max(x, positive, true)));
  return tf.div(exponential, tf.sum(exponential, positive, true));
}

/** Half of the last axis times the sigmoid of the other half; an odd extent is a `bad-graph`. */
export function glu(tf: Ops, x: Tensor): Tensor {
  const last = x.shape.at(-1) ?? 0;
  if (last % 2 !== 0) throw new KerasProofError("bad-graph", "glu", `found a last axis of ${last}, wanted an even one`);
  const [value, gate] = tf.split(x, 2, -1) as [Tensor, Tensor];
  return tf.mul(value, tf.sigmoid(gate));
}

/**
 * Keras's `sparsemax` along the last axis, which is not the projection on the simplex of Martins and Astudillo 2016:
 * its threshold adds the cumulative sums of the support where the paper adds the logits (keras/src/backend/tensorflow/
 * nn.py of 3.15.1), so rows of a support above one do not sum to 1. Differentiable, as TensorFlow differentiates it.
 */
export function sparsemax(tf: Ops, x: Tensor): Tensor {
  const withGradient = tf.customGrad((input, save) => {
    const logits = input as Tensor;
    const size = logits.shape.at(-1) as number;
    const { values: sorted, indices } = tf.topk(logits, size);
    const sums = tf.cumsum(sorted, logits.rank - 1);
    const ranks = tf.range(1, size + 1, 1, "float32");
    const support = tf.cast(tf.greater(tf.sub(sorted, tf.div(tf.sub(sums, 1), ranks)), 0), "float32");
    const supportSize = tf.sum(support, -1, true);
    const threshold = tf.div(tf.sub(tf.sum(tf.mul(sums, support), -1, true), 1), supportSize);
    const value = tf.relu(tf.sub(logits, threshold));
    // How the threshold moves with each logit: the logit of rank i is in the cumulative sums of ranks i to the last.
    const weights = tf.div(tf.mul(support, tf.add(tf.sub(supportSize, ranks), 1)), supportSize);
    (save as (tensors: Tensor[]) => void)([value, weights, indices]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => {
      const [output, slopes, places] = saved as [Tensor, Tensor, Tensor];
      const direct = tf.mul(dy, tf.cast(tf.greater(output, 0), "float32"));
      const chosen = tf.cast(tf.oneHot(tf.cast(places, "int32"), size), "float32");
      const unsorted = tf.sum(tf.mul(chosen, tf.expandDims(slopes, -1)), -2);
      return tf.sub(direct, tf.mul(tf.sum(direct, -1, true), unsorted));
    };
    return { value, gradFunc };
  });
  return withGradient(x);
}
