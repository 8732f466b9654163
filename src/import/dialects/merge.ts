import { KerasProofError } from "../../errors.js";
import { extendJsonPath } from "../../formats/json-path.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import { describeJson } from "../describe-json.js";
import { type Draft, isArray, isObject } from "./config-json.js";
import type { LayerConfig } from "./dialect.js";

const modes: ReadonlyMap<string, string> = new Map([
  ["sum", "Add"],
  ["mul", "Multiply"],
  ["ave", "Average"],
  ["max", "Maximum"],
  ["concat", "Concatenate"],
]);

/** True for Keras 1's Merge, which Keras 2 kept until 2.1.6. */
export function isMerge(className: string): boolean {
  return className === "Merge";
}

/** The branches of a Merge in the first place of a Sequential, which holds them in `config.layers`; `null` elsewhere. */
export function mergeBranches(entry: JsonObject): readonly JsonValue[] | null {
  const { class_name: className, config } = entry;
  const layers = isObject(config) ? config["layers"] : undefined;
  return className === "Merge" && isArray(layers) ? layers : null;
}

/**
 * Keras 1's Merge (K1:keras/engine/topology.py) as the layer of its mode: sum, mul, ave, max, concat. Modes that are
 * functions are `code-in-file`, `dot` and `cos` `unsupported-option`.
 */
export function translateMerge(layer: LayerConfig, path: string): LayerConfig {
  const { mode, mode_type: type, concat_axis: axis, name, trainable } = layer.config;
  const place = extendJsonPath(path, "config", "mode");
  if (type !== undefined && type !== "raw") {
    throw new KerasProofError("code-in-file", place, "found a merge by a function in the file, which is never run");
  }
  const className = typeof mode === "string" ? modes.get(mode) : undefined;
  if (className === undefined) {
    const wanted = [...modes.keys()].join(", ");
    throw new KerasProofError("unsupported-option", place, `found ${describeJson(mode)}, wanted one of ${wanted}`);
  }
  const config = Object.create(null) as Draft;
  if (name !== undefined) config["name"] = name;
  if (trainable !== undefined) config["trainable"] = trainable;
  if (className === "Concatenate") config["axis"] = axis ?? -1;
  return { className, config };
}
