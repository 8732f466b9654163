import { KerasProofError } from "../../errors.js";
import { extendJsonPath } from "../../formats/json-path.js";
import type { JsonValue } from "../../formats/python-json.js";
import { describeJson } from "../describe-json.js";
import type { TensorRef } from "../spec.js";
import { isArray, isObject } from "./config-json.js";

/** True for `[layer, node, tensor]` or `[layer, node, tensor, kwargs]`. */
function isNodeEntry(value: JsonValue | undefined): value is readonly JsonValue[] {
  return isArray(value) && (value.length === 3 || value.length === 4) && typeof value[0] === "string";
}

/** One `[layer, node, tensor]` as a reference, its call still counted as the file counts. */
export function readTensorRef(entry: readonly JsonValue[], path: string): TensorRef {
  const [layer, call, tensor] = entry;
  if (typeof layer === "string" && isIndex(call) && isIndex(tensor)) return { layer, call, tensor };
  throw new KerasProofError("bad-graph", path, `found ${describeJson(entry)}, wanted [layer, node, tensor]`);
}

function isIndex(value: JsonValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/**
 * The tensors that one call takes, from Keras 1's and 2's form of a node: a list of `[layer, node, tensor, kwargs]`,
 * nested lists and objects of them, or one such entry alone (TFK:engine/node.py, engine/functional.py). Objects are
 * flattened in the order of their sorted keys, as TensorFlow's `nest` does. Arguments of the call other than its inputs
 * are refused, except those that are `null` and `training: false`.
 */
export function readLegacyNode(node: JsonValue, path: string): TensorRef[] {
  if (isNodeEntry(node)) return [readEntry(node, path)];
  if (isArray(node)) return node.flatMap((part, i) => readLegacyNode(part, extendJsonPath(path, i)));
  if (isObject(node)) {
    return Object.keys(node)
      .toSorted()
      .flatMap((key) => readLegacyNode(node[key] as JsonValue, extendJsonPath(path, key)));
  }
  throw new KerasProofError("bad-graph", path, `found ${describeJson(node)}, wanted [layer, node, tensor]`);
}

function readEntry(entry: readonly JsonValue[], path: string): TensorRef {
  if (entry[0] === "_CONSTANT_VALUE" || entry[0] === "_COMPOSITE_TYPE") {
    const message = `found the constant ${describeJson(entry[2])} as an input, wanted the output of a layer`;
    throw new KerasProofError("unsupported-option", path, message);
  }
  const kwargs = entry[3] ?? null;
  if (kwargs !== null && !isObject(kwargs)) {
    throw new KerasProofError("bad-graph", extendJsonPath(path, 3), `found ${describeJson(kwargs)}, wanted an object`);
  }
  checkCallArguments(kwargs ?? {}, extendJsonPath(path, 3));
  return readTensorRef(entry, path);
}

/** Refuses arguments of a call that change what it computes: `unsupported-option`. */
export function checkCallArguments(kwargs: { readonly [key: string]: JsonValue }, path: string): void {
  for (const [name, value] of Object.entries(kwargs)) {
    if (value === null || (name === "training" && value === false)) continue;
    const message = `found the call argument ${name} = ${describeJson(value)}, wanted a call with nothing but its inputs`;
    throw new KerasProofError("unsupported-option", extendJsonPath(path, name), message);
  }
}
