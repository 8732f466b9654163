import { type LayerRule, only, type Ops, type Tensor } from "../rule.js";

/** Masks the steps in which every feature has one value. */
export interface MaskingOptions {
  readonly maskValue: number;
}

/**
 * Keras's `Masking` (keras/src/layers/core/masking.py of Keras 3; core.py of Keras 1 and 2): any shape with features
 * last; masked steps become zeros. The value is compared in the precision of the input, as in Keras.
 */
export const masking: LayerRule<MaskingOptions> = {
  className: "Masking",
  read: (config) => ({ maskValue: config.number("mask_value", 0) }),
  outputShapes: ({ inputs }) => [only(inputs)],
  call({ tf, options, inputs }) {
    const x = only(inputs);
    return tf.where(counts(tf, options, x, true), x, tf.zerosLike(x));
  },
  masks: ({ tf, options, inputs }) => [counts(tf, options, only(inputs), false)],
};

function counts(tf: Ops, { maskValue }: MaskingOptions, x: Tensor, keepDims: boolean): Tensor {
  return tf.any(tf.notEqual(x, tf.scalar(maskValue, x.dtype as "float32")), -1, keepDims);
}
