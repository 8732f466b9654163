import { KerasProofError } from "../../errors.js";
import { extendJsonPath } from "../../formats/json-path.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import type { RawGraph, RawLayer } from "../raw-graph.js";
import type { Shape } from "../rule.js";
import type { TensorRef } from "../spec.js";
import { type NodeStyle, nodeCounts } from "./node-counts.js";
import { isArray, isObject, wantArray, wantObject } from "./config-json.js";
import type { DialectContext } from "./dialect.js";
import { collect, graphLayer, modelLayer } from "./graph-layer.js";
import { readLayerEntry } from "./layer-entry.js";
import { readKeras3Node } from "./keras3-nodes.js";
import { readLegacyNode } from "./legacy-nodes.js";
import { modelKind, type ModelPlace, readModelGraph } from "./model-graph.js";

/** The calls of one layer as the file counts them. */
interface ReadCalls {
  readonly calls: readonly (readonly TensorRef[])[];
  readonly style: NodeStyle;
  /** The shape of the first tensor of the first call, where the file says it. */
  readonly calledOn: Shape | null;
}

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
  const names = new Set<string>();
  for (const [i, value] of wantArray(config["layers"], listPath, "a list of layers").entries()) {
    const path = extendJsonPath(listPath, i);
    try {
      const { layer, style } = readLayer(wantObject(value, path, "a layer"), path, context);
      if (names.has(layer.name)) throw twice(layer);
      names.add(layer.name);
      layers.push(layer);
      counts.add(layer, style, value as JsonObject);
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
  for (const layer of layers) for (const call of layer.calls) counts.see(call, "node");
  counts.see(inputs, "end");
  counts.see(outputs, "end");
  return {
    name,
    sequential: false,
    layers: layers.map((layer) => ({
      ...layer,
      calls: layer.calls.map((call) => call.map((ref) => counts.canonical(ref, "node"))),
    })),
    inputs: inputs.map((ref) => counts.canonical(ref, "end")),
    outputs: outputs.map((ref) => counts.canonical(ref, "end")),
  };
}

function readLayer(entry: JsonObject, path: string, context: DialectContext): { layer: RawLayer; style: NodeStyle } {
  const isInput = entry["class_name"] === "InputLayer";
  const { calls, style, calledOn } = readCalls(entry["inbound_nodes"], extendJsonPath(path, "inbound_nodes"));
  if (modelKind(entry) !== null) {
    const written = entry["name"];
    const name = typeof written === "string" ? written : null;
    const graph = readModelGraph(entry, { path, name, calledOn }, context);
    return { layer: modelLayer(graph, entry, path, calls), style };
  }
  const layer = readLayerEntry(entry, path, context);
  if (layer.name === null) {
    throw new KerasProofError("bad-graph", path, "found a layer without a name, wanted one");
  }
  return { layer: graphLayer(layer, layer.name, path, isInput ? [[]] : calls), style };
}

function readCalls(value: JsonValue | undefined, path: string): ReadCalls {
  const nodes = value === undefined || value === null ? [] : wantArray(value, path, "a list of nodes");
  const style = nodes.some((node) => isObject(node) && "args" in node) ? "keras3" : "legacy";
  let calledOn: Shape | null = null;
  const calls = nodes.map((node, i) => {
    const at = extendJsonPath(path, i);
    if (style === "legacy") return readLegacyNode(node, at);
    const inputs = readKeras3Node(wantObject(node, at, "a node"), at);
    if (i === 0) calledOn = inputs[0]?.shape ?? null;
    return inputs.map((input) => input.ref);
  });
  return { calls, style, calledOn };
}

function twice(layer: RawLayer): KerasProofError {
  return new KerasProofError(
    "bad-graph",
    layer.path,
    `found a second layer named ${layer.name}, wanted each name once`,
  );
}
