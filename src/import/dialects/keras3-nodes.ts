import { appendAll } from "../../append-all.js";
import { KerasProofError } from "../../errors.js";
import { extendJsonPath } from "../../formats/json-path.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import { describeJson } from "../describe-json.js";
import type { Shape } from "../rule.js";
import type { TensorRef } from "../spec.js";
import { draftOf, isArray, isObject, wantArray, wantObject } from "./config-json.js";
import { checkCallArguments, readTensorRef } from "./legacy-nodes.js";

/** One tensor that a call takes, with the shape that the file gives it. */
interface Keras3Input {
  readonly ref: TensorRef;
  readonly shape: Shape | null;
}

/** A call as Keras 3 writes it. */
export interface Keras3Call {
  readonly inputs: readonly Keras3Input[];
  /** The tensors given as `mask`. */
  readonly masks: readonly TensorRef[];
}

/**
 * One call, from Keras 3's form of a node, `{"args": […], "kwargs": {…}}` (keras/src/ops/node.py,
 * keras/src/models/functional.py): the tensors it takes in the order of the arguments, lists flattened, then the states
 * that a recurrent layer starts from. Arguments that are no tensors, and named ones other than these, `mask`, `null`
 * and `training: false`, are refused.
 */
export function readKeras3Node(node: JsonObject, path: string): Keras3Call {
  const args = wantArray(node["args"], extendJsonPath(path, "args"));
  const kwargs = wantObject(node["kwargs"], extendJsonPath(path, "kwargs"));
  const { mask, initial_state: states } = kwargs;
  const rest = draftOf(kwargs);
  delete rest["mask"];
  delete rest["initial_state"];
  const first = Object.keys(rest).find((key) => inputArguments.has(key));
  const inputs = args.flatMap((arg, i) => readArgument(arg, extendJsonPath(path, "args", i)));
  if (first !== undefined && inputs.length === 0) {
    appendAll(inputs, readArgument(rest[first] as JsonValue, extendJsonPath(path, "kwargs", first)));
    delete rest[first];
  }
  checkCallArguments(rest, extendJsonPath(path, "kwargs"));
  appendAll(inputs, readArgument(states ?? null, extendJsonPath(path, "kwargs", "initial_state")));
  const masks = readArgument(mask ?? null, extendJsonPath(path, "kwargs", "mask"));
  return { inputs, masks: masks.map((input) => input.ref) };
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
  const message = `found the argument ${describeJson(value)}, wanted the output of a layer`;
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
  return isArray(value) && value.every(isExtent) ? value : null;
}

function isExtent(item: JsonValue): item is number | null {
  return item === null || (Number.isSafeInteger(item) && (item as number) >= 0);
}
