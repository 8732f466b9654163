import { KerasProofError } from "../../errors.js";
import { extendJsonPath } from "../../formats/json-path.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import type { RawGraph, RawLayer } from "../raw-graph.js";
import type { Shape } from "../rule.js";
import type { TensorRef } from "../spec.js";
import { isArray, isObject, wantArray, wantObject } from "./config-json.js";
import type { DialectContext, ModelPlace } from "./dialect.js";
import { collect, graphLayer, impliedInput, modelLayer } from "./graph-layer.js";
import { normalizeEntry } from "./keras1.js";
import { readBuildShape, readLayerEntry } from "./layer-entry.js";
import { mergeBranches } from "./merge.js";
import { modelKind } from "./model-kind.js";
import { readShape } from "./keras3-nodes.js";

/** The layers of a Sequential so far, and where the next one gets its input. */
interface Chain {
  readonly layers: RawLayer[];
  readonly inputs: TensorRef[];
  readonly names: Set<string>;
  last: TensorRef | null;
}

/**
 * Reads a Sequential model: `config` a list of layers (Keras 1 and Keras 2 before 2.2.3) or an object with `layers`.
 * Its input shape comes from an InputLayer, from the first layer's `batch_input_shape`, from a nested model in the
 * first place, from the shape it was built with, or from the tensor it is called on; where none of them is there the
 * error is `bad-graph`. A Keras 1 Merge in the first place makes it a graph with a nested model for each branch, as in
 * Keras 1 itself.
 */
export function readSequential(entry: JsonObject, place: ModelPlace, context: DialectContext): RawGraph {
  const config = entry["config"] as JsonValue;
  const own = isObject(config) ? config["name"] : null;
  const name = place.name ?? (typeof own === "string" ? own : context.nextName("sequential"));
  const listPath = isArray(config)
    ? extendJsonPath(place.path, "config")
    : extendJsonPath(place.path, "config", "layers");
  const entries = isArray(config) ? config : wantArray((config as JsonObject)["layers"], listPath, "a list of layers");
  const chain: Chain = { layers: [], inputs: [], names: new Set(), last: null };
  const branches = isObject(entries[0]) ? mergeBranches(entries[0]) : null;
  if (branches === null) {
    appendAll(chain, entries, listPath, readBuildShape(entry) ?? place.calledOn, context);
  } else {
    appendMerge(chain, entries, branches, listPath, context);
  }
  if (chain.last === null) {
    throw new KerasProofError("bad-graph", place.path, "found a Sequential model without layers, wanted at least one");
  }
  const sequential = branches === null;
  return { name, path: place.path, sequential, layers: chain.layers, inputs: chain.inputs, outputs: [chain.last] };
}

function appendAll(
  chain: Chain,
  entries: readonly JsonValue[],
  listPath: string,
  shape: Shape | null,
  context: DialectContext,
): void {
  let hint = shape;
  for (const [i, value] of entries.entries()) {
    const path = extendJsonPath(listPath, i);
    try {
      appendLayer(chain, normalizeEntry(wantObject(value, path, "a layer")), path, hint, context);
    } catch (error) {
      collect(error, context);
      if (chain.last === null) chain.last = { layer: "", call: 0, tensor: 0 };
    }
    hint = null;
  }
}

/** Merge takes the last outputs of its branches; what follows it goes on as in any Sequential. */
function appendMerge(
  chain: Chain,
  entries: readonly JsonValue[],
  branches: readonly JsonValue[],
  listPath: string,
  context: DialectContext,
): void {
  const ends: TensorRef[] = [];
  for (const [i, value] of branches.entries()) {
    const path = extendJsonPath(listPath, 0, "config", "layers", i);
    const branch = wantObject(value, path, "a model or layer");
    chain.last = null;
    appendLayer(chain, branch, path, null, context);
    if (chain.last !== null) ends.push(chain.last);
  }
  const path = extendJsonPath(listPath, 0);
  const merge = readLayerEntry(entries[0] as JsonObject, path, context);
  const name = merge.name ?? context.nextName("merge");
  addLayer(chain, graphLayer(merge, name, path, [ends]));
  chain.last = { layer: name, call: 0, tensor: 0 };
  for (const [i, value] of entries.slice(1).entries()) {
    const at = extendJsonPath(listPath, i + 1);
    try {
      appendLayer(chain, normalizeEntry(wantObject(value, at, "a layer")), at, null, context);
    } catch (error) {
      collect(error, context);
    }
  }
}

