import { KerasProofError } from "../../errors.js";
import { extendJsonPath } from "../../formats/json-path.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import type { MappedAxes } from "../raw-graph.js";
import type { Shape } from "../rule.js";
import { type Draft, draftOf, isArray, isObject, wantObject } from "./config-json.js";
import type { DialectContext } from "./dialect.js";
import { computesInFloat32, readDtypePolicy } from "./dtype-policy.js";
import { readShape } from "./keras3-nodes.js";

/** A layer as a dialect gives it, before its place in the graph is known. */
export interface LayerEntry {
  readonly name: string | null;
  readonly className: string;
  readonly config: JsonObject;
  readonly trainable: boolean;
  readonly dtype: string;
  /** The shape of the input that the first layer of a Sequential declares, batch first. */
  readonly inputShape: Shape | null;
  readonly mappedAxes: ReadonlyMap<string, MappedAxes> | null;
}

/** The options that hold layers inside a layer. */
const innerKeys = ["layer", "backward_layer", "cell"] as const;

/** Reads a layer that is no model: `{class_name, config, …}` in the form of any generation. */
export function readLayerEntry(entry: JsonObject, path: string, context: DialectContext): LayerEntry {
  const { dialect } = context;
  const written = wantObject(entry["config"], extendJsonPath(path, "config"), "the options of a layer");
  const layer = dialect.translate({ className: dialect.classOf(entry, path), config: written }, path);
  const config = draftOf(layer.config);
  const mappedAxes = new Map(layer.mappedAxes);
  translateInnerLayers(config, path, "", mappedAxes, context);
  const { className } = layer;
  const inputShape = takeInputShape(config);
  const dtype = takeDtype(className, config, path);
  const { name, trainable } = config;
  const entryName = entry["name"];
  for (const key of ["name", "trainable", "dtype", "input_dtype"]) delete config[key];
  if (config["dynamic"] === false) delete config["dynamic"];
  if (className === "InputLayer") {
    config["batch_shape"] = inputShape;
    config["dtype"] = dtype;
  }
  return {
    name: typeof entryName === "string" ? entryName : typeof name === "string" ? name : null,
    className,
    config,
    trainable: trainable !== false,
    dtype,
    inputShape,
    mappedAxes: mappedAxes.size === 0 ? null : mappedAxes,
  };
}

function takeDtype(className: string, config: Draft, path: string): string {
  const key = "dtype" in config ? "dtype" : "input_dtype";
  const dtype = readDtypePolicy(config[key], extendJsonPath(path, "config", key));
  if (key === "input_dtype" || computesInFloat32(className, dtype)) return dtype;
  const message = `found ${className} with the dtype policy ${dtype}, wanted float32`;
  throw new KerasProofError("unsupported-dtype", extendJsonPath(path, "config", key), message);
}

function takeInputShape(config: Draft): Shape | null {
  const batchShape = readShape(config["batch_shape"]) ?? readShape(config["batch_input_shape"]);
  const shape = readShape(config["input_shape"]);
  for (const key of ["batch_shape", "batch_input_shape", "input_shape"]) delete config[key];
  return batchShape ?? (shape === null ? null : [null, ...shape]);
}

/**
 * Translates the layers that a layer's options hold; `mappedAxes` gets theirs by paths such as `layer.kernel_constraint`,
 * which begin with `prefix`.
 */
function translateInnerLayers(
  config: Draft,
  path: string,
  prefix: string,
  mappedAxes: Map<string, MappedAxes>,
  context: DialectContext,
): void {
  for (const key of innerKeys) {
    const inner = config[key];
    if (!isObject(inner)) continue;
    config[key] = translateInner(inner, extendJsonPath(path, "config", key), `${prefix}${key}.`, mappedAxes, context);
  }
}

/** A layer inside a layer, in the form that `resolveGraph` reads: `{class_name, config}`. */
function translateInner(
  inner: JsonObject,
  path: string,
  prefix: string,
  mappedAxes: Map<string, MappedAxes>,
  context: DialectContext,
): JsonValue {
  const { dialect } = context;
  if (!isObject(inner["config"])) return inner;
  const className = dialect.classOf(inner, path);
  const layer = dialect.translate({ className, config: inner["config"] }, path);
  const config = draftOf(layer.config);
  for (const [option, axes] of layer.mappedAxes ?? []) mappedAxes.set(prefix + option, axes);
  translateInnerLayers(config, path, prefix, mappedAxes, context);
  takeDtype(layer.className, config, path);
  takeInputShape(config);
  for (const key of ["dtype", "input_dtype"]) delete config[key];
  if (config["dynamic"] === false) delete config["dynamic"];
  const result: Draft = draftOf({ class_name: layer.className, config });
  return result;
}

/** Where a file keeps the shape that a Sequential was built with: its own options, or `build_config`. */
export function readBuildShape(entry: JsonObject): Shape | null {
  const config = entry["config"];
  const own = isObject(config) ? (config["build_input_shape"] ?? config["batch_input_shape"]) : undefined;
  const build = entry["build_config"];
  const recorded = isObject(build) ? build["input_shape"] : undefined;
  return readShape(isArray(own) ? own : undefined) ?? readShape(recorded);
}
