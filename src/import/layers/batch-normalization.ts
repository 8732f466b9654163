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
import { isMultiBackendKeras2, type Writer } from "../writer.js";

/** How a generation trains the layer; in inference all are the same. */
interface TrainingManner {
  /**
   * Where TensorFlow's fused kernel computes the variance that is moved to, n being the numbers in each mean: with
   * n / (n - 1). `images` have four axes and the channels last; `tf.keras` has volumes too, and the channels first.
   */
  readonly fused: "never" | "images" | "imagesAndVolumes";
  /** Whether that variance is multiplied by n / (n - (1 + epsilon)): in Keras 2.1.4 to 2.3.1, beside the above. */
  readonly corrects: boolean;
  /**
   * Whether epsilon is in the variance that is moved to: on Theano, which gives back one over the standard deviation
   * that it divides by (K2.2.4:keras/backend/theano_backend.py, `normalize_batch_in_training`).
   */
  readonly addsEpsilon: boolean;
  /**
   * How a statistic is moved: `old * momentum + batch * (1 - momentum)`, or, by TensorFlow's moving averages,
   * `old - (old - batch) * (1 - momentum)`, whose 1 - momentum is a float32 number in a float64 model too.
   */
  readonly average: "product" | "difference";
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

/** Keras 1.2.2, 2.0.9 to 2.3.1 (keras/layers/normalization.py), tf.keras 2.15, Keras 3.15.1. */
function mannerOf({ generation, writer }: ConfigReader): TrainingManner {
  const plain = { fused: "never", corrects: false, addsEpsilon: false, average: "product" } as const;
  if (generation === "keras3") return { ...plain, frozen: "moving", countsMasked: false };
  const theano = writer.backend === "theano";
  const averaging = { ...plain, addsEpsilon: theano, average: theano ? "product" : "difference" } as const;
  if (generation === "keras1") return { ...averaging, frozen: "unfrozen", countsMasked: true };
  if (!isMultiBackendKeras2(writer)) {
    return { ...averaging, fused: "imagesAndVolumes", frozen: "moving", countsMasked: false };
  }
  const since213 = isAtLeast(writer, "2.1.3");
  const fused = !theano && since213 ? "images" : "never";
  const frozen = since213 ? "batch" : "unfrozen";
  return { ...averaging, fused, corrects: isAtLeast(writer, "2.1.4"), frozen, countsMasked: true };
}

/** Of versions of multi-backend Keras 2, whose numbers have one digit. */
function isAtLeast({ kerasVersion }: Writer, version: string): boolean {
  return kerasVersion !== null && kerasVersion >= version;
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
  const { addsEpsilon, frozen, countsMasked } = options.training;
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
    const whole = addsEpsilon ? tf.add(variance, options.epsilon) : variance;
    const corrected = tf.mul(whole, correctionFactor(options, count, x.rank, axis));
    update(slots[0], moved(tf, moving[0], mean, options));
    update(slots[1], moved(tf, moving[1], corrected, options));
  }
  return [mean, variance];
}

function correctionFactor(
  { training, epsilon }: BatchNormalizationOptions,
  count: number,
  rank: number,
  axis: number,
): number {
  const usesFused =
    training.fused === "images"
      ? rank === 4 && axis === 3
      : training.fused === "imagesAndVolumes" && (rank === 4 || rank === 5) && (axis === 1 || axis === rank - 1);
  return (usesFused ? count / Math.max(count - 1, 1) : 1) * (training.corrects ? count / (count - (1 + epsilon)) : 1);
}

function moved(tf: Ops, old: Tensor, batch: Tensor, { momentum, training }: BatchNormalizationOptions): Tensor {
  const now = tf.reshape(batch, old.shape);
  if (training.average === "product") return tf.add(tf.mul(old, momentum), tf.mul(now, 1 - momentum));
  return tf.sub(old, tf.mul(tf.sub(old, now), Math.fround(1 - momentum)));
}
