import type { Generation } from "../../constraints/spec.js";
import { KerasProofError } from "../../errors.js";
import { type Hdf5Dataset, type Hdf5File, type Hdf5Group, textAttribute } from "../../formats/hdf5/index.js";
import type { GraphSpec } from "../spec.js";
import { findWeights } from "./find-weights.js";
import { readKeras3Store } from "./keras3-store.js";
import { readLegacyWeights } from "./legacy-h5.js";
import { type Kernels, orientKernels } from "./theano.js";
import { type WeightContext, type WeightFiles, type WeightValues, withValues } from "./weight-context.js";

/** Where weights come from. */
export interface WeightSource {
  readonly file: Hdf5File;
  /** The file in errors. */
  readonly name: string;
  /** The generation of the architecture. */
  readonly generation: Generation;
  readonly kernels: Kernels | undefined;
}

/**
 * Gives every weight of a graph its values. The form is told by what the file holds: `layer_names` (Keras 1, 2 and the
 * legacy files of Keras 3), at the root or below `model_weights`, or the object tree of Keras 3. Problems are
 * collected; where there are any, weights may be without values.
 */
export async function bindWeights(graph: GraphSpec, source: WeightSource, context: WeightContext): Promise<GraphSpec> {
  const { file, name } = source;
  const files = await listFiles(file, name);
  const group = await findWeights(file);
  let values: WeightValues;
  if (group === null) {
    values = await readKeras3Store(graph, file, files, context);
  } else {
    const generation = storedGeneration(await attributeOf("keras_version", group, file), source.generation);
    const backend = await attributeOf("backend", group, file);
    values = await readLegacyWeights(graph, group, files, generation, context);
    orientKernels(graph, values, { generation, backend, kernels: source.kernels, name }, context.notes);
  }
  return withValues(graph, values);
}

/** Files of Keras 1 have no version on the group of their weights; those of Keras 2 and later always have. */
export function storedGeneration(version: string | null, architecture: Generation): Generation {
  if (version === null) return "keras1";
  return /^[01](?:\.|$)/.test(version) ? "keras1" : architecture === "keras1" ? "keras2" : architecture;
}

/** A text that a file says of its weights, on their group or at the root; null for none. */
export async function attributeOf(key: string, group: Hdf5Group, file: Hdf5File): Promise<string | null> {
  return (await textAttribute(group, key)) ?? (await textAttribute(file.root, key)) ?? null;
}

async function listFiles(file: Hdf5File, name: string): Promise<WeightFiles> {
  const find = async (path: string): Promise<Hdf5Dataset | undefined> => {
    const object = await file.get(path);
    return object?.kind === "dataset" ? object : undefined;
  };
  const datasets = new Map<string, Hdf5Dataset>();
  const refused = new Map<string, KerasProofError>();
  for await (const object of file.walk()) {
    if (object.kind === "dataset") datasets.set(object.path, object);
    if (object.kind === "refused") refused.set(object.path, object.error);
    if (object.kind !== "link") continue;
    try {
      const dataset = await find(object.path);
      if (dataset !== undefined) datasets.set(object.path, dataset);
    } catch (error) {
      if (!(error instanceof KerasProofError) || error.code === "aborted") throw error;
      refused.set(object.path, error);
    }
  }
  return { name, datasets, refused, find };
}
