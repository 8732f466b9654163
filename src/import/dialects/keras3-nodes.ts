import { KerasProofError } from "../../errors.js";
import { extendJsonPath } from "../../formats/json-path.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import { describe } from "../config-reader.js";
import type { Shape } from "../rule.js";
import type { TensorRef } from "../spec.js";
import { isArray, isObject, wantArray, wantObject } from "./config-json.js";
import { checkCallArguments, readTensorRef } from "./legacy-nodes.js";

/** One tensor that a call takes, with the shape that the file gives it. */
export interface Keras3Input {
  readonly ref: TensorRef;
  readonly shape: Shape | null;
}

/**
 * The tensors that one call takes, from Keras 3's form of a node, `{"args": […], "kwargs": {…}}`
 * (keras/src/ops/node.py, keras/src/models/functional.py): in the order of the arguments, lists flattened. Arguments
 * that are no tensors, and named ones other than `null` and `training: false`, are refused.
 */
export function readKeras3Node(node: JsonObject, path: string): Keras3Input[] {
  const args = wantArray(node["args"], extendJsonPath(path, "args"));
  const kwargs = wantObject(node["kwargs"], extendJsonPath(path, "kwargs"));
  const inputs = args.flatMap((arg, i) => readArgument(arg, extendJsonPath(path, "args", i)));
  const named = Object.entries(kwargs).filter(([key]) => inputArguments.has(key));
  const rest = Object.fromEntries(Object.entries(kwargs).filter(([key]) => !inputArguments.has(key)));
  checkCallArguments(rest, extendJsonPath(path, "kwargs"));
  if (inputs.length > 0 && named.some(([, value]) => value !== null)) {
    throw new KerasProofError("bad-graph", path, "found inputs among args and kwargs, wanted them in one place");
  }
  return [...inputs, ...named.flatMap(([key, value]) => readArgument(value, extendJsonPath(path, "kwargs", key)))];
}

/** The name of the first argument of the layers that are supported. */
const inputArguments: ReadonlySet<string> = new Set(["inputs", "sequences", "sequence"]);

function readArgument(value: JsonValue, path: string): Keras3Input[] {
  if (value === null) return [];
  if (isArray(value)) return value.flatMap((item, i) => readArgument(item, extendJsonPath(path, i)));
  if (isObject(value) && value["class_name"] === "__keras_tensor__") return [readTensor(value, path)];
  if (isObject(value) && !("class_name" in value)) {
    return Object.keys(value)
      .toSorted()
      .flatMap((key) => readArgument(value[key] as JsonValue, extendJsonPath(path, key)));
  }
  const message = `found the argument ${describe(value)}, wanted the output of a layer`;
  throw new KerasProofError("unsupported-option", path, message);
}

function readTensor(tensor: JsonObject, path: string): Keras3Input {
  const config = wantObject(tensor["config"], extendJsonPath(path, "config"));
  const place = extendJsonPath(path, "config", "keras_history");
  const history = wantArray(config["keras_history"], place);
  return { ref: readTensorRef(history, place), shape: readShape(config["shape"]) };
}

/** A list of extents, `null` where a file has something else in its place. */
export function readShape(value: JsonValue | undefined): Shape | null {
  const extent = (item: JsonValue): item is number | null =>
    item === null || (Number.isSafeInteger(item) && (item as number) >= 0);
  return isArray(value) && value.every(extent) ? (value as Shape) : null;
}
