import type { LayerSpec, WeightSpec } from "../spec.js";

/** One weight, or several that are stored together, and the arrays they are made of. */
export interface Piece {
  readonly layer: LayerSpec;
  readonly weights: readonly WeightSpec[];
}

interface Parts {
  readonly trainable: readonly Piece[];
  readonly rest: readonly Piece[];
}

/** Cuts a layer's own weights into pieces that are stored side by side. */
export type Cut = (layer: LayerSpec, weights: readonly WeightSpec[]) => Piece[];

/**
 * The weights of a layer or nested model in the order of legacy HDF5 files: trainable ones of all its layers first,
 * then the others (`_legacy_weights` of keras/src/legacy/saving/legacy_h5_format.py; `Container.weights` of Keras 1).
 * A frozen layer's weights are all among the others.
 */
export function legacyOrder(layer: LayerSpec, cut: Cut): Piece[] {
  const { trainable, rest } = partsOf(layer, cut);
  return [...trainable, ...rest];
}

function partsOf(layer: LayerSpec, cut: Cut): Parts {
  const parts = layer.graph === null ? ownParts(layer, cut) : graphParts(layer.graph.layers, cut);
  if (layer.trainable)
    return { trainable: parts.flatMap((part) => part.trainable), rest: parts.flatMap((part) => part.rest) };
  return { trainable: [], rest: parts.flatMap((part) => [...part.trainable, ...part.rest]) };
}

function graphParts(layers: readonly LayerSpec[], cut: Cut): Parts[] {
  return layers.map((layer) => partsOf(layer, cut));
}

function ownParts(layer: LayerSpec, cut: Cut): Parts[] {
  const trainable = layer.weights.filter((weight) => weight.trainable);
  const rest = layer.weights.filter((weight) => !weight.trainable);
  return [{ trainable: cut(layer, trainable), rest: cut(layer, rest) }];
}

/** Every weight a piece of its own. */
export const oneByOne: Cut = (layer, weights) => weights.map((weight) => ({ layer, weights: [weight] }));
