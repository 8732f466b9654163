import { KerasProofError } from "../../errors.js";
import type { ConfigReader } from "../config-reader.js";
import {
  type CallRequest,
  type ImportedConstraint,
  type LayerRule,
  only,
  type Ops,
  type Shape,
  type Tensor,
} from "../rule.js";
import { isMultiBackendKeras2 } from "../writer.js";

/** How a generation trains the layer; in inference all are the same. */
interface TrainingManner {
  /**
   * What the batch's variance is multiplied by for the moving variance, n being the numbers in each mean: nothing;
   * n / (n - 1), by `tf.keras`, where TensorFlow's fused kernel is used, which is for images and volumes with the
   * channels first or last; n / (n - 1 - epsilon), by multi-backend Keras 2; and by that on TensorFlow both for images
   * with the channels last.
   */
  readonly correction: "none" | "fused" | "epsilon" | "epsilonAndFused";
  /** A frozen layer in training: uses the moving statistics, the batch's without moving any, or those as if not frozen. */
  readonly frozen: "moving" | "batch" | "unfrozen";
  /** Whether masked steps count in the batch's statistics; if not, training on masked inputs is refused. */
  readonly countsMasked: boolean;
}

export interface BatchNormalizationOptions {
  /** As written, negative ones from the end. */
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly gammaConstraint: ImportedConstraint | null;
  readonly betaConstraint: ImportedConstraint | null;
  readonly training: TrainingManner;
}

/**
 * `BatchNormalization` (keras/src/layers/normalization/batch_normalization.py) over any one axis: weights gamma, beta,
 * moving_mean, moving_variance, each the extent of the axis. Keras 1's `running_std` is the variance too.
 */
export const batchNormalization: LayerRule<BatchNormalizationOptions> = {
  className: "BatchNormalization",
  aliases: ["BatchNormalizationV1", "BatchNormalizationV2"],
  read(config) {
    const initializers = ["beta", "gamma", "moving_mean", "moving_variance"].map((weight) => `${weight}_initializer`);
    config.ignore(...initializers, "renorm_clipping", "renorm_momentum", "synchronized", "fused");
    config.trainingOnly("beta_regularizer", "gamma_regularizer", "activity_regularizer");
    config.only("renorm", false);
    config.only("mode", 0);
    for (const key of ["virtual_batch_size", "adjustment"]) config.only(key, null);
    const axes = config.integerList("axis", [-1]);
    if (axes.length !== 1) {
      config.problem("unsupported-option", "axis", `found ${axes.length} axes, wanted one`, 0);
    }
    return {
      axis: axes[0] ?? -1,
      momentum: config.number("momentum", 0.99),
      epsilon: config.number("epsilon", 1e-3),
      center: config.boolean("center", true),
      scale: config.boolean("scale", true),
      gammaConstraint: config.weightConstraint("BatchNormalization", "gamma"),
      betaConstraint: config.weightConstraint("BatchNormalization", "beta"),
      training: mannerOf(config),
    };
  },
  weights({ options, inputs }) {
    const shape = [extentOf(only(inputs), options.axis)];
    const { scale, center, gammaConstraint, betaConstraint } = options;
    const gamma = { name: "gamma", shape, trainable: true, constraint: gammaConstraint };
    const beta = { name: "beta", shape, trainable: true, constraint: betaConstraint };
    const moving = ["moving_mean", "moving_variance"].map((name) => ({
      name,
      shape,
      trainable: false,
      constraint: null,
    }));
    return [...(scale ? [gamma] : []), ...(center ? [beta] : []), ...moving];
  },
  outputShapes: ({ inputs }) => [only(inputs)],
  call(request) {
    const { tf, options, inputs, weights } = request;
    const x = only(inputs);
    const axis = options.axis < 0 ? options.axis + x.rank : options.axis;
    const spread = x.shape.map((extent, at) => (at === axis ? extent : 1));
    const aligned = (weight: Tensor): Tensor => tf.reshape(weight, spread);
    const [mean, variance] = statistics(request, axis, aligned);
    const slope = tf.rsqrt(tf.add(variance, options.epsilon));
    const scaled = options.scale ? tf.mul(slope, aligned(weights[0] as Tensor)) : slope;
    const normal = tf.mul(tf.sub(x, mean), scaled);
    return options.center ? tf.add(normal, aligned(weights[options.scale ? 1 : 0] as Tensor)) : normal;
  },
  masks: "pass",
};