function appendLayer(
  chain: Chain,
  entry: JsonObject,
  path: string,
  shape: Shape | null,
  context: DialectContext,
): void {
  if (modelKind(entry) !== null) {
    appendModel(chain, entry, path, shape, context);
    return;
  }
  const layer = readLayerEntry(entry, path, context);
  const name = layer.name ?? context.nextName(layer.className.toLowerCase());
  if (layer.className === "InputLayer") {
    if (chain.last !== null) {
      throw new KerasProofError("bad-graph", path, "found an InputLayer after other layers, wanted it first");
    }
    if (layer.inputShape === null) throw noShape(path);
    addLayer(chain, graphLayer(layer, name, path, [[]]));
    chain.inputs.push({ layer: name, call: 0, tensor: 0 });
  } else {
    const given = layer.inputShape ?? shape;
    if (chain.last === null && given === null) {
      collect(noShape(path), context);
      // It stands for itself, so that those after it find their input.
      addLayer(chain, { ...graphLayer(layer, name, path, [[]]), refused: true });
      chain.last = { layer: name, call: 0, tensor: 0 };
      return;
    }
    if (chain.last === null) addInput(chain, name, given, inputDtypeOf(entry, layer.dtype), path);
    addLayer(chain, graphLayer(layer, name, path, [[chain.last as TensorRef]]));
  }
  chain.last = { layer: name, call: 0, tensor: 0 };
}

/** What the first layer takes: its own dtype in Keras 2, `input_dtype` in Keras 1. */
function inputDtypeOf(entry: JsonObject, dtype: string): string {
  const config = entry["config"];
  const written = isObject(config) ? config["input_dtype"] : null;
  return typeof written === "string" ? written : dtype;
}

function appendModel(
  chain: Chain,
  entry: JsonObject,
  path: string,
  shape: Shape | null,
  context: DialectContext,
): void {
  const entryName = entry["name"];
  const name = typeof entryName === "string" ? entryName : null;
  const graph = context.readModel(entry, { path, name, calledOn: shape }, context);
  const given = chain.last === null ? inputsFor(chain, graph, path, shape) : [chain.last];
  addLayer(chain, modelLayer(graph, entry, path, [given]));
  chain.last = { layer: graph.name, call: 0, tensor: 0 };
}

/** New inputs for a model in the first place, one for each of its own: a Sequential of Keras 1 has as many as it merges. */
function inputsFor(chain: Chain, graph: RawGraph, path: string, shape: Shape | null): TensorRef[] {
  const byName = new Map(graph.layers.map((layer) => [layer.name, layer]));
  return graph.inputs.map((ref) => {
    const own = byName.get(ref.layer);
    return addInput(chain, graph.name, readShape(own?.config["batch_shape"]) ?? shape, own?.dtype ?? "float32", path);
  });
}

function addInput(chain: Chain, of: string, shape: Shape | null, dtype: string, path: string): TensorRef {
  if (shape === null) throw noShape(path);
  let name = `${of}_input`;
  for (let number = chain.inputs.length + 1; chain.names.has(name); number++) name = `${of}_input_${number}`;
  addLayer(chain, impliedInput(name, shape, dtype, path));
  const ref = { layer: name, call: 0, tensor: 0 };
  chain.last = ref;
  chain.inputs.push(ref);
  return ref;
}

function addLayer(chain: Chain, layer: RawLayer): void {
  if (chain.names.has(layer.name)) {
    throw new KerasProofError(
      "bad-graph",
      layer.path,
      `found a second layer named ${layer.name}, wanted each name once`,
    );
  }
  chain.names.add(layer.name);
  chain.layers.push(layer);
}

function noShape(path: string): KerasProofError {
  const message =
    "found a Sequential model that says nowhere which shape it takes, wanted one that was built before it was saved: give its first layer an input_shape or call the model once";
  return new KerasProofError("bad-graph", path, message);
}
