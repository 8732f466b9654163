import type { InputShapes } from "../../constraints/weights/weight-facts.js";
import type { Generation } from "../../constraints/spec.js";
import type { Note } from "../../errors.js";
import type { Hdf5File } from "../../formats/hdf5/index.js";
import type { ReadOptions } from "../read-options.js";
import { attributeOf, storedGeneration } from "../weights/bind-weights.js";
import { findWeights } from "../weights/find-weights.js";
import { storeSchemes } from "../weights/keras3-paths.js";
import type { KernelSource } from "../weights/theano.js";
import { someOf } from "../weights/weight-context.js";
import type { LayerNode } from "./layer-tree.js";
import { findLegacyArrays } from "./legacy-arrays.js";
import { type PlannedWeight, planWeights } from "./plan-weights.js";
import { type Found, findStoreArrays } from "./store-arrays.js";

/** The weights that a model should have, and what a file has for those with a constraint. */
export interface FoundArrays {
  /** In the order of the configuration. */
  readonly plan: readonly PlannedWeight[];
  readonly arrays: ReadonlyMap<PlannedWeight, Found>;
  readonly layout: FileLayout;
}

/** In which layouts a file has its arrays. */
export interface FileLayout {
  readonly isKeras1: boolean;
  /** Null for stores of Keras 3, which Theano never wrote. */
  readonly kernels: KernelSource | null;
}

/** Where no weight is asked for. */
export const noArrays: FoundArrays = { plan: [], arrays: new Map(), layout: { isKeras1: false, kernels: null } };

interface FindContext {
  /** Of the architecture. */
  readonly generation: Generation;
  /** What importing infers of the inputs of layers, by their places in the file. */
  readonly inputsAt: (path: string) => InputShapes | undefined;
  readonly options: ReadOptions;
  readonly notes: Note[];
}

/**
 * Plans the weights of a model and finds the arrays of its constrained ones in a file of any Keras: none where there is no
 * file. Where names differ that Keras does not look at, a note says so.
 */
export async function findArrays(
  root: LayerNode,
  file: Hdf5File | null,
  { generation: written, inputsAt, options, notes }: FindContext,
): Promise<FoundArrays> {
  const group = file === null ? null : await findWeights(file);
  if (file === null || group === null) {
    const found = await findInStore(root, file, inputsAt);
    return { ...found, layout: { isKeras1: false, kernels: null } };
  }
  const isKeras1 = storedGeneration(await attributeOf("keras_version", group, file), written) === "keras1";
  const generation = isKeras1 ? "keras1" : written;
  const layers = planWeights(root, storeSchemes[0]!, inputsAt);
  const { found, renamed } = await findLegacyArrays(layers, group, generation);
  if (renamed.length > 0) {
    const message = `found weights that were saved under other layer names, taken in their order: ${someOf(renamed)}`;
    notes.push({ code: "weights-of-other-names", path: group.place, message });
  }
  const backend = await attributeOf("backend", group, file);
  const name = options.weightsName ?? options.name ?? "model";
  const kernels = { generation, backend, kernels: options.kernels, name };
  return { plan: inOrder(layers), arrays: found, layout: { isKeras1, kernels } };
}

/** Stores of Keras 3 name the lists of layers in several ways; the one that leads to most arrays is the file's. */
async function findInStore(
  root: LayerNode,
  file: Hdf5File | null,
  inputsAt: FindContext["inputsAt"],
): Promise<Pick<FoundArrays, "plan" | "arrays">> {
  const top = file === null ? [] : await file.root.keys();
  const schemes = storeSchemes.filter(({ container }) => top.includes(container));
  let best: Pick<FoundArrays, "plan" | "arrays"> | undefined;
  for (const scheme of schemes.length === 0 ? storeSchemes.slice(0, 1) : schemes) {
    const layers = planWeights(root, scheme, inputsAt);
    const arrays = file === null ? new Map<PlannedWeight, Found>() : await findStoreArrays(layers, file);
    if (best === undefined || countArrays(arrays) > countArrays(best.arrays)) best = { plan: inOrder(layers), arrays };
  }
  return best ?? { plan: [], arrays: new Map() };
}

function inOrder(layers: ReturnType<typeof planWeights>): PlannedWeight[] {
  return layers.flatMap(({ weights }) => weights).toSorted((a, b) => a.rank - b.rank);
}

function countArrays(arrays: ReadonlyMap<PlannedWeight, Found>): number {
  return [...arrays.values()].filter((one) => typeof one !== "string").length;
}
