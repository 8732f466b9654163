import type { Generation } from "../../constraints/spec.js";
import { KerasProofError } from "../../errors.js";
import { type Hdf5Dataset, type Hdf5Group, textListAttribute } from "../../formats/hdf5/index.js";
import type { NdArray } from "../../ndarray.js";
import type { GraphSpec, LayerSpec } from "../spec.js";
import { fromKeras1, keras1ArrayCount, keras1Cut } from "./keras1-arrays.js";
import { type Cut, legacyOrder, oneByOne, type Piece } from "./legacy-pieces.js";
import { checkShape, readFloats } from "./read-values.js";
import { collecting, someOf, type WeightContext, type WeightFiles, type WeightValues } from "./weight-context.js";

/** The weights of one layer in a legacy file. */
interface StoredLayer {
  readonly name: string;
  /** Paths of the arrays from the root, in the order of `weight_names`. */
  readonly arrays: readonly string[];
}

/**
 * Reads the layers' weights of a legacy HDF5 file (keras/src/legacy/saving/legacy_h5_format.py; Keras 1
 * engine/topology.py): `group` has the attribute `layer_names`, each layer's group `weight_names`. As Keras does, the
 * layers that have weights are matched in their order, not by name; a difference in names is noted. `generation` is
 * that of the file: Keras 1 stored some weights in other layouts. Other counts and shapes, and arrays that nothing
 * reads, are `wrong-weights`.
 */
export async function readLegacyWeights(
  graph: GraphSpec,
  group: Hdf5Group,
  files: WeightFiles,
  generation: Generation,
  context: WeightContext,
): Promise<WeightValues> {
  const cut: Cut = generation === "keras1" ? keras1Cut(context.raw) : oneByOne;
  const stored = (await storedLayers(group)).filter(({ arrays }) => arrays.length > 0);
  const wanted = weightedLayers(graph.layers, stored.length, cut);
  const read = new Set(stored.flatMap(({ arrays }) => arrays));
  reportUnread(group, files, read, context);
  if (stored.length !== wanted.length) {
    throw new KerasProofError(
      "wrong-weights",
      group.place,
      `found weights of ${stored.length} layers (${someOf(stored.map((one) => one.name))}), wanted those of ${wanted.length} (${someOf(wanted.map((one) => one.layer.name))})`,
    );
  }
  const values: WeightValues = new Map();
  const names: string[] = [];
  for (const [i, { layer, pieces }] of wanted.entries()) {
    const from = stored[i] as StoredLayer;
    if (from.name !== layer.name) names.push(`${from.name} for ${layer.name}`);
    await collecting(context.problems, () => readLayer(layer, pieces, from));
    context.step(i + 1, wanted.length);
  }
  if (names.length > 0) {
    const message = `found weights that were saved under other layer names, taken in their order: ${someOf(names)}`;
    context.notes.push({ code: "weights-of-other-names", path: group.place, message });
  }
  return values;

  async function readLayer(layer: LayerSpec, pieces: readonly Piece[], from: StoredLayer): Promise<void> {
    const place = `${group.place.replace(/\/$/, "")}/${from.name}`;
    const counts = arrayCounts(pieces, from.arrays.length, generation, context);
    if (counts === null) {
      const wantedCount = pieces.reduce((sum, piece) => sum + piece.weights.length, 0);
      const message = `found ${from.arrays.length} arrays, wanted ${wantedCount} for the weights of ${layer.name}`;
      throw new KerasProofError("wrong-weights", place, message);
    }
    let next = 0;
    for (const [i, piece] of pieces.entries()) {
      const paths = from.arrays.slice(next, next + (counts[i] as number));
      next += paths.length;
      const datasets = await Promise.all(paths.map((path) => datasetAt(path, files)));
      await collecting(context.problems, () => readPiece(piece, datasets));
    }
  }

  async function readPiece(piece: Piece, datasets: readonly Hdf5Dataset[]): Promise<void> {
    const [first] = datasets as [Hdf5Dataset];
    const of = (i: number): string => `${piece.weights[i]?.name} of ${piece.layer.name}`;
    if (generation !== "keras1") checkShape(first.shape, piece.weights[0]?.shape ?? [], of(0), first.place);
    const arrays: NdArray[] = [];
    for (const dataset of datasets) arrays.push(await readFloats(dataset, context.room));
    const raw = context.raw.get(piece.layer.path);
    const converted = generation === "keras1" ? fromKeras1(piece, raw, arrays, first.place) : arrays;
    for (const [i, weight] of piece.weights.entries()) {
      const array = converted[i] as NdArray;
      checkShape(array.shape, weight.shape, of(i), datasets[i]?.place ?? first.place);
      values.set(weight, array);
    }
  }
}

