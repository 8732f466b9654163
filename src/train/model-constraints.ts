import type * as tfl from "@tensorflow/tfjs-layers";
import { checkArgument } from "../check-options.js";
import { KerasLayer } from "../import/keras-layer.js";
import type { ConstraintBinding } from "../import/spec.js";
import { modelOption } from "./model-option.js";
import { type PlacedLayer, placedLayers } from "./model-weights.js";
import { tfjsLayerConstraint } from "./tfjs-layer-constraint.js";

/**
 * The constraints that a model keeps in its layers, in their order: of an imported model, of one that was saved and
 * loaded again, of one built by hand of tfjs's layers with `kernelConstraint` and the like, and of any mixture. Each
 * layer is named once, by its first place. Throws as `tfjsLayerConstraint` does, and `usage` for what is no
 * model.
 */
export function modelConstraints(model: tfl.LayersModel): ConstraintBinding[] {
  checkArgument("modelConstraints.model", model, modelOption);
  const bindings: ConstraintBinding[] = [];
  const seen = new Set<tfl.layers.Layer>();
  for (const placed of placedLayers(model)) {
    if (seen.has(placed.layer)) continue;
    seen.add(placed.layer);
    bindings.push(...layerConstraints(placed));
  }
  return bindings;
}

function layerConstraints({ path, layer }: PlacedLayer): ConstraintBinding[] {
  if (!(layer instanceof KerasLayer)) return tfjsLayerConstraints(path, layer);
  return layer.spec.weights.flatMap(({ name, shape, constraint, layerClass }, slot) => {
    if (constraint === null) return [];
    const generation = layer.spec.source?.generation ?? "keras3";
    const trainable = layer.variables[slot]?.trainable === true;
    return [{ layer: path, layerClass, weight: name, shape, constraint, generation, trainable }];
  });
}

function tfjsLayerConstraints(path: string, layer: tfl.layers.Layer): ConstraintBinding[] {
  return layer.weights.flatMap((variable) => {
    const { originalName, shape, trainable } = variable;
    const start = `${layer.name}/`;
    const weight = originalName.startsWith(start) ? originalName.slice(start.length) : originalName;
    const found = tfjsLayerConstraint(variable, `${path}/${weight}`);
    if (found === null) return [];
    const layerClass = layer.getClassName();
    const extents = shape as readonly number[];
    return [{ layer: path, layerClass, weight, shape: extents, ...found, trainable }];
  });
}
