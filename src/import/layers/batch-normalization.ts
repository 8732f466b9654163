import type { Constraint } from "../../constraints/spec.js";
import { KerasProofError } from "../../errors.js";
import { type CallRequest, type LayerRule, only, type Tensor, type WeightSlot } from "../rule.js";
import { isMultiBackendKeras2 } from "../writer.js";

/** Normalisation of each channel by statistics of the batch in training, by moving ones otherwise. */
export interface BatchNormalizationOptions {
  /** As written; negative ones count from the end. */
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly gammaConstraint: Constraint | null;
  readonly betaConstraint: Constraint | null;
  /** A frozen layer uses the moving statistics in training too: tf.keras and Keras 3, not Keras 1 and 2. */
  readonly frozenInfers: boolean;
  /** Multi-backend Keras 2 moves the unbiased variance: n / (n − 1 − epsilon) times the batch's. */
  readonly unbiased: boolean;
}

/**
 * Keras 3's `BatchNormalization` (keras/src/layers/normalization/batch_normalization.py 3.15; keras/layers/
 * normalization.py 1.2.2 and 2.3.1). Weights in order: gamma if `scale`, beta if `center`, moving mean, moving
 * variance, each [channels]. Masked statistics in training are not supported.
 */
export const batchNormalization: LayerRule<BatchNormalizationOptions> = {
  className: "BatchNormalization",
  aliases: ["BatchNormalizationV1", "BatchNormalizationV2"],
  read(config) {
    config.ignore("beta_initializer", "gamma_initializer", "moving_mean_initializer", "moving_variance_initializer");
    config.ignore("fused");
    config.trainingOnly("beta_regularizer", "gamma_regularizer");
    config.only("renorm", false, null);
    config.only("virtual_batch_size", null);
    config.only("adjustment", null);
    config.only("synchronized", false, null);
    config.only("mode", 0);
    config.ignore("renorm_clipping", "renorm_momentum");
    const axes = config.integerList("axis", [-1]);
    if (axes.length !== 1) {
      config.problem("unsupported-option", "axis", `found ${axes.length} axes, wanted one`, 0);
    }
    const multiBackend = config.generation === "keras1" || isMultiBackendKeras2(config.writer);
    return {
      axis: axes[0] ?? -1,
      momentum: config.number("momentum", 0.99),
      epsilon: config.number("epsilon", 0.001),
      center: config.boolean("center", true),
      scale: config.boolean("scale", true),
      gammaConstraint: config.constraint("gamma_constraint"),
      betaConstraint: config.constraint("beta_constraint"),
      frozenInfers: !multiBackend,
      unbiased: multiBackend && config.generation === "keras2",
    };
  },
  weights({ options, inputs }) {
    const shape = only(inputs);
    const channels = shape[options.axis < 0 ? options.axis + shape.length : options.axis];
    if (channels === undefined || channels === null) {
      const found = `found axis ${options.axis} of the shape [${shape.join(", ")}]`;
      throw new KerasProofError("bad-graph", "BatchNormalization", `${found}, wanted an axis of known extent`);
    }
    const slot = (name: string, trainable: boolean, constraint: Constraint | null): WeightSlot => {
      return { name, shape: [channels], trainable, constraint };
    };
    return [
      ...(options.scale ? [slot("gamma", true, options.gammaConstraint)] : []),
      ...(options.center ? [slot("beta", true, options.betaConstraint)] : []),
      slot("moving_mean", false, null),
      slot("moving_variance", false, null),
    ];
  },
  outputShapes: ({ inputs }) => [only(inputs)],
  call(request) {
    const { tf, options, weights, training, trainable } = request;
    const x = only(request.inputs);
    const axis = options.axis < 0 ? options.axis + x.rank : options.axis;
    const along = x.shape.map((extent, at) => (at === axis ? extent : 1));
    const first = (options.scale ? 1 : 0) + (options.center ? 1 : 0);
    const gamma = options.scale ? weights[0] : undefined;
    const beta = options.center ? weights[first - 1] : undefined;
    const fromBatch = training && (trainable || !options.frozenInfers);
    const [mean, variance] = fromBatch
      ? batchStatistics(request, x, axis, first)
      : [weights[first] as Tensor, weights[first + 1] as Tensor];
    // x · (gamma / sqrt(variance + epsilon)) + (beta − mean · that): TensorFlow's order, tf.nn.batch_normalization.
    const root = tf.rsqrt(tf.add(variance, tf.scalar(options.epsilon)));
    const factor = gamma === undefined ? root : tf.mul(root, gamma);
    const shift = tf.mul(tf.neg(mean), factor);
    const offset = beta === undefined ? shift : tf.add(beta, shift);
    return tf.add(tf.mul(x, tf.reshape(factor, along)), tf.reshape(offset, along));
  },
  masks: "pass",
};

/** The batch's mean and variance by channel; moves the moving statistics towards them. */
function batchStatistics(
  { tf, options, weights, update }: CallRequest<BatchNormalizationOptions>,
  x: Tensor,
  axis: number,
  first: number,
): [Tensor, Tensor] {
  const reduced = x.shape.map((_, at) => at).filter((at) => at !== axis);
  const { mean, variance } = tf.moments(x, reduced);
  const count = x.size / (x.shape[axis] as number);
  const kept = options.unbiased ? tf.mul(variance, tf.scalar(count / (count - (1 + options.epsilon)))) : variance;
  for (const [slot, value] of [
    [first, mean],
    [first + 1, kept],
  ] as const) {
    const old = tf.mul(weights[slot] as Tensor, tf.scalar(options.momentum));
    update(slot, tf.add(old, tf.mul(value, tf.scalar(1 - options.momentum))));
  }
  return [mean, variance];
}
