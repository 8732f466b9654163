import { KerasProofError } from "../../errors.js";
import { type ImportedConstraint, type LayerRule, only } from "../rule.js";

/** A ReLU with a learned slope below zero. */
export interface PReluOptions {
  /** Axes, the batch being 0, along which the slope is the same. */
  readonly sharedAxes: readonly number[];
  readonly alphaConstraint: ImportedConstraint | null;
}

/**
 * `PReLU` (keras/src/layers/activations/prelu.py): input (batch, …), alpha the shape without the batch and with 1 on
 * the shared axes. Keras 1 does not write `shared_axes`, so its files with shared slopes do not fit their own config.
 */
export const pRelu: LayerRule<PReluOptions> = {
  className: "PReLU",
  read(config) {
    config.ignore("alpha_initializer");
    config.trainingOnly("alpha_regularizer", "activity_regularizer");
    const shared = config.raw("shared_axes") ?? null;
    return {
      sharedAxes: shared === null ? [] : config.integerList("shared_axes"),
      alphaConstraint: config.weightConstraint("PReLU", "alpha"),
    };
  },
  weights({ options, inputs }) {
    const input = only(inputs);
    const shape = input.slice(1).map((extent, index) => {
      if (options.sharedAxes.includes(index + 1)) return 1;
      if (extent !== null) return extent;
      const message = `found no extent of axis ${index + 1}, wanted one, since each place there has its own slope`;
      throw new KerasProofError("bad-graph", "PReLU", message);
    });
    for (const axis of options.sharedAxes) {
      if (axis >= 1 && axis < input.length) continue;
      throw new KerasProofError("bad-graph", "PReLU", `found the shared axis ${axis} for rank ${input.length}`);
    }
    return [{ name: "alpha", shape, trainable: true, constraint: options.alphaConstraint }];
  },
  outputShapes: ({ inputs }) => [only(inputs)],
  call({ tf, inputs, weights }) {
    const x = only(inputs);
    return tf.sub(tf.relu(x), tf.mul(only(weights), tf.relu(tf.neg(x))));
  },
  masks: "pass",
};
