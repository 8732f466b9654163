import type { Generation } from "../../constraints/spec.js";
import { layerWeights } from "../../constraints/weights/layer-weights.js";
import { type Hdf5Group, textListAttribute } from "../../formats/hdf5/index.js";
import { keras1Gates } from "../weights/keras1-arrays.js";
import type { PlannedLayer, PlannedWeight } from "./plan-weights.js";
import { type Found, isConstrained, wrongCount } from "./store-arrays.js";

/** What a legacy file has for the weights of a model. */
interface LegacyArrays {
  readonly found: ReadonlyMap<PlannedWeight, Found>;
  /** Layers whose weights stand under another name, `dense_3 for dense`. */
  readonly renamed: readonly string[];
}

/**
 * The arrays of constrained weights in a legacy file, whose `group` has one group for each layer at the top of the model.
 * As Keras does, the layers that have weights are matched in their order, where each has as many arrays as it should, and
 * else by name. Within a layer arrays are taken in order where their number and, since Keras 2, their names are those that
 * the layer should have, and otherwise by name, where only one has it. `generation` is that of the file.
 */
export async function findLegacyArrays(
  layers: readonly PlannedLayer[],
  group: Hdf5Group,
  generation: Generation,
): Promise<LegacyArrays> {
  const found = new Map<PlannedWeight, Found>();
  const renamed: string[] = [];
  const groupOf = openGroups(group);
  const inOrder = matchInOrder(layers, await storedLayers(group, groupOf), generation);
  for (const layer of layers) {
    const { node, weights } = layer;
    if (!weights.some(isConstrained)) continue;
    const name = inOrder?.get(layer) ?? node.name;
    if (name !== node.name) renamed.push(`${name} for ${node.name}`);
    for (const together of apart(name, weights, (await groupOf(name)) !== undefined)) {
      await findTogether(together, groupOf, generation, found);
    }
  }
  return { found, renamed };
}

/** The group of a layer in the file. */
interface StoredGroup {
  readonly group: Hdf5Group;
  readonly lists: ArrayLists;
}

/** The names of a layer's arrays, and by the last part of a name the names that end with it; undefined for no list. */
interface ArrayLists {
  readonly names: readonly string[] | undefined;
  readonly byLastName: () => Names | undefined;
}

/** Finds the group of a layer by its name. Lists are read once: thousands of names may lead to one group. */
function openGroups(group: Hdf5Group): (name: string) => Promise<StoredGroup | undefined> {
  const known = new Map<number, ArrayLists>();
  return async (name) => {
    const found = await group.get(name);
    if (found?.kind !== "group") return undefined;
    const lists = known.get(found.address) ?? listsOf(await textListAttribute(found, "weight_names"));
    known.set(found.address, lists);
    return { group: found, lists };
  };
}

function listsOf(names: readonly string[] | undefined): ArrayLists {
  let sorted: Names | undefined;
  return { names, byLastName: () => (sorted ??= names && byLastName(names)) };
}

/** A layer of the file by its name, and how many arrays it has. */
type StoredLayer = readonly [name: string, count: number];

/** The layers of the file that have arrays, in its order. */
async function storedLayers(group: Hdf5Group, groupOf: ReturnType<typeof openGroups>): Promise<StoredLayer[]> {
  const layers: StoredLayer[] = [];
  for (const name of (await textListAttribute(group, "layer_names")) ?? []) {
    const names = (await groupOf(name))?.lists.names;
    if (names !== undefined && names.length > 0) layers.push([name, names.length]);
  }
  return layers;
}

/** The name in the file of each layer with weights; null where the file's are not as many, or do not have as many arrays. */
function matchInOrder(
  layers: readonly PlannedLayer[],
  stored: readonly StoredLayer[],
  generation: Generation,
): ReadonlyMap<PlannedLayer, string> | null {
  const weighted = layers.filter(({ weights }) => weights.length > 0);
  const fits = ({ weights }: PlannedLayer, count: number): boolean =>
    weights.some(({ node }) => !layerWeights.has(node.className))
      ? count >= weights.length
      : readings(generation).some((fused) => placesOf(weights, generation, fused).length === count);
  if (weighted.length !== stored.length) return null;
  if (!weighted.every((layer, i) => fits(layer, stored[i]![1]))) return null;
  return new Map(weighted.map((layer, i) => [layer, stored[i]![0]]));
}

/** Weights that the file lists in one group, and the name of the group. */
interface Together {
  readonly name: string;
  readonly weights: readonly PlannedWeight[];
}

