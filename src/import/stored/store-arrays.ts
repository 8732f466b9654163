import { layerWeights } from "../../constraints/weights/layer-weights.js";
import type { Hdf5Dataset, Hdf5File, Hdf5Group } from "../../formats/hdf5/index.js";
import type { PlannedLayer, PlannedWeight } from "./plan-weights.js";

/** What a file has for a weight: its array, or why that cannot be told. */
export type Found = Hdf5Dataset | string;

/**
 * The arrays of constrained weights in a store of Keras 3 (keras/src/saving/saving_lib.py): those of a layer are in the
 * group `vars` where the layer's attributes lead to, numbered as the layer made them. Where there are more or fewer than
 * the layer should have, and where a class of the user's own has more than one, which is which cannot be told.
 */
export async function findStoreArrays(
  layers: readonly PlannedLayer[],
  file: Hdf5File,
): Promise<Map<PlannedWeight, Found>> {
  const weights = layers.flatMap((layer) => layer.weights);
  const groups = new Map<string, PlannedWeight[]>();
  for (const weight of weights) {
    const key = JSON.stringify(weight.store);
    const together = groups.get(key);
    if (together === undefined) groups.set(key, [weight]);
    else together.push(weight);
  }
  const found = new Map<PlannedWeight, Found>();
  const known = new Map<string, Promise<Hdf5Group | undefined>>();
  for (const together of groups.values()) {
    const constrained = together.filter(isConstrained);
    const [first] = constrained;
    if (first === undefined) continue;
    const group = await groupAt(first.store, file.root, known);
    const arrays = await arraysIn(group, together);
    for (const weight of constrained) found.set(weight, typeof arrays === "string" ? arrays : await arrays(weight));
  }
  return found;
}

/** Whether the layer's options give the weight a constraint. */
export function isConstrained({ node, weight }: PlannedWeight): boolean {
  return weight.option !== null && (node.config[weight.option] ?? null) !== null;
}

/** Says that a layer has more or fewer arrays than it should. */
export function wrongCount(found: number, wanted: number): string {
  return `the file has ${found} ${found === 1 ? "array" : "arrays"} for the layer, which should have ${wanted}`;
}

/** Finds the array of each of the weights that a group should have, or says why none can be told. */
async function arraysIn(
  group: Hdf5Group | undefined,
  together: readonly PlannedWeight[],
): Promise<string | ((weight: PlannedWeight) => Promise<Found>)> {
  const vars = await group?.get("vars");
  if (group === undefined || vars?.kind !== "group") return "the file has no weights where this layer's should be";
  const count = (await vars.keys()).length;
  if (count !== together.length) {
    return wrongCount(count, together.length);
  }
  if (count > 1 && !together.every(({ node }) => layerWeights.has(node.className))) {
    return `the file has ${count} arrays for the layer without names, in the order in which the layer's code made them`;
  }
  const numbers = new Map(together.map((weight, number) => [weight, String(number)]));
  return async (weight) => {
    const array = await vars.get(numbers.get(weight) as string);
    return array?.kind === "dataset" ? array : "the file has no array where it should be";
  };
}

/** The group that a chain of names leads to, each being the first that is there. */
async function groupAt(
  chain: PlannedWeight["store"],
  root: Hdf5Group,
  known: Map<string, Promise<Hdf5Group | undefined>>,
): Promise<Hdf5Group | undefined> {
  let group: Hdf5Group | undefined = root;
  let path = "";
  for (const names of chain) {
    const from: Hdf5Group | undefined = group;
    path = `${path}\n${names.join("\t")}`;
    const next: Promise<Hdf5Group | undefined> = known.get(path) ?? firstGroup(from, names);
    known.set(path, next);
    group = await next;
    if (group === undefined) return undefined;
  }
  return group;
}

async function firstGroup(group: Hdf5Group | undefined, names: readonly string[]): Promise<Hdf5Group | undefined> {
  for (const name of names) {
    const found = await group?.get(name);
    if (found?.kind === "group") return found;
  }
  return undefined;
}
