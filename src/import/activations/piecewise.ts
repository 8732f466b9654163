import type { Ops, Tensor } from "../rule.js";
import { above, condition } from "./condition.js";

/** The parameters of Keras's `relu`; absent ones do nothing. */
export interface ReluParameters {
  readonly negativeSlope?: number;
  readonly maxValue?: number;
  /** Values up to it are taken as zero, and the negative slope begins there. */
  readonly threshold?: number;
  /**
   * What values are compared with in its place, by Keras 3. Without it they are multiplied by the comparison, as in
   * Keras 2, which makes NaN of -Infinity.
   */
  readonly cutoff?: number;
}

/**
 * Keras's `relu` with a limit or a threshold (K.relu of Keras 2.2.4 and 2.15, activations.relu of Keras 3): `x` above
 * the threshold, cut at the limit, and `negativeSlope (x - threshold)` below it.
 */
export function relu(tf: Ops, x: Tensor, parameters: ReluParameters): Tensor {
  const { negativeSlope = 0, maxValue, threshold = 0 } = parameters;
  const positive = kept(tf, x, threshold, parameters.cutoff);
  const cut = maxValue === undefined ? positive : tf.clipByValue(positive, 0, maxValue);
  if (negativeSlope === 0) return cut;
  return tf.sub(cut, tf.mul(negativeSlope, tf.relu(tf.sub(threshold, x))));
}

function kept(tf: Ops, x: Tensor, threshold: number, cutoff: number | undefined): Tensor {
  if (threshold === 0) return tf.relu(x);
  return cutoff === undefined ? thresholded(tf, x, threshold) : tf.where(above(tf, x, cutoff), x, tf.zerosLike(x));
}

/** `x` above zero and `negativeSlope x` below. */
export function leakyRelu(tf: Ops, x: Tensor, negativeSlope: number): Tensor {
  return tf.where(above(tf, x, 0), x, tf.mul(x, negativeSlope));
}

/** `0.2 x + 0.5` between 0 and 1: Keras 1 and 2. */
export function hardSigmoidFifth(tf: Ops, x: Tensor): Tensor {
  return tf.clipByValue(tf.add(tf.mul(x, 0.2), 0.5), 0, 1);
}

/** `(x + 3) / 6` between 0 and 1: Keras 3. */
export function hardSigmoidSixth(tf: Ops, x: Tensor): Tensor {
  return tf.div(tf.clipByValue(tf.add(x, 3), 0, 6), 6);
}

/** Zero up to -1, a parabola to 1, then `x`. */
export function sparsePlus(tf: Ops, x: Tensor): Tensor {
  const parabola = tf.mul(0.25, tf.square(tf.add(x, 1)));
  return tf.where(
    condition(tf, x, (argument) => tf.lessEqual(argument, -1)),
    tf.zerosLike(x),
    tf.where(
      condition(tf, x, (argument) => tf.less(argument, 1)),
      parabola,
      x,
    ),
  );
}

/** `(x + 1) / 2` between 0 and 1. */
export function sparseSigmoid(tf: Ops, x: Tensor): Tensor {
  return tf.clipByValue(tf.mul(0.5, tf.add(x, 1)), 0, 1);
}

/** `x` moved towards zero by `threshold`, and zero within it. */
export function softShrink(tf: Ops, x: Tensor, threshold: number): Tensor {
  const zero = tf.zerosLike(x);
  const negative = tf.where(
    condition(tf, x, (argument) => tf.less(argument, -threshold)),
    tf.add(x, threshold),
    zero,
  );
  return tf.where(above(tf, x, threshold), tf.sub(x, threshold), negative);
}

/** Zero where the magnitude is within `threshold`. */
export function hardShrink(tf: Ops, x: Tensor, threshold: number): Tensor {
  return tf.where(above(tf, tf.abs(x), threshold), x, tf.zerosLike(x));
}

/** `x` times whether it is above `threshold`; -Infinity gives NaN. */
export function thresholded(tf: Ops, x: Tensor, threshold: number): Tensor {
  return tf.mul(x, tf.cast(above(tf, x, threshold), "float32"));
}
