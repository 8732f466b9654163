import { KerasProofError } from "../../errors.js";
import { extendJsonPath } from "../../formats/json-path.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import { describeJson } from "../describe-json.js";
import { type Draft, draftOf, isArray, isObject } from "./config-json.js";
import type { LayerConfig } from "./dialect.js";
import { keras1Classes, keras1Options } from "./keras1-names.js";
import { isMerge, translateMerge } from "./merge.js";

/**
 * A layer with Keras 1's class or option names in those of Keras 3, as Keras 2's legacy interface translates them
 * (K2.2.4:keras/legacy/interfaces.py). Names that are Keras 3's already stay, so a mixture of both vocabularies is read
 * too; one option under both names is `bad-config`.
 */
export function translateKeras1(layer: LayerConfig, path: string): LayerConfig {
  if (isMerge(layer.className)) return translateMerge(layer, path);
  const className = keras1Classes.get(layer.className) ?? layer.className;
  const config = draftOf(layer.config);
  declareInputShape(className, config);
  joinKernelSize(className, config, path);
  const separable = className === "SeparableConv2D" ? config["init"] : undefined;
  const renames = keras1Options.get(className) ?? {};
  for (const [old, name] of Object.entries(renames)) {
    if (!(old in config)) continue;
    const value = config[old] as JsonValue;
    delete config[old];
    if (name === null) continue;
    if (name in config) throw clash(old, name, path);
    config[name] = translateValue(old, value);
  }
  if (separable !== undefined) config["pointwise_initializer"] ??= separable;
  translateMode(className, config, path);
  translatePadding(className, config);
  return { className, config };
}

function translateValue(option: string, value: JsonValue): JsonValue {
  if (option === "dim_ordering") return dataFormats.get(value) ?? (value === "default" ? null : value);
  if (option === "consume_less") return implementations.get(value) ?? value;
  if (option === "forget_bias_init") return value === "one" || isNamed(value, "one");
  return value;
}

const dataFormats: ReadonlyMap<JsonValue, string> = new Map([
  ["tf", "channels_last"],
  ["th", "channels_first"],
]);

const implementations: ReadonlyMap<JsonValue, number> = new Map([
  ["cpu", 0],
  ["mem", 1],
  ["gpu", 2],
]);

function isNamed(value: JsonValue, name: string): boolean {
  return isObject(value) && value["name"] === name;
}

/** `input_dim` and `input_length` of a first layer stand for its input shape; an Embedding's is (input_length,). */
function declareInputShape(className: string, config: Draft): void {
  const { input_dim: size, input_length: length } = config;
  if (["batch_input_shape", "batch_shape", "input_shape"].some((key) => (config[key] ?? null) !== null)) return;
  if (className === "Embedding") config["batch_input_shape"] = [null, typeof length === "number" ? length : null];
  if (className === "Embedding" || typeof size !== "number") return;
  const steps = className === "Dense" && !("input_length" in config) ? [] : [length ?? null];
  config["batch_input_shape"] = [null, ...steps, size];
}

const kernelParts: ReadonlyMap<string, readonly string[]> = new Map([
  ["Conv2D", ["nb_row", "nb_col"]],
  ["Conv2DTranspose", ["nb_row", "nb_col"]],
  ["SeparableConv2D", ["nb_row", "nb_col"]],
  ["Conv3D", ["kernel_dim1", "kernel_dim2", "kernel_dim3"]],
  ["LocallyConnected2D", ["nb_row", "nb_col"]],
]);

function joinKernelSize(className: string, config: Draft, path: string): void {
  const parts = kernelParts.get(className)?.filter((key) => key in config) ?? [];
  if (parts.length === 0) return;
  if ("kernel_size" in config) throw clash(parts[0] as string, "kernel_size", path);
  config["kernel_size"] = (kernelParts.get(className) ?? []).map((key) => config[key] ?? null);
  for (const key of parts) delete config[key];
}

/** BatchNormalization's `mode` 0 is what later generations do; 1 and 2 normalize otherwise. */
function translateMode(className: string, config: Draft, path: string): void {
  if (className !== "BatchNormalization" || !("mode" in config)) return;
  if (config["mode"] !== 0) {
    const message = `found mode ${describeJson(config["mode"])}, wanted 0`;
    throw new KerasProofError("unsupported-option", extendJsonPath(path, "config", "mode"), message);
  }
  delete config["mode"];
}

/** Keras 1's object and its list of four become pairs (K1:keras/layers/convolutional.py, ZeroPadding1D and 2D). */
function translatePadding(className: string, config: Draft): void {
  const { padding } = config;
  if (className === "ZeroPadding2D" && isObject(padding)) {
    config["padding"] = [
      [pick(padding, "top_pad"), pick(padding, "bottom_pad")],
      [pick(padding, "left_pad"), pick(padding, "right_pad")],
    ];
  }
  if (className === "ZeroPadding2D" && isArray(padding) && padding.length === 4) {
    const [top, bottom, left, right] = padding as [JsonValue, JsonValue, JsonValue, JsonValue];
    config["padding"] = [
      [top, bottom],
      [left, right],
    ];
  }
  if (className === "ZeroPadding1D" && isObject(padding)) {
    config["padding"] = [pick(padding, "left_pad"), pick(padding, "right_pad")];
  }
}

function pick(source: JsonObject, key: string): JsonValue {
  return source[key] ?? 0;
}

function clash(old: string, name: string, path: string): KerasProofError {
  const message = `found the option under both its names, ${old} and ${name}, wanted one of them`;
  return new KerasProofError("bad-config", extendJsonPath(path, "config", old), message);
}