/** Keras 1 lists the layers of the models in front of a Merge at the top, as if there were no models. */
function apart(name: string, weights: readonly PlannedWeight[], isThere: boolean): Together[] {
  if (isThere) return [{ name, weights }];
  const layers = new Map<string, PlannedWeight[]>();
  for (const weight of weights) {
    const layer = weight.layer.slice(weight.layer.lastIndexOf("/") + 1);
    const own = layers.get(layer);
    if (own === undefined) layers.set(layer, [weight]);
    else own.push(weight);
  }
  return [...layers].map(([layer, own]) => ({ name: layer, weights: own }));
}

async function findTogether(
  { name, weights }: Together,
  groupOf: ReturnType<typeof openGroups>,
  generation: Generation,
  found: Map<PlannedWeight, Found>,
): Promise<void> {
  const constrained = weights.filter(isConstrained);
  const from = constrained.length === 0 ? undefined : await groupOf(name);
  const names = from?.lists.names;
  if (from === undefined || names === undefined) {
    for (const weight of constrained) found.set(weight, `the file has no weights of a layer ${name}`);
    return;
  }
  const inOrder = arraysInOrder(weights, names, generation);
  const byName = inOrder === undefined ? from.lists.byLastName() : undefined;
  for (const weight of constrained) {
    const path = inOrder?.get(weight) ?? arrayByName(weight, byName);
    const array = path === undefined ? undefined : await from.group.get(path);
    found.set(weight, array?.kind === "dataset" ? array : wrongCount(names.length, weights.length));
  }
}

/** The array of each weight, where all are those that the layer should have; undefined otherwise. */
function arraysInOrder(
  weights: readonly PlannedWeight[],
  names: readonly string[],
  generation: Generation,
): Map<PlannedWeight, string> | undefined {
  for (const fused of readings(generation)) {
    const places = placesOf(weights, generation, fused);
    if (places.length !== names.length) continue;
    const found = new Map<PlannedWeight, string>();
    for (const [i, weight] of places.entries()) {
      const name = names[i] as string;
      if (weight !== null && (generation === "keras1" || hasName(name, weight))) found.set(weight, name);
    }
    if (generation === "keras1" || found.size === weights.length) return found;
  }
  return undefined;
}

/** Whether recurrent layers may have their gates joined, or apart, in the order in which it is tried. */
function readings(generation: Generation): readonly boolean[] {
  return generation === "keras1" ? [false, true] : [true];
}

/** The weight of each array; null for one that is a part of a weight. */
function placesOf(
  weights: readonly PlannedWeight[],
  generation: Generation,
  fused: boolean,
): readonly (PlannedWeight | null)[] {
  return generation === "keras1" ? withGates(weights, fused) : weights;
}

/** Keras 1 stored recurrent layers gate by gate, unless they ran with `consume_less="gpu"`; none of them is constrained. */
function withGates(weights: readonly PlannedWeight[], fused: boolean): (PlannedWeight | null)[] {
  return weights.flatMap((weight) => {
    const gates = fused ? undefined : keras1Gates.get(weight.node.className)?.length;
    return gates === undefined ? [weight] : Array.from({ length: gates }, () => null);
  });
}

type Names = ReadonlyMap<string, readonly string[]>;

function arrayByName(weight: PlannedWeight, names: Names | undefined): string | undefined {
  const alike = namesOf(weight).map((name) => names?.get(name) ?? []);
  if (alike.some(({ length }) => length > mostAlike)) return undefined;
  const same = alike.flat();
  const own = same.length === 1 ? same : same.filter((name) => name.split("/").includes(weight.node.name));
  return own.length === 1 ? own[0] : undefined;
}

/** Among more arrays of one name none is looked for: no layer has as many. */
const mostAlike = 1000;

function byLastName(names: readonly string[]): Names {
  const found = new Map<string, string[]>();
  for (const array of names) {
    for (const name of lastNames(array)) {
      const same = found.get(name);
      if (same === undefined) found.set(name, [array]);
      else same.push(array);
    }
  }
  return found;
}

function hasName(array: string, weight: PlannedWeight): boolean {
  const names = namesOf(weight);
  return lastNames(array).some((name) => names.includes(name));
}

/** What an array may be called: a depthwise kernel has got its name in Keras 3. */
function namesOf({ node, weight }: PlannedWeight): string[] {
  const name = weight.name.split("/").at(-1) as string;
  return name === "kernel" && node.className.startsWith("Depthwise") ? [name, "depthwise_kernel"] : [name];
}

/** `rnn_1/kernel_2:0` is a `kernel_2` or a `kernel`: Keras numbers names that a layer has twice. */
function lastNames(array: string): string[] {
  const name = (array.split("/").at(-1) as string).replace(/:\d+$/, "");
  const plain = name.replace(/_\d+$/, "");
  return plain === name ? [name] : [name, plain];
}
