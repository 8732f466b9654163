import type { Constraint } from "../../constraints/spec.js";
import type { JsonValue } from "../../formats/python-json.js";
import { KerasProofError } from "../../errors.js";
import type { ConfigReader } from "../config-reader.js";
import { type LayerRule, only, type Ops, type Tensor } from "../rule.js";

/** A table of vectors. */
export interface EmbeddingOptions {
  /** The number of vectors. */
  readonly inputDim: number;
  /** The length of each. */
  readonly outputDim: number;
  /** True masks index 0. */
  readonly maskZero: boolean;
  /** The extents of the input after the batch, where Keras 1 and 2 were told; they fill open ones. */
  readonly inputLength: readonly (number | null)[];
  readonly embeddingsConstraint: Constraint | null;
  /** True where Keras 1's dropout of whole vectors acts in training. */
  readonly dropout: boolean;
}

/**
 * Keras's `Embedding` (keras/src/layers/core/embedding.py of Keras 3, embeddings.py before): indices of any shape and
 * number type, cut to integers; output one axis longer. A negative index counts from the end, as in Keras 3 and on
 * Theano (on TensorFlow, Keras 1 and 2 refuse it); one beyond the table is refused by the backend. The mask tells where
 * the index, before it is cut, is not 0.
 */
export const embedding: LayerRule<EmbeddingOptions> = {
  className: "Embedding",
  read(config) {
    config.ignore("embeddings_initializer");
    config.trainingOnly("embeddings_regularizer", "activity_regularizer");
    for (const key of ["lora_rank", "lora_alpha", "quantization_config"]) config.only(key, null);
    config.only("sparse", false);
    return {
      inputDim: config.integer("input_dim", { min: 1 }),
      outputDim: config.integer("output_dim", { min: 1 }),
      maskZero: config.boolean("mask_zero", false),
      inputLength: readLength(config),
      embeddingsConstraint: config.weightConstraint("Embedding", "embeddings"),
      dropout: config.number("dropout", 0) > 0,
    };
  },
  weights: ({ options }) => [
    {
      name: "embeddings",
      shape: [options.inputDim, options.outputDim],
      trainable: true,
      constraint: options.embeddingsConstraint,
    },
  ],
  outputShapes({ options, inputs }) {
    const [batch = null, ...rest] = only(inputs);
    return [[batch, ...rest.map((extent, at) => extent ?? options.inputLength[at] ?? null), options.outputDim]];
  },
  call({ tf, options, inputs, weights, training }) {
    if (training && options.dropout) {
      const message = "found dropout of vectors, wanted a layer without it to train";
      throw new KerasProofError("unsupported-training", "Embedding", message);
    }
    const x = only(inputs);
    const written = tf.reshape(tf.cast(x, "int32"), [-1]);
    const fromEnd = tf.add(written, tf.scalar(options.inputDim, "int32"));
    const indices = tf.where(tf.less(written, tf.scalar(0, "int32")), fromEnd, written);
    return tf.reshape(rowsOf(tf, only(weights), indices), [...x.shape, options.outputDim]);
  },
  masks({ tf, options, inputs }) {
    if (!options.maskZero) return [null];
    const x = only(inputs);
    return [tf.notEqual(x, tf.zerosLike(x))];
  },
};

/**
 * The rows of a table. The gradient adds each row's part in place: the one of `tf.gather` takes a pass over all indices
 * for every row of the table, and has no kernel on wasm.
 */
function rowsOf(tf: Ops, table: Tensor, indices: Tensor): Tensor {
  return tf.customGrad((values, save) => {
    const [of, keep] = [values as Tensor, save as (tensors: Tensor[]) => void];
    keep([indices]);
    return {
      value: tf.gather(of, indices),
      gradFunc: (upstream, saved) => tf.scatterND(tf.expandDims(saved[0] as Tensor, 1), upstream, of.shape),
    };
  })(table);
}

/** One extent, a list of them, or nothing. */
function readLength(config: ConfigReader): readonly (number | null)[] {
  const raw = config.raw("input_length") ?? null;
  const list = Array.isArray(raw) ? (raw as readonly JsonValue[]) : [raw];
  if (list.every((extent) => extent === null || (Number.isSafeInteger(extent) && (extent as number) > 0))) {
    return list as readonly (number | null)[];
  }
  return config.problem("bad-config", "input_length", "found no extents, wanted integers of at least 1 or null", []);
}
