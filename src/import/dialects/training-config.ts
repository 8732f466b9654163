import { extendJsonPath } from "../../formats/json-path.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import type { TrainingConfig } from "../spec.js";
import { draftOf, isObject } from "./config-json.js";

/**
 * How a model was compiled: `compile_config` of Keras 3's archives (`optimizer`, `loss`) or the attribute
 * `training_config` of HDF5 files (`optimizer_config`, `loss`), both with `loss_weights`. `null` where the model was not compiled. An optimizer
 * that is named by a text has no options.
 */
export function readTrainingConfig(value: JsonValue | undefined, path: string): TrainingConfig | null {
  if (!isObject(value) || Object.keys(value).length === 0) return null;
  const key = "optimizer_config" in value ? "optimizer_config" : "optimizer";
  const { loss = null, loss_weights: lossWeights = null } = value;
  return {
    optimizer: readOptimizer(value[key]),
    loss,
    ...(lossWeights === null ? {} : { lossWeights }),
    path: extendJsonPath(path, key),
  };
}

function readOptimizer(value: JsonValue | undefined): TrainingConfig["optimizer"] {
  const none = draftOf(Object.create(null) as JsonObject);
  if (typeof value === "string") return { className: value, config: none };
  if (!isObject(value) || typeof value["class_name"] !== "string") return null;
  const config = value["config"];
  return { className: value["class_name"], config: isObject(config) ? config : none };
}
