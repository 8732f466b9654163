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
 * Martins and Astudillo 2016: the projection of each row on the simplex. The derivative is that of the support, as
 * TensorFlow's is.
 */
export function sparsemax(tf: Ops, x: Tensor): Tensor {
  const withGradient = tf.customGrad((input, save) => {
    const logits = input as Tensor;
    const value = tf.relu(tf.sub(logits, sparsemaxThreshold(tf, logits)));
    (save as (tensors: Tensor[]) => void)([value]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => {
      const support = tf.cast(tf.greater(saved[0] as Tensor, 0), "float32");
      const mean = tf.div(tf.sum(tf.mul(dy, support), -1, true), tf.sum(support, -1, true));
      return tf.mul(support, tf.sub(dy, mean));
    };
    return { value, gradFunc };
  });
  return withGradient(x);
}

function sparsemaxThreshold(tf: Ops, logits: Tensor): Tensor {
  const size = logits.shape.at(-1) as number;
  const sorted = tf.topk(logits, size).values;
  const sums = tf.sub(tf.cumsum(sorted, -1), 1);
  const counts = tf.range(1, size + 1, 1, "float32");
  const support = tf.cast(tf.greater(tf.sub(sorted, tf.div(sums, counts)), 0), "float32");
  const supportSize = tf.sum(support, -1, true);
  return tf.div(tf.sub(tf.sum(tf.mul(sorted, support), -1, true), 1), supportSize);
}
