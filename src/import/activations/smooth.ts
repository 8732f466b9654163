import type { Ops, Tensor } from "../rule.js";
import { above } from "./condition.js";
import { erfc } from "./erf.js";

const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

/**
 * `log(1 + exp(x))` without a threshold beyond which it would be cut (tfjs's own is off by 6.5e-9 from x = 13.9 on).
 * Differentiable, with the derivative 1/2 at 0.
 */
export function softplus(tf: Ops, x: Tensor): Tensor {
  const withGradient = tf.customGrad((input, save) => {
    const argument = input as Tensor;
    (save as (tensors: Tensor[]) => void)([argument]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => tf.mul(dy, tf.sigmoid(saved[0] as Tensor));
    const value = tf.add(tf.relu(argument), tf.log1p(tf.exp(tf.neg(tf.abs(argument)))));
    return { value, gradFunc };
  });
  return withGradient(x);
}

/** `log(sigmoid(x))`. */
export function logSigmoid(tf: Ops, x: Tensor): Tensor {
  return tf.neg(softplus(tf, tf.neg(x)));
}

/** `x`, and `alpha (exp(x) - 1)` below zero, without the cancellation near zero. */
export function elu(tf: Ops, x: Tensor, alpha: number): Tensor {
  return tf.where(above(tf, x, 0), x, tf.mul(alpha, tf.expm1(tf.minimum(x, 0))));
}

/** Klambauer et al. 2017, with TensorFlow's constants. */
export function selu(tf: Ops, x: Tensor): Tensor {
  return tf.mul(seluScale, elu(tf, x, seluAlpha));
}

/** Barron 2017; unlike `elu` its argument is divided by `alpha`. */
export function celu(tf: Ops, x: Tensor, alpha: number): Tensor {
  return tf.add(tf.maximum(x, 0), tf.mul(alpha, tf.expm1(tf.div(tf.minimum(x, 0), alpha))));
}

/** `x` times the normal distribution function, whose √½ each Keras has with a rounding of its own. */
export function gelu(tf: Ops, x: Tensor, scale: number): Tensor {
  return tf.mul(tf.mul(0.5, x), erfc(tf, tf.mul(x, -scale)));
}

/** The approximation of `gelu` by a hyperbolic tangent. */
export function geluTanh(tf: Ops, x: Tensor): Tensor {
  const cube = tf.mul(x, tf.square(x));
  const inner = tf.mul(0.7978845608028654, tf.add(x, tf.mul(0.044715, cube)));
  return tf.mul(tf.mul(0.5, x), tf.add(1, tf.tanh(inner)));
}

/** `x sigmoid(x)`. */
export function silu(tf: Ops, x: Tensor): Tensor {
  return tf.mul(x, tf.sigmoid(x));
}

/** `x tanh(softplus(x))`. */
export function mish(tf: Ops, x: Tensor): Tensor {
  return tf.mul(x, tf.tanh(softplus(tf, x)));
}

/** `x / (1 + |x|)`. */
export function softsign(tf: Ops, x: Tensor): Tensor {
  return tf.div(x, tf.add(1, tf.abs(x)));
}

/** `(x + sqrt(x^2 + b)) / 2`. */
export function squareplus(tf: Ops, x: Tensor, b: number): Tensor {
  return tf.div(tf.add(x, tf.sqrt(tf.add(tf.square(x), b))), 2);
}

/** `x - tanh(x)`. */
export function tanhShrink(tf: Ops, x: Tensor): Tensor {
  return tf.sub(x, tf.tanh(x));
}
