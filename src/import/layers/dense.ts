import { type ActivationSpec, applyActivation } from "../activation-spec.js";
import type { Constraint } from "../../constraints/spec.js";
import { type LayerRule, only } from "../rule.js";

/** A matrix product along the last axis. */
export interface DenseOptions {
  readonly units: number;
  readonly useBias: boolean;
  readonly activation: ActivationSpec;
  readonly kernelConstraint: Constraint | null;
  readonly biasConstraint: Constraint | null;
}

/**
 * Keras 3's `Dense` (keras/src/layers/core/dense.py): input (…, in), kernel (in, units), output (…, units), for inputs
 * of rank 2 and above.
 */
export const dense: LayerRule<DenseOptions> = {
  className: "Dense",
  read(config) {
    config.ignore("kernel_initializer", "bias_initializer");
    config.trainingOnly("kernel_regularizer", "bias_regularizer", "activity_regularizer");
    for (const key of ["lora_rank", "lora_alpha", "quantization_config"]) config.only(key, null);
    return {
      units: config.integer("units", { min: 1 }),
      useBias: config.boolean("use_bias", true),
      activation: config.activation("activation"),
      kernelConstraint: config.weightConstraint("Dense", "kernel"),
      biasConstraint: config.weightConstraint("Dense", "bias"),
    };
  },
  weights({ options, inputs }) {
    const inputSize = only(inputs).at(-1) ?? 0;
    const kernel = {
      name: "kernel",
      shape: [inputSize, options.units],
      trainable: true,
      constraint: options.kernelConstraint,
    };
    const bias = { name: "bias", shape: [options.units], trainable: true, constraint: options.biasConstraint };
    return options.useBias ? [kernel, bias] : [kernel];
  },
  outputShapes: ({ options, inputs }) => [[...only(inputs).slice(0, -1), options.units]],
  call({ tf, options, inputs, weights }) {
    const x = only(inputs);
    const [kernel, bias] = weights as [(typeof weights)[0], (typeof weights)[0] | undefined];
    const flat = tf.reshape(x, [-1, x.shape.at(-1) as number]);
    const product = tf.reshape(tf.matMul(flat as never, kernel as never), [...x.shape.slice(0, -1), options.units]);
    return applyActivation(tf, options.activation, bias === undefined ? product : tf.add(product, bias));
  },
  masks: "pass",
};
