import { KerasProofError } from "../errors.js";
import { type ByteInput, type ByteSource, openSource } from "../formats/byte-source.js";
import { type Hdf5File, openHdf5 } from "../formats/hdf5/index.js";
import { jsonPath } from "../formats/json-path.js";
import { chooseLimits, type Limits } from "../formats/limits.js";
import { detectFormat } from "../formats/magic.js";
import { parsePythonJson } from "../formats/python-json.js";
import { openArchive } from "./archive.js";
import { findWeights } from "./weights/find-weights.js";
import { hdf5Architecture } from "./hdf5-model.js";
import type { Architecture } from "./dialects/read-architecture.js";

/** An open model file: what it says of the model, and where its weights are. */
export interface Container {
  /** In words: `Keras archive`, `HDF5`, `JSON`, `JSON and HDF5 weights` … */
  readonly format: string;
  /** `null` where a file holds weights alone. */
  readonly architecture: Architecture | null;
  /** `null` for an architecture without weights. */
  readonly weights: Hdf5File | null;
  /** How long the file with the weights is; 0 where there is none. */
  readonly weightBytes: number;
}

/** How model files are opened. */
export interface ContainerOptions {
  /** Weights from another file, in place of those of the model's own. */
  readonly weights?: ByteInput;
  /** The name of the model file in errors. */
  readonly name: string;
  readonly weightsName: string;
  readonly limits?: Partial<Limits>;
  /** Stops the reading with an `aborted` error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a model file of any form, told by its magic bytes: a `.keras` archive, an HDF5 file with the whole model or
 * with weights alone, the JSON of an architecture. Weights may come from a second file, which may itself be any of
 * those that hold weights. Throws `unknown-format`, `missing-entry`, `pickle` for weights in NPZ form, and what the
 * readers of the formats throw.
 */
export async function openContainer(input: ByteInput, options: ContainerOptions): Promise<Container> {
  const model = await openOne(openSource(input, options.name), options.name, options);
  if (options.weights === undefined) return model;
  const source = openSource(options.weights, options.weightsName);
  const other = await openOne(source, options.weightsName, options);
  if (other.weights === null) {
    const message = `found ${other.format}, wanted a file with weights`;
    throw new KerasProofError("missing-weights", options.weightsName, message);
  }
  return {
    format: `${model.format} and ${other.format.replace(/ weights$/, "")} weights`,
    architecture: model.architecture,
    weights: other.weights,
    weightBytes: other.weightBytes,
  };
}

type OpenOptions = Pick<ContainerOptions, "limits" | "signal">;

async function openOne(source: ByteSource, name: string, { limits = {}, signal }: OpenOptions): Promise<Container> {
  const format = await detectFormat(source, name, signal);
  if (format === "zip") return openArchive(source, name, limits, signal);
  if (format === "json") return openJson(source, name, limits, signal);
  if (format === "npy") throw new KerasProofError("unknown-format", name, "found a NumPy array, wanted a Keras model");
  const weights = await openHdf5(source, { limits, name, signal });
  const architecture = await hdf5Architecture(weights, name, limits);
  const found = { architecture, weights, weightBytes: source.size };
  if (architecture !== null) return { format: "HDF5", ...found };
  await findWeights(weights);
  return { format: "HDF5 weights", ...found };
}

async function openJson(
  source: ByteSource,
  name: string,
  limits: Partial<Limits>,
  signal: AbortSignal | undefined,
): Promise<Container> {
  const all: Limits = chooseLimits(limits);
  if (source.size > all.jsonLength) {
    throw new KerasProofError("limit", name, `found ${source.size} bytes of JSON, wanted at most ${all.jsonLength}`);
  }
  const config = parsePythonJson(await source.read(0, source.size, { signal }), name, all);
  const architecture = { config, path: jsonPath(name), kerasVersion: null, backend: null, training: null };
  return { format: "JSON", architecture, weights: null, weightBytes: 0 };
}
