import type { ConfigReader } from "../config-reader.js";
import { type CallRequest, type LayerRule, only, type Tensor } from "../rule.js";

/** A layer that disturbs its input in training and hands it on otherwise. */
export interface NoiseOptions {
  /** The fraction dropped, or the standard deviation of the noise. */
  readonly amount: number;
  /** The extents of the mask that `Dropout` draws, `null` where it is the input's. */
  readonly noiseShape: readonly (number | null)[] | null;
}

type Disturb = (request: CallRequest<NoiseOptions>, x: Tensor) => Tensor;

/** Draws differ from Keras's, which no seed can repeat; the distributions are the same. */
function noiseRule(className: string, key: "rate" | "stddev", disturb: Disturb): LayerRule<NoiseOptions> {
  return {
    className,
    read(config) {
      config.ignore("seed");
      config.only("data_format", null, "channels_last", "channels_first");
      const amount = config.number(key);
      const valid = amount >= 0 && (key === "stddev" || amount < 1);
      if (!valid)
        config.problem("bad-config", key, `found ${amount}, wanted ${key === "rate" ? "[0, 1)" : "0 or more"}`, 0);
      return { amount, noiseShape: readNoiseShape(config) };
    },
    outputShapes: ({ inputs }) => [only(inputs)],
    call(request) {
      const x = only(request.inputs);
      return request.training && request.options.amount > 0 ? disturb(request, x) : x;
    },
    masks: "pass",
  };
}

function readNoiseShape(config: ConfigReader): NoiseOptions["noiseShape"] {
  const raw = config.raw("noise_shape") ?? null;
  if (raw === null) return null;
  const valid = Array.isArray(raw) && raw.every((extent) => extent === null || Number.isSafeInteger(extent));
  if (valid) return raw as readonly (number | null)[];
  return config.problem("bad-config", "noise_shape", "found no list of extents, wanted one", null);
}

/** Ones and zeros of a shape, one with the probability `keep`. */
function draw({ tf }: CallRequest<NoiseOptions>, shape: readonly number[], keep: number): Tensor {
  return tf.cast(tf.less(tf.randomUniform([...shape], 0, 1), tf.scalar(keep)), "float32");
}

/** Drops entries by a mask of the given extents and scales up the rest. */
function dropout(request: CallRequest<NoiseOptions>, x: Tensor, maskShape: readonly number[]): Tensor {
  const { tf, options } = request;
  const keep = 1 - options.amount;
  return tf.div(tf.mul(x, draw(request, maskShape, keep)), tf.scalar(keep));
}

/** keras/src/layers/regularization/dropout.py 3.15. */
export const dropoutLayer: LayerRule<NoiseOptions> = noiseRule("Dropout", "rate", (request, x) => {
  const { noiseShape } = request.options;
  return dropout(request, x, noiseShape === null ? x.shape : noiseShape.map((one, axis) => one ?? x.shape[axis] ?? 1));
});

/** keras/src/layers/regularization/spatial_dropout.py 3.15: whole channels of [batch, steps, channels]. */
export const spatialDropout1D: LayerRule<NoiseOptions> = noiseRule("SpatialDropout1D", "rate", (request, x) => {
  return dropout(request, x, [x.shape[0] ?? 1, 1, x.shape[2] ?? 1]);
});

/** keras/src/layers/regularization/gaussian_noise.py 3.15: adds noise of a standard deviation. */
export const gaussianNoise: LayerRule<NoiseOptions> = noiseRule("GaussianNoise", "stddev", ({ tf, options }, x) => {
  return tf.add(x, tf.randomNormal(x.shape, 0, options.amount));
});

/** keras/src/layers/regularization/gaussian_dropout.py 3.15: multiplies by noise of mean 1. */
export const gaussianDropout: LayerRule<NoiseOptions> = noiseRule("GaussianDropout", "rate", ({ tf, options }, x) => {
  return tf.mul(x, tf.randomNormal(x.shape, 1, Math.sqrt(options.amount / (1 - options.amount))));
});

/** keras/src/layers/regularization/alpha_dropout.py 3.15: drops to SELU's negative limit, keeping mean and variance. */
export const alphaDropout: LayerRule<NoiseOptions> = noiseRule("AlphaDropout", "rate", (request, x) => {
  const { tf, options } = request;
  const limit = -1.7580993408473766;
  const keep = 1 - options.amount;
  const a = 1 / Math.sqrt(keep * (1 + options.amount * limit ** 2));
  const kept = draw(request, options.noiseShape?.map((one, axis) => one ?? x.shape[axis] ?? 1) ?? x.shape, keep);
  const mixed = tf.add(tf.mul(x, kept), tf.mul(tf.scalar(limit), tf.sub(tf.scalar(1), kept)));
  return tf.add(tf.mul(mixed, tf.scalar(a)), tf.scalar(-a * limit * options.amount));
});
