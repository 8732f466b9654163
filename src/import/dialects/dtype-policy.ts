import type { JsonValue } from "../../formats/python-json.js";
import { badConfig, isObject } from "./config-json.js";

/**
 * The name of a layer's dtype policy: a plain name, `{"class_name": "Policy", "config": {"name": …}}` of tf.keras or
 * the `DTypePolicy` of Keras 3 (keras/src/dtype_policies/dtype_policy.py); `float32` where the file says none. A
 * quantized policy is named by its mode, `int8_from_float32`.
 */
export function readDtypePolicy(value: JsonValue | undefined, path: string): string {
  if (value === undefined || value === null) return "float32";
  if (typeof value === "string") return shortNames.get(value) ?? value;
  const config = isObject(value) ? value["config"] : undefined;
  if (isObject(config)) {
    const { name, mode, source_name: source } = config;
    if (typeof mode === "string") return `${mode}_from_${typeof source === "string" ? source : "float32"}`;
    if (typeof name === "string") return name;
    if (isObject(value) && value["class_name"] === "DTypePolicyMap") return "DTypePolicyMap";
  }
  throw badConfig(path, value, "a dtype policy");
}

/** Names that TensorFlow takes too (`tf.as_dtype`). */
const shortNames: ReadonlyMap<string, string> = new Map([
  ["float", "float32"],
  ["half", "float16"],
  ["double", "float64"],
]);

const integers = /^u?int(?:8|16|32|64)$/;

/**
 * True where a layer of this policy computes what it computes in float32. Of the layers other than InputLayer, old
 * Keras 2 files give the number type of the input to the first one, which an Embedding ignores.
 */
export function computesInFloat32(className: string, policy: string): boolean {
  if (policy === "float32" || policy === "float32_from_float32" || className === "InputLayer") return true;
  return className === "Embedding" && integers.test(policy);
}
