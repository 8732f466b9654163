import type * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { KerasProofError } from "../errors.js";
import { KerasLayer } from "../import/keras-layer.js";
import { NestedModel } from "../import/nested-model.js";

/** A layer of a model that is no model itself. */
export interface PlacedLayer {
  /** Its name and those of the models above, joined with `/`: Keras's names where the layer comes from Keras. */
  readonly path: string;
  readonly layer: tfl.layers.Layer;
}

/** Walks the layers of a model and of the models in it. */
export function* placedLayers(model: tfl.LayersModel, prefix = ""): Generator<PlacedLayer> {
  for (const layer of model.layers) {
    const path = prefix + kerasNameOf(layer);
    if (layer instanceof tfl.LayersModel) yield* placedLayers(layer, `${path}/`);
    else yield { path, layer };
  }
}

function kerasNameOf(layer: tfl.layers.Layer): string {
  if (layer instanceof KerasLayer) return layer.spec.name;
  return layer instanceof NestedModel ? layer.kerasName : layer.name;
}

/**
 * The variable of a weight: Keras's name of it for an imported layer; for one of tfjs its own name there, or the end of
 * it after a `/`, such as `kernel` of `dense_1/kernel`. Throws `usage` where there is none, or more than one.
 */
export function weightVariable({ path, layer }: PlacedLayer, weight: string): tf.Variable {
  const found =
    layer instanceof KerasLayer
      ? layer.variables.filter((_, slot) => layer.spec.weights[slot]?.name === weight)
      : layer.weights
          .filter(({ originalName }) => `/${originalName}`.endsWith(`/${weight}`))
          .map((one) => one.read() as tf.Variable);
  const [variable] = found;
  if (variable !== undefined && found.length === 1) return variable;
  const count = variable === undefined ? "no weight" : `${found.length} weights`;
  const message = `found ${count} of this name, wanted one of ${weightNames(layer).join(", ") || "none"}`;
  throw new KerasProofError("usage", `${path}/${weight}`, message);
}

function weightNames(layer: tfl.layers.Layer): readonly string[] {
  if (layer instanceof KerasLayer) return layer.spec.weights.map((weight) => weight.name);
  return layer.weights.map(({ originalName }) => originalName);
}