interface WeightedLayer {
  readonly layer: LayerSpec;
  readonly pieces: readonly Piece[];
}

/**
 * The layers that have weights. A nested model counts as one; but Keras 1 lists the layers of the models that a Merge
 * at the beginning of a Sequential joins one by one (K1:keras/models.py, `flattened_layers`), which shows in the count.
 */
function weightedLayers(layers: readonly LayerSpec[], stored: number, cut: Cut): WeightedLayer[] {
  const weighted = (list: readonly LayerSpec[]): WeightedLayer[] =>
    list.map((layer) => ({ layer, pieces: legacyOrder(layer, cut) })).filter(({ pieces }) => pieces.length > 0);
  const whole = weighted(layers);
  if (whole.length === stored) return whole;
  const flat = weighted(flattened(layers));
  return cut !== oneByOne && flat.length === stored ? flat : whole;
}

/** The layers with those of the models in front of the first merge in their place, at every depth. */
function flattened(layers: readonly LayerSpec[]): readonly LayerSpec[] {
  const merge = layers.findIndex(({ graph, calls }) => graph === null && calls.some((call) => call.inputs.length > 1));
  if (merge === -1) return layers;
  const branches = layers
    .slice(0, merge)
    .flatMap((layer) => (layer.graph === null ? [layer] : flattened(layer.graph.layers)));
  return [...branches, ...layers.slice(merge)];
}

/** How many arrays each piece has, so that all are used; `null` where no reading of the options gives that count. */
function arrayCounts(
  pieces: readonly Piece[],
  found: number,
  generation: Generation,
  context: WeightContext,
): number[] | null {
  if (generation !== "keras1") return pieces.length === found ? pieces.map(() => 1) : null;
  for (const fused of [null, true, false]) {
    const counts = pieces.map((piece) => keras1ArrayCount(piece, context.raw.get(piece.layer.path), fused));
    if (counts.reduce((sum, count) => sum + count, 0) === found) return counts;
  }
  return null;
}

async function datasetAt(path: string, files: WeightFiles): Promise<Hdf5Dataset> {
  const refusal = files.refused.get(path);
  if (refusal !== undefined) throw refusal;
  const dataset = files.datasets.get(path) ?? (await files.find(path));
  if (dataset !== undefined) return dataset;
  const message = "found no array here, wanted the one that weight_names promises";
  throw new KerasProofError("wrong-weights", `${files.name}!${path}`, message);
}

async function storedLayers(group: Hdf5Group): Promise<StoredLayer[]> {
  /** More than any model has; each of thousands of layers may list the same thousands. */
  const mostArrays = 200_000;
  let count = 0;
  const names = await textListAttribute(group, "layer_names");
  if (names === undefined) {
    throw new KerasProofError("wrong-weights", group.place, "found no attribute layer_names, wanted the layers' names");
  }
  const layers: StoredLayer[] = [];
  for (const name of names) {
    const layer = await group.get(name);
    if (layer?.kind !== "group") {
      const message = "found no group here, wanted the one that layer_names promises";
      throw new KerasProofError("wrong-weights", `${group.place.replace(/\/$/, "")}/${name}`, message);
    }
    const weights = await textListAttribute(layer, "weight_names");
    if (weights === undefined) {
      throw new KerasProofError("wrong-weights", layer.place, "found no attribute weight_names, wanted one");
    }
    count += weights.length;
    if (count > mostArrays) {
      throw new KerasProofError("limit", layer.place, `found more than ${mostArrays} weights that layers list`);
    }
    layers.push({ name, arrays: weights.map((weight) => joinPath(layer.path, weight)) });
  }
  return layers;
}

function joinPath(...parts: readonly string[]): string {
  return `/${parts
    .join("/")
    .split("/")
    .filter((part) => part !== "")
    .join("/")}`;
}

function reportUnread(group: Hdf5Group, files: WeightFiles, read: ReadonlySet<string>, context: WeightContext): void {
  const prefix = group.path === "/" ? "/" : `${group.path}/`;
  const optimizer = `${prefix}optimizer_weights/`;
  // Links may lead to a weight that was read from other paths too.
  const taken = new Set([...read].map((path) => files.datasets.get(path)?.address));
  const left = [...files.datasets.keys(), ...files.refused.keys()].filter(
    (path) =>
      path.startsWith(prefix) &&
      !path.startsWith(optimizer) &&
      !read.has(path) &&
      !(files.datasets.has(path) && taken.has(files.datasets.get(path)?.address)),
  );
  if (left.length === 0) return;
  const message = `found weights that no layer lists: ${someOf(left)}`;
  context.problems.push({ code: "wrong-weights", path: group.place, message });
}
