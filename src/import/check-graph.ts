import type { Problem } from "../errors.js";
import type { Limits } from "../formats/limits.js";
import type { RawGraph } from "./raw-graph.js";
import type { GraphSpec, TensorRef } from "./spec.js";

/**
 * Whether a model has no more connections than `limits.connections`, counted over all calls of nested models (a model
 * that calls one ten times, which calls another ten times, is small in the file and huge when it runs); else that is
 * added to the problems. Asked before anything is inferred, so that no step has more to do. Linear in the size of the
 * graph.
 */
export function checkConnections(raw: RawGraph, path: string, limits: Limits, problems: Problem[]): boolean {
  const connections = countConnections(raw);
  if (connections <= limits.connections) return true;
  const message = `found ${connections} connections between layers, wanted at most ${limits.connections}`;
  problems.push({ code: "limit", path, message });
  return false;
}

function countConnections(graph: RawGraph): number {
  let count = graph.outputs.length;
  for (const layer of graph.layers) {
    for (const inputs of layer.calls) count += inputs.length;
    if (layer.graph !== null) count += layer.calls.length * countConnections(layer.graph);
  }
  return count;
}

/**
 * Adds to the problems what a resolved graph cannot be built with: a tensor that its layer does not have, a call without
 * inputs, no output or one tensor as two. Linear in the size of the graph.
 */
export function checkGraph(raw: RawGraph, graph: GraphSpec, path: string, problems: Problem[]): void {
  const layers = new Map(graph.layers.map((layer) => [layer.name, layer]));
  const check = (ref: TensorRef, place: string): void => {
    const count = layers.get(ref.layer)?.calls[ref.call]?.outputShapes.length ?? Infinity;
    if (ref.tensor < count) return;
    const message = `found tensor ${ref.tensor} of ${ref.layer}, wanted one of its ${count}, counted from 0`;
    problems.push({ code: "bad-graph", path: place, message });
  };
  for (const layer of raw.layers) {
    for (const ref of layer.calls.flat()) check(ref, layer.path);
    if (
      layer.className !== "InputLayer" &&
      layer.refused !== true &&
      layer.calls.some((inputs) => inputs.length === 0)
    ) {
      problems.push({
        code: "bad-graph",
        path: layer.path,
        message: "found a call without inputs, wanted at least one",
      });
    }
    const inner = layers.get(layer.name)?.graph ?? null;
    if (layer.graph !== null && inner !== null) checkGraph(layer.graph, inner, layer.path, problems);
  }
  for (const ref of [...graph.inputs, ...graph.outputs]) check(ref, path);
  if (graph.outputs.length === 0) {
    problems.push({ code: "bad-graph", path, message: "found a model without outputs, wanted at least one" });
  }
  const outputs = new Set(graph.outputs.map((ref) => `${ref.call} ${ref.tensor} ${ref.layer}`));
  if (outputs.size < graph.outputs.length) {
    const message = "found one tensor as several outputs of a model, wanted each once: tfjs runs no such model";
    problems.push({ code: "unsupported-model", path, message });
  }
}
