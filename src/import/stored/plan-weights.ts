import type { InputShapes } from "../../constraints/weights/weight-facts.js";
import type { StoreScheme } from "../weights/keras3-paths.js";
import { innerInputs } from "./inner-inputs.js";
import type { LayerNode } from "./layer-tree.js";
import { type OwnWeight, ownWeights } from "./own-weights.js";

/** A weight that a layer should have, by the layer's class and options. */
export interface PlannedWeight {
  /** The layer whose own it is, which may be inside another. */
  readonly node: LayerNode;
  readonly weight: OwnWeight;
  /** The layer of the model that holds it, with the names of the models above: `inner/dense_1`. */
  readonly layer: string;
  /** Its name below that layer: `kernel`, `forward/kernel`, `cell/lstm_cell_1/kernel`. */
  readonly name: string;
  /** False below anything frozen, too. */
  readonly trainable: boolean;
  /** Its place in the order of the configuration. */
  readonly rank: number;
  /** The groups that lead to its variables in a store of Keras 3, each with the names that it may have. */
  readonly store: readonly (readonly string[])[];
}

/** The weights of one layer or nested model at the top of a model, in the order of legacy files. */
export interface PlannedLayer {
  readonly node: LayerNode;
  readonly weights: readonly PlannedWeight[];
}

interface Place {
  /** How stores of Keras 3 name the list of a model's layers. */
  readonly scheme: StoreScheme;
  /** How many weights are planned so far. */
  readonly planned: { count: number };
  /** The layer of the model that the node is in; null for the model itself and models in it. */
  readonly layer: string | null;
  /** Before the names of weights, or of layers where `layer` is null. */
  readonly prefix: string;
  readonly trainable: boolean;
  readonly store: PlannedWeight["store"];
  /** Inside a Bidirectional, of which Keras allows no other. */
  readonly inBoth: boolean;
  /** What the layers around the node tell of its inputs. */
  readonly inputs: InputShapes;
  /** What importing infers of the inputs of layers, by their places in the file. */
  readonly inferred: (path: string) => InputShapes | undefined;
}

const noInputs: InputShapes = new Map();

interface Parts {
  readonly moved: readonly PlannedWeight[];
  readonly rest: readonly PlannedWeight[];
}

/**
 * The weights that a model should have, by its layers; a root that is no known kind of model counts as one. `scheme` is
 * how a store of Keras 3 names the list of a model's layers, `inferred` what importing knows of the inputs of layers, by
 * their places in the file.
 */
export function planWeights(
  root: LayerNode,
  scheme: StoreScheme,
  inferred: Place["inferred"] = () => undefined,
): PlannedLayer[] {
  const place: Place = {
    scheme,
    planned: { count: 0 },
    layer: null,
    prefix: "",
    trainable: root.trainable,
    store: [],
    inBoth: false,
    inputs: inputsOf(root, { inputs: new Map(), inferred }),
    inferred,
  };
  return partsInside(root, place).map(({ node, parts }) => ({ node, weights: [...parts.moved, ...parts.rest] }));
}

/** Trainable weights first, then the others; those of a frozen layer are all among the others. */
function partsOf(node: LayerNode, above: Place): Parts {
  const inputs = inputsOf(node, above);
  const place = { ...above, trainable: above.trainable && node.trainable, inputs };
  const own = ownWeights(node, inputs).map((weight) => plannedOf(node, weight, place));
  const parts = [
    { moved: own.filter(({ weight }) => weight.trainable), rest: own.filter(({ weight }) => !weight.trainable) },
    ...partsInside(node, place).map((one) => one.parts),
  ];
  if (!node.trainable) return { moved: [], rest: parts.flatMap(({ moved, rest }) => [...moved, ...rest]) };
  return { moved: parts.flatMap(({ moved }) => moved), rest: parts.flatMap(({ rest }) => rest) };
}

