import { appendAll } from "../../append-all.js";
import type { Problem } from "../../errors.js";
import { extendJsonPath } from "../../formats/json-path.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import { type CallMap, callMap } from "../call-map.js";
import type { RawLayer } from "../raw-graph.js";
import type { CallRef, TensorRef } from "../spec.js";
import { isArray, isObject } from "./config-json.js";
import { readTensorRef } from "./legacy-nodes.js";

/**
 * Keras 3 writes the masks of a functional model into its graph: operations that compute them, and `mask` arguments of
 * the calls that take them (keras/src/layers/layer.py `__call__`, core/embedding.py, core/masking.py,
 * merging/base_merge.py, merging/concatenate.py). Here masks travel with the tensors, so the operations are taken out
 * again, after a check that each mask is the one that comes with the call's inputs.
 */
export interface MaskGraph {
  /** Takes an operation that may compute masks; false for any other entry. */
  readonly take: (entry: JsonObject, layer: RawLayer) => boolean;
  /** Takes note of the masks that a call is given. */
  readonly use: (layer: RawLayer, call: number, masks: readonly TensorRef[]) => void;
  /** The operations that compute something else than masks: they are layers like any other. */
  readonly finish: (layers: readonly RawLayer[], ends: readonly TensorRef[], problems: Problem[]) => RawLayer[];
}

const maskOperations: ReadonlySet<string> = new Set(
  "NotEqual Any LogicalOr ExpandDims ZerosLike OnesLike Concatenate".split(" "),
);
const operationName = /^keras\.(?:src\.)?ops\.(?:numpy\.)?(\w+)$/;

/**
 * How many tensors are looked at to tell what all masks of a model are made of: a thousand calls may each be given one
 * that takes a hundred operations.
 */
const mostSteps = 100_000;
/** Of how many masks one may be made. */
const mostConditions = 100;

interface Use {
  readonly layer: RawLayer;
  readonly call: number;
  readonly masks: readonly TensorRef[];
}

/** Collects the masks of one functional model. */
export function maskGraph(): MaskGraph {
  const operations = new Map<string, { readonly entry: JsonObject; readonly layer: RawLayer }>();
  const uses: Use[] = [];
  return {
    take: (entry, layer) => {
      const name = operationName.exec(layer.className)?.[1];
      if (name === undefined || !maskOperations.has(name)) return false;
      operations.set(layer.name, { entry, layer });
      return true;
    },
    use: (layer, call, masks) => {
      if (masks.length > 0) uses.push({ layer, call, masks });
    },
    finish: (layers, ends, problems) => {
      const sources = maskSources(layers);
      const budget = { left: mostSteps };
      for (const { layer, call, masks } of uses) {
        const own = unionOf(layer.calls[call] ?? [], sources);
        const given = conditionsOf(masks, operations, budget);
        const single = layer.calls[call]?.length === 1;
        if (single && given?.every((condition) => own.has(condition)) === true) continue;
        const path = extendJsonPath(layer.path, "inbound_nodes", call, "kwargs", "mask");
        // Keras 3 itself gives masks only to calls with one tensor.
        const message = single
          ? "found a mask that does not come with the call's inputs, wanted none or that one"
          : "found a mask beside several inputs, wanted none";
        problems.push({ code: "unsupported-mask", path, message });
      }
      const read = new Set([...layers.flatMap((layer) => layer.calls.flat()), ...ends].map((ref) => ref.layer));
      return [...operations.values()].map(({ layer }) => layer).filter((layer) => read.has(layer.name));
    },
  };
}

/** The conditions `tensor != value` that a mask is made of; `null` where it is made of anything else, or of too much. */
function conditionsOf(
  masks: readonly TensorRef[],
  operations: ReadonlyMap<string, { readonly entry: JsonObject }>,
  budget: { left: number },
): string[] | null {
  const conditions: string[] = [];
  const seen = new Set<string>();
  const pending = [...masks];
  for (let ref = pending.pop(); ref !== undefined; ref = pending.pop()) {
    if (seen.has(keyOf(ref))) continue;
    seen.add(keyOf(ref));
    if (budget.left < 0) return null;
    const entry = operations.get(ref.layer)?.entry;
    const nodes = entry?.["inbound_nodes"];
    const node = isArray(nodes) ? nodes[ref.call] : undefined;
    const args = isObject(node) ? node["args"] : undefined;
    if (entry === undefined || !isArray(args)) return null;
    const name = entry["class_name"];
    if (name === "ZerosLike" || name === "OnesLike") continue;
    const flat = args.flat();
    budget.left -= 1 + flat.length;
    const tensors = flat.flatMap(tensorOf);
    if (name !== "NotEqual") appendAll(pending, tensors);
    else if (tensors[0] === undefined || typeof args[1] !== "number") return null;
    else conditions.push(`${keyOf(tensors[0])} != ${args[1]}`);
  }
  return conditions;
}

function tensorOf(value: JsonValue): TensorRef[] {
  const config = isObject(value) ? value["config"] : undefined;
  const history = isObject(config) ? config["keras_history"] : undefined;
  return isArray(history) ? [readTensorRef(history, "keras_history")] : [];
}

/** For each call, the conditions of the masks that may come with its outputs. */
function maskSources(layers: readonly RawLayer[]): CallMap<ReadonlySet<string>> {
  const calls = callMap<Call>();
  const pending: Call[] = [];
  for (const layer of layers) {
    for (const [call, inputs] of layer.calls.entries()) {
      const one = { ref: { layer: layer.name, call }, layer, inputs };
      calls.set(one.ref, one);
      pending.push(one);
    }
  }
  const sources = callMap<ReadonlySet<string>>();
  const open = new Set<Call>();
  for (let call = pending.at(-1); call !== undefined; call = pending.at(-1)) {
    if (open.has(call)) {
      pending.pop();
      if (sources.get(call.ref) === undefined) sources.set(call.ref, sourcesOf(call.layer, call.inputs, sources));
      continue;
    }
    open.add(call);
    for (const ref of call.inputs) {
      const source = calls.get(ref);
      if (source !== undefined && !open.has(source)) pending.push(source);
    }
  }
  return sources;
}

interface Call {
  readonly ref: CallRef;
  readonly layer: RawLayer;
  readonly inputs: readonly TensorRef[];
}

const none: ReadonlySet<string> = new Set();

function sourcesOf(
  layer: RawLayer,
  inputs: readonly TensorRef[],
  sources: CallMap<ReadonlySet<string>>,
): ReadonlySet<string> {
  const [first] = inputs;
  if (first === undefined) return none;
  const { mask_zero: maskZero, mask_value: maskValue } = layer.config;
  if (layer.className === "Masking") {
    return new Set([`${keyOf(first)} != ${typeof maskValue === "number" ? maskValue : 0}`]);
  }
  if (layer.className === "Embedding") return maskZero === true ? new Set([`${keyOf(first)} != 0`]) : none;
  return unionOf(inputs, sources);
}

/** The conditions of the masks of all tensors, but those beyond `mostConditions`: thousands of layers may merge them. */
function unionOf(refs: readonly TensorRef[], sources: CallMap<ReadonlySet<string>>): ReadonlySet<string> {
  let union: ReadonlySet<string> = none;
  for (const ref of refs) {
    const more = sources.get(ref) ?? none;
    if (union.size === 0) union = more;
    else if (![...more].every((condition) => union.has(condition))) {
      union = new Set([...union, ...more].slice(0, mostConditions));
    }
  }
  return union;
}

/** A call of a layer as a key; a layer that makes masks has one output. */
function keyOf(ref: TensorRef): string {
  return `${ref.call} ${ref.layer}`;
}
