import * as tf from "@tensorflow/tfjs-core";

/** The losses that are Keras's to the last digits of float64. */
export const lossNames = ["mean_squared_error", "mean_absolute_error", "categorical_crossentropy"] as const;
export type LossName = (typeof lossNames)[number];

/** Targets and predictions [batch, …, n] to one loss for each entry [batch, …]. */
export type Loss = (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor;

/**
 * A loss of Keras (keras/src/losses/losses.py 3.15; the same in 1.2.2 and 2.x), averaged over the last axis only.
 * `epsilon` is that below which and above one minus which probabilities are clipped.
 */
export function lossFunction(name: LossName, epsilon: number): Loss {
  if (name === "mean_squared_error") return (target, prediction) => tf.mean(tf.square(tf.sub(prediction, target)), -1);
  if (name === "mean_absolute_error") return (target, prediction) => tf.mean(tf.abs(tf.sub(prediction, target)), -1);
  // keras/src/backend/tensorflow/nn.py: probabilities are scaled to a sum of 1 and clipped. Where Keras goes back to
  // the logits of a softmax instead, it computes the same function between the clips.
  return (target, prediction) => {
    const probabilities = tf.div(prediction, tf.sum(prediction, -1, true));
    const clipped = tf.clipByValue(probabilities, epsilon, 1 - epsilon);
    return tf.neg(tf.sum(tf.mul(target, tf.log(clipped)), -1));
  };
}
