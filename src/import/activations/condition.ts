import type { Ops, Tensor } from "../rule.js";

/**
 * A condition on the elements of `x`, for `tf.where`. It stands outside differentiation: tfjs refuses to differentiate
 * whatever has passed a comparison, though nothing flows back through one.
 */
export function condition(tf: Ops, x: Tensor, test: (x: Tensor) => Tensor): Tensor {
  const withoutGradient = tf.customGrad((input) => {
    const argument = input as Tensor;
    return { value: test(argument), gradFunc: (dy: Tensor) => tf.zerosLike(tf.cast(dy, "float32")) };
  });
  return withoutGradient(x);
}

/** Which elements of `x` are above `limit`. */
export function above(tf: Ops, x: Tensor, limit: number): Tensor {
  return condition(tf, x, (argument) => tf.greater(argument, limit));
}
