import type { InputShapes } from "../../constraints/weights/weight-facts.js";
import type { RawGraph } from "../raw-graph.js";
import type { Shape } from "../rule.js";
import type { GraphSpec } from "../spec.js";

/**
 * The shapes of the inputs of each layer's first call, by the layer's place in the file, as far as importing infers them:
 * a layer that is not supported has inputs, and those behind it have none. `graph` is what `raw` was resolved to.
 */
export function graphInputs(raw: RawGraph, graph: GraphSpec): Map<string, InputShapes> {
  const found = new Map<string, InputShapes>();
  const visit = (layers: RawGraph["layers"], resolved: GraphSpec): void => {
    const specs = new Map(resolved.layers.map((layer) => [layer.name, layer]));
    for (const layer of layers) {
      const shapes = (layer.calls[0] ?? []).map(
        (ref) => specs.get(ref.layer)?.calls[ref.call]?.outputShapes[ref.tensor] ?? null,
      );
      const named = namedInputs(shapes);
      if (named.size > 0) found.set(layer.path, named);
      const inner = specs.get(layer.name)?.graph ?? null;
      if (layer.graph !== null && inner !== null) visit(layer.graph.layers, inner);
    }
  };
  visit(raw.layers, graph);
  return found;
}

/**
 * The first input is what most layers are built for. Which input of an attention is its query, its value and its key, a
 * call does not tell: their features are known where all have the same number.
 */
function namedInputs(shapes: readonly (Shape | null)[]): InputShapes {
  const [first] = shapes;
  if (first === undefined || first === null) return new Map();
  const alike = shapes.every((shape) => shape !== null && shape.at(-1) === first.at(-1));
  const names = ["input_shape", ...(alike ? ["query_shape", "value_shape"] : [])];
  return new Map(names.map((name) => [name, first]));
}
