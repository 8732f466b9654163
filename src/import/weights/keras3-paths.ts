import { appendAll } from "../../append-all.js";
import type { GraphSpec, LayerSpec, WeightSpec } from "../spec.js";
import { snakeCase } from "./snake-case.js";

/** Where the object tree of a Keras 3 store has one weight. */
export interface StoredWeight {
  readonly weight: WeightSpec;
  readonly layer: LayerSpec;
  /** The group that holds the weight's variables, without a slash before it: `layers/lstm/cell/vars`. */
  readonly group: string;
  /** The rank among the variables of the group. */
  readonly index: number;
}

/** How a release of Keras names what is in a model's list of layers. */
export interface StoreScheme {
  /** The name of the list. */
  readonly container: "layers" | "_layer_checkpoint_dependencies";
  /** True where each layer with weights stands in the list twice, and is stored at its first place. */
  readonly twice: boolean;
}

/**
 * The schemes that releases have written, the likeliest first: Keras 3 and 2.15 (`layers`), 2.14 (the same under
 * another name), 2.12 and 2.13 (with every layer that has weights listed twice; v2.12.0 saving_lib.py
 * `_save_container_state`, engine/functional.py `_layer_checkpoint_dependencies`).
 */
export const storeSchemes: readonly StoreScheme[] = [
  { container: "layers", twice: false },
  { container: "_layer_checkpoint_dependencies", twice: false },
  { container: "_layer_checkpoint_dependencies", twice: true },
];

/**
 * Where each weight of a model is stored (keras/src/saving/saving_lib.py, `_save_container_state`): layers go by the
 * snake case of their class, numbered from the second on in the order of the list. A functional model's InputLayers
 * are in the list, a Sequential's is not. Variables are numbered as the layer made them, trainable ones first.
 */
export function storedWeights(graph: GraphSpec, scheme: StoreScheme, prefix = ""): StoredWeight[] {
  const counts = new Map<string, number>();
  const result: StoredWeight[] = [];
  for (const layer of graph.layers) {
    if (graph.sequential && layer.className === "InputLayer") continue;
    const name = snakeCase(layer.className);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + (scheme.twice && hasWeights(layer) ? 2 : 1));
    const path = `${prefix}${scheme.container}/${count === 0 ? name : `${name}_${count}`}`;
    if (layer.graph === null) appendAll(result, ownWeights(layer, path));
    else appendAll(result, storedWeights(layer.graph, scheme, `${path}/`));
  }
  return result;
}

function ownWeights(layer: LayerSpec, path: string): StoredWeight[] {
  const next = new Map<string, number>();
  const trainableFirst = [
    ...layer.weights.filter((weight) => weight.trainable),
    ...layer.weights.filter((weight) => !weight.trainable),
  ];
  return trainableFirst.map((weight) => {
    const index = next.get(weight.store) ?? 0;
    next.set(weight.store, index + 1);
    const group = weight.store === "" ? `${path}/vars` : `${path}/${weight.store}/vars`;
    return { weight, layer, group, index };
  });
}

function hasWeights(layer: LayerSpec): boolean {
  return layer.weights.length > 0 || (layer.graph?.layers.some(hasWeights) ?? false);
}
