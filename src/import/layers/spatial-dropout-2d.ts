import { type LayerRule, only } from "../rule.js";

/** Drops whole channels of images. */
export interface SpatialDropout2DOptions {
  readonly rate: number;
  readonly channelsFirst: boolean;
}

/** Keras 3's `SpatialDropout2D` (keras/src/layers/regularization/spatial_dropout.py 3.15); acts in training only. */
export const spatialDropout2D: LayerRule<SpatialDropout2DOptions> = {
  className: "SpatialDropout2D",
  read(config) {
    config.ignore("seed", "noise_shape");
    return { rate: config.number("rate"), channelsFirst: config.dataFormat() === "channels_first" };
  },
  outputShapes: ({ inputs }) => [only(inputs)],
  call({ tf, options, inputs, training }) {
    const x = only(inputs);
    if (!training || options.rate === 0) return x;
    const kept = x.shape.map((extent, axis) => (axis === 0 || axis === (options.channelsFirst ? 1 : 3) ? extent : 1));
    const mask = tf.less(tf.randomUniform(kept, 0, 1), tf.scalar(1 - options.rate));
    return tf.div(tf.mul(x, tf.cast(mask, "float32")), tf.scalar(1 - options.rate));
  },
  masks: "pass",
};