/** The surest first: inside a wrapper a layer may have been declared for another input than it gets. */
function inputsOf(node: LayerNode, { inputs, inferred }: Pick<Place, "inputs" | "inferred">): InputShapes {
  const told = [node.built, inferred(node.path), inputs, node.declared];
  return told.find((one) => one !== undefined && one.size > 0) ?? noInputs;
}

function plannedOf(node: LayerNode, weight: OwnWeight, place: Place): PlannedWeight {
  const store = weight.store === "" ? place.store : [...place.store, [weight.store, `_${weight.store}`]];
  const { layer, prefix } = place;
  const name = `${prefix}${weight.name}`;
  const trainable = place.trainable && weight.trainable;
  return { node, weight, layer: layer ?? "", name, trainable, rank: place.planned.count++, store };
}

function partsInside(node: LayerNode, place: Place): { node: LayerNode; parts: Parts }[] {
  if (node.inner.length === 0) return [];
  const counts = new Map<string, number>();
  const flat = flatNames(node);
  const inputs = new Map(innerInputs(node, place.inputs).map((one, i) => [node.inner[i]?.node, one]));
  return insideOf(node, place).map(({ key, inList, role, inner }) => {
    const list = node.model === null ? key : place.scheme.container;
    const kind = `${list}/${inner.storeName}`;
    const count = counts.get(kind) ?? 0;
    const path = inList ? numbered(kind, count) : list;
    const names = node.model === null ? [path, `_${path}`, ...(flat.get(inner) ?? [])] : [path];
    const parts = partsOf(inner, {
      ...place,
      layer: place.layer ?? (inner.model === null ? `${place.prefix}${inner.name}` : null),
      prefix: prefixInside(place, inner, role),
      store: [...place.store, names],
      inputs: inputs.get(inner) ?? noInputs,
      inBoth: place.inBoth || node.className === "Bidirectional",
    });
    const twice = place.scheme.twice && parts.moved.length + parts.rest.length > 0;
    counts.set(kind, count + (twice ? 2 : 1));
    return { node: inner, parts };
  });
}

function prefixInside({ layer, prefix }: Place, inner: LayerNode, role: string): string {
  if (layer !== null) return `${prefix}${role}/`;
  return inner.model === null ? "" : `${prefix}${inner.name}/`;
}

interface Inside {
  readonly key: string;
  readonly inList: boolean;
  /** What the weights of the inner layer have before their names. */
  readonly role: string;
  readonly inner: LayerNode;
}

/** The layers inside one by the names of the attributes that hold them. */
function insideOf(node: LayerNode, { inBoth }: Place): Inside[] {
  const inside = node.inner.map(({ key, inList, node: inner }): Inside => {
    const role = node.model !== null || key === "cells" ? inner.name : inList ? `${key}/${inner.name}` : key;
    return { key, inList, role, inner };
  });
  if (node.className !== "Bidirectional") return inside;
  const forward = inside.find(({ key }) => key === "layer");
  const backward = inside.find(({ key }) => key === "backward_layer") ?? (inBoth ? undefined : forward);
  return [
    ...(forward === undefined ? [] : [{ ...forward, key: "forward_layer", role: "forward" }]),
    ...(backward === undefined ? [] : [{ ...backward, key: "backward_layer", role: "backward" }]),
  ];
}

/**
 * Where tf.keras puts the layers of a subclass of Model: all in one list, numbered in the order in which the model's
 * code made them. That is known for classes that one option alone holds.
 */
function flatNames(node: LayerNode): Map<LayerNode, readonly string[]> {
  const keys = new Map<string, Set<string>>();
  for (const { key, node: inner } of node.inner) {
    keys.set(inner.storeName, (keys.get(inner.storeName) ?? new Set()).add(key));
  }
  const counts = new Map<string, number>();
  const names = new Map<LayerNode, readonly string[]>();
  for (const { node: inner } of node.inner) {
    const name = inner.storeName;
    if (keys.get(name)?.size !== 1) continue;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    names.set(inner, [`layers/${numbered(name, count)}`]);
  }
  return names;
}

function numbered(name: string, count: number): string {
  return count === 0 ? name : `${name}_${count}`;
}
