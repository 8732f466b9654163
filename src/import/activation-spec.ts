import type { Generation } from "../constraints/spec.js";
import { KerasProofError } from "../errors.js";
import type { JsonObject, JsonValue } from "../formats/python-json.js";
import { nearestWord } from "../nearest-word.js";
import { activationArithmetic } from "./activations/arithmetic.js";
import { activationLayers, roundsConstants } from "./activations/layer-options.js";
import { activationNames, exactNames } from "./activations/names.js";
import type { ActivationSpec } from "./activations/spec.js";
import type { ConfigReader } from "./config-reader.js";
import { describeJson } from "./describe-json.js";
import type { Ops, Tensor } from "./rule.js";

export type { ActivationSpec } from "./activations/spec.js";

/** What reading an activation needs to know. */
export interface ActivationContext {
  readonly generation: Generation;
  readonly path: string;
  /** The backend of Keras; `null`, or absent, where nothing says it, which counts as TensorFlow. */
  readonly backend?: string | null;
  /** Reads the configuration of a layer that stands as an activation; every option is to be checked. */
  readonly optionsOf: (config: JsonObject, path: string) => ConfigReader;
}

/**
 * Reads an activation as any generation serialises it: a name, a function object of Keras 3 (`{class_name: "function",
 * config: "relu"}`), or a layer without weights such as `{class_name: "LeakyReLU", config: {…}}`. `null` is linear.
 * What is not known is an `unsupported-activation` that names the nearest known.
 */
export function parseActivation(raw: JsonValue, context: ActivationContext): ActivationSpec {
  if (raw === null) return { name: "linear" };
  if (typeof raw === "string") return named(raw, context);
  if (typeof raw !== "object" || Array.isArray(raw)) throw unknown(raw, context);
  const { class_name: className, config = null } = raw as JsonObject;
  if (typeof className !== "string") throw unknown(raw, context);
  if (typeof config === "string") return named(config, context);
  if (typeof config !== "object" || config === null || Array.isArray(config)) return named(className, context);
  const { name: _name, trainable: _trainable, dtype: _dtype, ...options } = config as JsonObject;
  const read = activationLayers.get(className);
  if (read === undefined) throw unknown(className, context);
  const reader = context.optionsOf(options, `${context.path}.config`);
  const spec = read(reader);
  reader.finish(className);
  return spec;
}

/** Applies an activation to a tensor of any shape. */
export function applyActivation(tf: Ops, activation: ActivationSpec, x: Tensor): Tensor {
  const arithmetic = activationArithmetic.get(activation.name);
  if (arithmetic === undefined) {
    throw new KerasProofError("unsupported-activation", "activation", `found the arithmetic ${activation.name}`);
  }
  return arithmetic(tf, x, activation.parameters ?? {}, activation);
}

function named(name: string, context: ActivationContext): ActivationSpec {
  const exact = context.generation === "keras3" && !roundsConstants(context.backend ?? null);
  const spec = (exact ? exactNames.get(name) : undefined) ?? activationNames[context.generation].get(name);
  if (spec !== undefined) return spec;
  const read = activationLayers.get(name);
  if (read === undefined) throw unknown(name, context);
  return read(context.optionsOf({}, context.path));
}

function unknown(raw: JsonValue, { generation, path }: ActivationContext): KerasProofError {
  const known = activationNames[generation];
  const nearest = typeof raw === "string" ? nearestWord(raw, [...known.keys(), ...activationLayers.keys()]) : undefined;
  const wanted = nearest === undefined ? `one of ${[...known.keys()].toSorted().join(", ")}` : `perhaps "${nearest}"`;
  return new KerasProofError(
    "unsupported-activation",
    path,
    `found the activation ${describeJson(raw)}, wanted ${wanted}`,
  );
}
