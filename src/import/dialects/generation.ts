import { appendAll } from "../../append-all.js";
import type { Generation } from "../../constraints/spec.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import { isArray, isObject } from "./config-json.js";

/** A generation and what it was taken from, for the note where the file does not say it. */
export interface GenerationChoice {
  readonly generation: Generation;
  /** `null` where the file gives a version of Keras. */
  readonly assumedFrom: string | null;
}

/**
 * The generation of Keras that a configuration speaks: by the version where there is one, otherwise by its words. Nodes
 * as objects and `batch_shape` are Keras 3's; options that only Keras 1 has, with none of those that replaced them, are
 * Keras 1's; anything else, a mixture of both vocabularies included, is read as Keras 2, which accepts both.
 */
export function chooseGeneration(model: JsonObject, version: string | null): GenerationChoice {
  const major = version === null ? null : /^\s*(\d+)(?:\.|$)/.exec(version)?.[1];
  if (major === "0" || major === "1") return { generation: "keras1", assumedFrom: null };
  if (major === "2") return { generation: "keras2", assumedFrom: null };
  if (major !== null && major !== undefined) return { generation: "keras3", assumedFrom: null };
  const found = findWords(model);
  if (found.has("keras3")) return { generation: "keras3", assumedFrom: "the form of its nodes and input shapes" };
  const onlyKeras1 = found.has("keras1") && !found.has("keras2");
  if (onlyKeras1) return { generation: "keras1", assumedFrom: "its option names" };
  return { generation: "keras2", assumedFrom: found.has("keras1") ? "its mixed option names" : "its option names" };
}

const keras1Words: ReadonlySet<string> = new Set(
  (
    "nb_filter nb_row nb_col filter_length subsample subsample_length border_mode dim_ordering W_constraint " +
    "b_constraint W_regularizer b_regularizer U_regularizer init inner_init inner_activation forget_bias_init " +
    "consume_less dropout_W dropout_U input_dtype concat_axis p sigma pool_length kernel_dim1 beta_init gamma_init"
  ).split(" "),
);

const keras2Words: ReadonlySet<string> = new Set(
  (
    "filters kernel_size units kernel_initializer bias_initializer kernel_constraint bias_constraint use_bias " +
    "kernel_regularizer recurrent_activation recurrent_initializer embeddings_initializer embeddings_constraint " +
    "depthwise_initializer data_format rate stddev beta_initializer alpha_initializer implementation"
  ).split(" "),
);

/** The generations whose words stand in a configuration; each value is looked at once. */
function findWords(model: JsonObject): Set<Generation> {
  const found = new Set<Generation>();
  const pending: JsonValue[] = [model];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (isArray(value))
      appendAll(
        pending,
        value.filter((item) => typeof item === "object" && item !== null),
      );
    if (!isObject(value)) continue;
    if ("batch_shape" in value || ("args" in value && "kwargs" in value)) found.add("keras3");
    for (const [key, item] of Object.entries(value)) {
      if (keras1Words.has(key)) found.add("keras1");
      if (keras2Words.has(key)) found.add("keras2");
      if (typeof item === "object" && item !== null) pending.push(item);
    }
  }
  return found;
}
