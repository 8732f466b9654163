import type { Hdf5File } from "../formats/hdf5/index.js";
import { textAttribute } from "../formats/hdf5/index.js";
import { jsonPath } from "../formats/json-path.js";
import { chooseLimits, type Limits } from "../formats/limits.js";
import { parsePythonJson } from "../formats/python-json.js";
import type { Architecture } from "./dialects/read-architecture.js";
import { readTrainingConfig } from "./dialects/training-config.js";

/** The model that an HDF5 file describes in its root attribute `model_config`; `null` for weights alone. */
export async function hdf5Architecture(
  file: Hdf5File,
  name: string,
  limits: Partial<Limits>,
): Promise<Architecture | null> {
  const all: Limits = chooseLimits(limits);
  const text = await textAttribute(file.root, "model_config");
  if (text === undefined) return null;
  const place = `${name}!/@model_config`;
  const compiled = await textAttribute(file.root, "training_config");
  const trainingPlace = `${name}!/@training_config`;
  return {
    config: parsePythonJson(text, place, all),
    path: jsonPath(place),
    kerasVersion: (await textAttribute(file.root, "keras_version")) ?? null,
    backend: (await textAttribute(file.root, "backend")) ?? null,
    training:
      compiled === undefined
        ? null
        : readTrainingConfig(parsePythonJson(compiled, trainingPlace, all), jsonPath(trainingPlace)),
  };
}