/** Keras 1.2.2, 2.2.4 and 2.3.1 (keras/layers/normalization.py), tf.keras 2.15, Keras 3.15.1. */
function mannerOf(config: ConfigReader): TrainingManner {
  if (config.generation === "keras1") return { correction: "none", frozen: "unfrozen", countsMasked: true };
  if (config.generation === "keras3") return { correction: "none", frozen: "moving", countsMasked: false };
  if (isMultiBackendKeras2(config.writer)) {
    const correction = config.writer.backend === "theano" ? "epsilon" : "epsilonAndFused";
    return { correction, frozen: "batch", countsMasked: true };
  }
  return { correction: "fused", frozen: "moving", countsMasked: false };
}

function extentOf(shape: Shape, axis: number): number {
  const extent = shape[axis < 0 ? axis + shape.length : axis];
  if (extent != null && axis !== 0 && axis !== -shape.length) return extent;
  const found = `found axis ${axis} of an input of shape [${shape.map((one) => one ?? "null").join(", ")}]`;
  throw new KerasProofError("bad-graph", "BatchNormalization", `${found}, wanted an axis of a known extent`);
}

/** Mean and variance to normalise with, aligned with the input; in training the moving ones are moved. */
function statistics(
  request: CallRequest<BatchNormalizationOptions>,
  axis: number,
  aligned: (weight: Tensor) => Tensor,
): readonly [Tensor, Tensor] {
  const { tf, options, inputs, weights, masks, training, trainable, update } = request;
  const { correction, frozen, countsMasked } = options.training;
  const slots = [weights.length - 2, weights.length - 1] as const;
  const moving = [weights[slots[0]] as Tensor, weights[slots[1]] as Tensor] as const;
  if (!training || (!trainable && frozen === "moving")) return [aligned(moving[0]), aligned(moving[1])];
  if (!countsMasked && masks.some((mask) => mask !== null)) {
    const message = "found a masked input in training, where Keras leaves the masked steps out of the statistics";
    throw new KerasProofError("unsupported-training", "BatchNormalization", message);
  }
  const x = only(inputs);
  const axes = Array.from({ length: x.rank }, (_, at) => at).filter((at) => at !== axis);
  const mean = tf.mean(x, axes, true);
  const variance = tf.mean(tf.square(tf.sub(x, mean)), axes, true);
  if (trainable || frozen === "unfrozen") {
    const count = x.size / (x.shape[axis] as number);
    const corrected = tf.mul(variance, correctionFactor(correction, count, x.rank, axis, options.epsilon));
    update(slots[0], moved(tf, moving[0], mean, options.momentum));
    update(slots[1], moved(tf, moving[1], corrected, options.momentum));
  }
  return [mean, variance];
}

function correctionFactor(
  correction: TrainingManner["correction"],
  count: number,
  rank: number,
  axis: number,
  epsilon: number,
): number {
  if (correction === "none") return 1;
  const bessel = count / Math.max(count - 1, 1);
  if (correction === "fused") return (rank === 4 || rank === 5) && (axis === 1 || axis === rank - 1) ? bessel : 1;
  const fused = correction === "epsilonAndFused" && rank === 4 && axis === 3 ? bessel : 1;
  return (fused * count) / (count - (1 + epsilon));
}

function moved(tf: Ops, old: Tensor, batch: Tensor, momentum: number): Tensor {
  return tf.add(tf.mul(old, momentum), tf.mul(tf.reshape(batch, old.shape), 1 - momentum));
}
