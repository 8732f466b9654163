import type * as tfl from "@tensorflow/tfjs-layers";
import { KerasLayer } from "../import/keras-layer.js";
import type { ConstraintBinding } from "../import/spec.js";
import { placedLayers } from "./model-weights.js";

/**
 * The constraints that are kept in the layers of a model which come from Keras, in the order of its layers: of an
 * imported model, of one that was saved and loaded again, and of one that was made of the layers of such models. Each
 * layer is named once, by its first place.
 */
export function modelConstraints(model: tfl.LayersModel): ConstraintBinding[] {
  const bindings: ConstraintBinding[] = [];
  const seen = new Set<KerasLayer>();
  for (const { path, layer } of placedLayers(model)) {
    if (!(layer instanceof KerasLayer) || seen.has(layer)) continue;
    seen.add(layer);
    for (const [slot, { name, shape, constraint, layerClass }] of layer.spec.weights.entries()) {
      if (constraint === null) continue;
      const generation = layer.spec.source?.generation ?? "keras3";
      const trainable = layer.variables[slot]?.trainable === true;
      bindings.push({ layer: path, layerClass, weight: name, shape, constraint, generation, trainable });
    }
  }
  return bindings;
}
