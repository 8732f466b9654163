import type { InputShapes } from "../../constraints/weights/weight-facts.js";
import type { OpenShape } from "../../constraints/weights/weight-shape.js";
import { callMap } from "../call-map.js";
import type { RawGraph } from "../raw-graph.js";
import type { GraphSpec, TensorRef } from "../spec.js";
import { outputShape } from "./output-shape.js";

/**
 * The shapes of the inputs of each layer's first call, by the layer's place in the file, as far as importing infers them,
 * and behind layers that are not supported as far as the options of those tell. `graph` is what `raw` was resolved to.
 */
export function graphInputs(raw: RawGraph, graph: GraphSpec): (path: string) => InputShapes | undefined {
  const found: Inputs = new Map();
  visit(raw, graph, found);
  return (path) => {
    const shapes = found.get(path);
    return shapes === undefined ? undefined : namedInputs(shapes);
  };
}

/** The shapes of the inputs of layers, in their order, by the layers' places. */
type Inputs = Map<string, readonly (OpenShape | null)[]>;

/** Notes the inputs of the layers of a graph, and gives the shapes of its outputs. */
function visit(raw: RawGraph, graph: GraphSpec, found: Inputs): readonly (OpenShape | null)[] {
  const layers = new Map(raw.layers.map((layer) => [layer.name, layer]));
  const specs = new Map(graph.layers.map((layer) => [layer.name, layer]));
  const outputs = callMap<readonly (OpenShape | null)[]>();
  const shapeOf = (ref: TensorRef): OpenShape | null => outputs.get(ref)?.[ref.tensor] ?? null;
  const inner = new Map<string, readonly (OpenShape | null)[]>();
  for (const ref of graph.order) {
    const { layer: name, call } = ref;
    const layer = layers.get(name);
    const spec = specs.get(name);
    if (layer === undefined || spec === undefined) continue;
    const inputs = (layer.calls[call] ?? []).map(shapeOf);
    if (call === 0) {
      if (inputs.length > 0) found.set(layer.path, inputs);
      if (layer.graph !== null && spec.graph !== null) inner.set(name, visit(layer.graph, spec.graph, found));
    }
    const [first = null] = inputs;
    const told = first === null ? null : outputShape(layer.className, layer.config, first);
    outputs.set(ref, spec.calls[call]?.outputShapes ?? inner.get(name) ?? [told]);
  }
  return raw.outputs.map(shapeOf);
}

/**
 * The first input is what most layers are built for. Which input of an attention is its query, its value and its key, a
 * call does not tell: their features are known where all have the same number.
 */
function namedInputs(shapes: readonly (OpenShape | null)[]): InputShapes {
  const [first] = shapes;
  if (first === undefined || first === null) return new Map();
  const size = first.at(-1) ?? null;
  const alike = size !== null && shapes.every((shape) => shape?.at(-1) === size);
  const names = ["input_shape", ...(alike ? ["query_shape", "value_shape"] : [])];
  return new Map(names.map((name) => [name, first]));
}
