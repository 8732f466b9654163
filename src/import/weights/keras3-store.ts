import { KerasProofError } from "../../errors.js";
import { type Hdf5File, textAttribute } from "../../formats/hdf5/index.js";
import type { GraphSpec } from "../spec.js";
import { type StoredWeight, storedWeights, storeSchemes } from "./keras3-paths.js";
import { checkShape, readFloats } from "./read-values.js";
import { collecting, someOf, type WeightContext, type WeightFiles, type WeightValues } from "./weight-context.js";

/** What stands beside the layers in a store and has no part in the model itself. */
const besideLayers: ReadonlySet<string> = new Set(["optimizer", "metrics", "loss", "compile_metrics", "_metrics"]);

/**
 * Reads a store of Keras 3 (`model.weights.h5` of an archive, or a `.weights.h5` file), and those of Keras 2.12 to
 * 2.15. Weights are found by the rules of the release that wrote them, never by the names of layers; the names that
 * Keras 3.6 and later note are compared, and a difference is noted. State of the optimizer, of metrics and of random
 * generators is left. Missing, superfluous and misshapen weights are `wrong-weights`.
 */
export async function readKeras3Store(
  graph: GraphSpec,
  file: Hdf5File,
  files: WeightFiles,
  context: WeightContext,
): Promise<WeightValues> {
  const datasets = new Map([...files.datasets].map(([path, dataset]) => [normalPath(path), dataset]));
  const refused = new Map([...files.refused].map(([path, error]) => [normalPath(path), error]));
  const wanted = chooseScheme(graph, new Set([...datasets.keys(), ...refused.keys()]));
  const values: WeightValues = new Map();
  const read = new Set<string>();
  /** Weights that were read, by the address of their header: links may lead to one from several paths. */
  const taken = new Set<number>();
  for (const stored of wanted) {
    const path = `${stored.group}/${stored.index}`;
    read.add(path);
    const of = `${stored.weight.name} of ${stored.layer.name}`;
    await collecting(context.problems, async () => {
      const known = datasets.get(path);
      const error = known === undefined ? refused.get(path) : undefined;
      if (error !== undefined) throw error;
      const dataset = known ?? (await files.find(`/${path}`));
      if (dataset === undefined) throw missing(`${files.name}!/${path}`, of, stored);
      taken.add(dataset.address);
      checkShape(dataset.shape, stored.weight.shape, of, dataset.place);
      values.set(stored.weight, await readFloats(dataset, context.room));
    });
    context.step(read.size, wanted.length);
  }
  const left = [...datasets.keys(), ...refused.keys()].filter(
    (path) => !read.has(path) && isWeight(path) && !taken.has(datasets.get(path)?.address ?? Number.NaN),
  );
  if (left.length > 0) {
    const message = `found weights that no layer of the model has: ${someOf(left)}`;
    context.problems.push({ code: "wrong-weights", path: files.name, message });
  }
  await compareNames(file, wanted, files.name, context);
  return values;
}

/** Keras 2.12 and 2.13 on Windows wrote backslashes. */
function normalPath(path: string): string {
  return path.replaceAll("\\", "/").replace(/^\/+/, "");
}

function isWeight(path: string): boolean {
  const parts = path.split("/");
  return !besideLayers.has(parts[0] ?? "") && !parts.some((part) => part.startsWith("seed_generator"));
}

/** The weights by the first scheme whose places are all there, by the likeliest of those that fit the list's name. */
function chooseScheme(graph: GraphSpec, paths: ReadonlySet<string>): StoredWeight[] {
  const weights = [...paths].filter(isWeight).length;
  const plans = storeSchemes.map((scheme) => ({ scheme, wanted: storedWeights(graph, scheme) }));
  const complete = plans.find(
    ({ wanted }) => wanted.length === weights && wanted.every((one) => paths.has(`${one.group}/${one.index}`)),
  );
  const named = plans.find(({ scheme }) => [...paths].some((path) => path.startsWith(`${scheme.container}/`)));
  return (complete ?? named ?? plans[0])?.wanted ?? [];
}

function missing(place: string, of: string, stored: StoredWeight): KerasProofError {
  const wanted = `wanted ${of}, shape (${stored.weight.shape.join(", ")})`;
  return new KerasProofError("wrong-weights", place, `found no weight here, ${wanted}`);
}

/** Notes where the store's own names of layers are others: the weights of another model of the same build. */
async function compareNames(
  file: Hdf5File,
  wanted: readonly StoredWeight[],
  name: string,
  context: WeightContext,
): Promise<void> {
  const other: string[] = [];
  const seen = new Set<string>();
  for (const { weight, layer, group } of wanted) {
    if (weight.store !== "" || seen.has(group)) continue;
    seen.add(group);
    const object = await file.get(group).catch(() => undefined);
    if (object?.kind !== "group") continue;
    const stored = await textAttribute(object, "name");
    if (stored !== undefined && stored !== layer.name) other.push(`${stored} for ${layer.name}`);
  }
  if (other.length === 0) return;
  const message = `found weights that were saved under other layer names, taken by their place: ${someOf(other)}`;
  context.notes.push({ code: "weights-of-other-names", path: name, message });
}
