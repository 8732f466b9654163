import { appendAll } from "../../append-all.js";
import { KerasProofError } from "../../errors.js";
import { extendJsonPath } from "../../formats/json-path.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import type { RawGraph, RawLayer } from "../raw-graph.js";
import type { Shape } from "../rule.js";
import type { TensorRef } from "../spec.js";
import { type NodeStyle, nodeCounts } from "./node-counts.js";
import { isArray, isObject, wantArray, wantObject } from "./config-json.js";
import type { DialectContext, ModelPlace } from "./dialect.js";
import { collect, graphLayer, modelLayer } from "./graph-layer.js";
import { inputTracer } from "./graph-inputs.js";
import { type LayerEntry, readLayerEntry } from "./layer-entry.js";
import { readKeras3Node } from "./keras3-nodes.js";
import { readLegacyNode } from "./legacy-nodes.js";
import { type MaskGraph, maskGraph } from "./keras3-masks.js";
import { modelKind } from "./model-kind.js";

/** The calls of one layer as the file counts them. */
interface ReadCalls {
  readonly calls: readonly (readonly TensorRef[])[];
  readonly style: NodeStyle;
  /** The shape of the first tensor of the first call, where the file says it. */
  readonly calledOn: Shape | null;
  /** The masks that each call is given. */
  readonly masks: readonly (readonly TensorRef[])[];
}

const noCalls: ReadCalls = { calls: [], style: "keras3", calledOn: null, masks: [] };

/**
 * Reads a functional model: `config` with `layers`, `input_layers` and `output_layers`, each layer with its
 * `inbound_nodes` as lists (Keras 1 and 2) or as objects (Keras 3). What is wrong with one layer does not keep the
 * others from being read.
 */
export function readFunctional(entry: JsonObject, place: ModelPlace, context: DialectContext): RawGraph {
  const configPath = extendJsonPath(place.path, "config");
  const config = wantObject(entry["config"], configPath);
  const written = config["name"];
  const name = place.name ?? (typeof written === "string" ? written : context.nextName("model"));
  const listPath = extendJsonPath(configPath, "layers");
  const layers: RawLayer[] = [];
  const counts = nodeCounts();
  const masks = maskGraph();
  const names = new Set<string>();
  for (const [i, value] of wantArray(config["layers"], listPath, "a list of layers").entries()) {
    const path = extendJsonPath(listPath, i);
    try {
      const entry = wantObject(value, path, "a layer");
      const { layer, style } = readOrStandIn(entry, path, masks, context);
      if (names.has(layer.name)) throw twice(layer);
      names.add(layer.name);
      if (masks.take(entry, layer)) continue;
      layers.push(layer);
      counts.add(layer, style, entry);
    } catch (error) {
      collect(error, context);
    }
  }
  const ends = (key: string): TensorRef[] => {
    const path = extendJsonPath(configPath, key);
    const value = config[key];
    if (!isArray(value) && !isObject(value)) wantArray(value, path, "the ends of the graph");
    return readLegacyNode(value as JsonValue, path);
  };
  const inputs = ends("input_layers");
  const outputs = ends("output_layers");
  appendAll(layers, masks.finish(layers, [...inputs, ...outputs], context.problems));
  for (const layer of layers) for (const call of layer.calls) counts.see(call, "node");
  counts.see(inputs, "end");
  counts.see(outputs, "end");
  const counted = layers.map((layer) => ({
    ...layer,
    calls: layer.calls.map((call) => call.map((ref) => counts.canonical(ref, "node"))),
  }));
  const traceInput = inputTracer(new Map(counted.map((layer) => [layer.name, layer])), context.problems);
  return {
    name,
    path: place.path,
    sequential: false,
    layers: counted,
    inputs: inputs.map((ref) => traceInput(counts.canonical(ref, "end"))),
    outputs: outputs.map((ref) => counts.canonical(ref, "end")),
  };
}

/** The layer; where it is refused, which is collected, one that stands for it, so that those after it find their input. */
function readOrStandIn(
  entry: JsonObject,
  path: string,
  masks: MaskGraph,
  context: DialectContext,
): { layer: RawLayer; style: NodeStyle } {
  try {
    return readLayer(entry, path, masks, context);
  } catch (error) {
    const { name, class_name: className, config } = entry;
    const written = typeof name === "string" ? name : isObject(config) ? config["name"] : null;
    if (typeof written !== "string" || typeof className !== "string") throw error;
    const { calls, style } = readCallsOrThrow(error, entry, path);
    collect(error, context);
    return { layer: { ...graphLayer(refusedLayer, written, path, calls), className, refused: true }, style };
  }
}

/** The calls of a refused layer; where they are what it is refused for, that is thrown on. */
function readCallsOrThrow(reason: unknown, entry: JsonObject, path: string): ReadCalls {
  try {
    return readCalls(entry["inbound_nodes"], extendJsonPath(path, "inbound_nodes"));
  } catch {
    throw reason;
  }
}

const refusedLayer: LayerEntry = {
  name: null,
  className: "",
  config: Object.freeze(Object.create(null)) as JsonObject,
  trainable: true,
  dtype: "float32",
  inputShape: null,
  mappedAxes: null,
};

function readLayer(
  entry: JsonObject,
  path: string,
  masks: MaskGraph,
  context: DialectContext,
): { layer: RawLayer; style: NodeStyle } {
  const isModel = modelKind(entry) !== null;
  const plain = isModel ? null : readLayerEntry(entry, path, context);
  // What an operation is called on matters only where it turns out to be no part of a mask, and then it is refused.
  const isOperation = plain !== null && /\.ops\./.test(plain.className);
  const read = isOperation ? noCalls : readCalls(entry["inbound_nodes"], extendJsonPath(path, "inbound_nodes"));
  const { calls, style } = read;
  let layer: RawLayer;
  if (plain === null) {
    const written = entry["name"];
    const name = typeof written === "string" ? written : null;
    const graph = context.readModel(entry, { path, name, calledOn: read.calledOn }, context);
    layer = modelLayer(graph, entry, path, calls);
  } else if (plain.name === null) {
    throw new KerasProofError("bad-graph", path, "found a layer without a name, wanted one");
  } else {
    layer = graphLayer(plain, plain.name, path, plain.className === "InputLayer" ? [[]] : calls);
  }
  for (const [call, given] of read.masks.entries()) masks.use(layer, call, given);
  return { layer, style };
}

function readCalls(value: JsonValue | undefined, path: string): ReadCalls {
  const nodes = value === undefined || value === null ? [] : wantArray(value, path, "a list of nodes");
  const style = nodes.some((node) => isObject(node) && "args" in node) ? "keras3" : "legacy";
  if (style === "legacy") {
    const calls = nodes.map((node, i) => readLegacyNode(node, extendJsonPath(path, i)));
    return { calls, style, calledOn: null, masks: [] };
  }
  const calls = nodes.map((node, i) => {
    const at = extendJsonPath(path, i);
    return readKeras3Node(wantObject(node, at, "a node"), at);
  });
  return {
    calls: calls.map(({ inputs }) => inputs.map((input) => input.ref)),
    style,
    calledOn: calls[0]?.inputs[0]?.shape ?? null,
    masks: calls.map((call) => call.masks),
  };
}

function twice(layer: RawLayer): KerasProofError {
  return new KerasProofError(
    "bad-graph",
    layer.path,
    `found a second layer named ${layer.name}, wanted each name once`,
  );
}
