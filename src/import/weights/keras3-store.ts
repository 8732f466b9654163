import type { Problem } from "../../errors.js";
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
  /** Groups that are not there: thousands of weights may be missing. */
  const absent = new Set<string>();
  const readOne = async (stored: StoredWeight, path: string): Promise<void> => {
    const known = datasets.get(path);
    const error = known === undefined ? refused.get(path) : undefined;
    if (error !== undefined) throw error;
    const dataset = known ?? (await files.find(`/${path}`));
    if (dataset === undefined) {
      context.problems.push(missing(files.name, stored));
      if ((await file.get(stored.group)) === undefined) absent.add(stored.group);
      return;
    }
    taken.add(dataset.address);
    const { weight, layer } = stored;
    checkShape(dataset.shape, weight.shape, `${weight.name} of ${layer.name}`, dataset.place);
    values.set(weight, await readFloats(dataset, context.room));
  };
  let done = 0;
  for (const stored of wanted) {
    const path = `${stored.group}/${stored.index}`;
    if (datasets.has(path) || refused.has(path)) read.add(path);
    if (absent.has(stored.group)) context.problems.push(missing(files.name, stored));
    else await collecting(context.problems, () => readOne(stored, path));
    context.step(++done, wanted.length);
  }
  const left = [...datasets.keys(), ...refused.keys()].filter(
    (path) => !read.has(path) && isWeight(path) && !taken.has(datasets.get(path)?.address ?? Number.NaN),
  );
  if (left.length > 0) {
    const message = `found weights that no layer of the model has: ${someOf(left)}`;
    context.problems.push({ code: "wrong-weights", path: files.name, message });
  }
  const found = wanted.filter(({ weight }) => values.has(weight));
  await compareNames(file, found, files.name, context);
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
  const containers = new Set(Array.from(paths, (path) => path.split("/", 1)[0]));
  const named = storeSchemes.filter(({ container }) => containers.has(container));
  const weights = [...paths].filter(isWeight).length;
  for (const scheme of named) {
    const wanted = storedWeights(graph, scheme);
    if (wanted.length === weights && wanted.every((one) => paths.has(`${one.group}/${one.index}`))) return wanted;
  }
  return storedWeights(graph, named[0] ?? storeSchemes[0]!);
}

/** No error: tens of thousands may be missing, and each error would keep where it was made. */
function missing(file: string, { group, index, weight, layer }: StoredWeight): Problem {
  const parts = [
    "found no weight here, wanted ",
    weight.name,
    " of ",
    layer.name,
    ", shape (",
    weight.shape.join(", "),
    ")",
  ];
  return { code: "wrong-weights", path: `${file}!/${group}/${index}`, message: parts.join("") };
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
