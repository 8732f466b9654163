import { type GraphSpec, type LayerSpec, type ModelSpec } from "../import/spec.js";

/** A layer with its path, and with its path as the reference's entries have it: `/` inside a name as `%2F`. */
export interface LayerEntry {
  readonly layer: LayerSpec;
  readonly path: string;
  readonly entry: string;
}

/** Every layer of a model, those of nested models after the model that holds them. */
export function* layersByEntry(spec: ModelSpec): Generator<LayerEntry> {
  yield* entriesOf(spec.graph, "", "");
}

function* entriesOf(graph: GraphSpec, paths: string, entries: string): Generator<LayerEntry> {
  for (const layer of graph.layers) {
    const path = paths + layer.name;
    const entry = entries + layer.name.replaceAll("/", "%2F");
    yield { layer, path, entry };
    if (layer.graph !== null) yield* entriesOf(layer.graph, `${path}/`, `${entry}/`);
  }
}
