import { KerasProofError } from "../errors.js";
import type { ByteSource } from "../formats/byte-source.js";
import { openHdf5 } from "../formats/hdf5/index.js";
import { jsonPath } from "../formats/json-path.js";
import { chooseLimits, type Limits } from "../formats/limits.js";
import { readPackedJson } from "../formats/packed-json.js";
import type { JsonValue } from "../formats/python-json.js";
import { openZip, type ZipArchive } from "../formats/zip/archive.js";
import type { Container } from "./container.js";
import { isObject } from "./dialects/config-json.js";

/**
 * Opens a `.keras` archive (keras/src/saving/saving_lib.py, Keras 2.12 and later): `metadata.json`, `config.json` and
 * `model.weights.h5`. Weights as NPZ are pickled objects, which are never read: `pickle`.
 */
export async function openArchive(
  source: ByteSource,
  name: string,
  limits: Partial<Limits>,
  signal: AbortSignal | undefined,
): Promise<Container> {
  const archive = await openZip(source, { limits, name, signal });
  const reading = { limits, archiveBytes: source.size, signal };
  const readJson = (member: string): Promise<JsonValue> => readPackedJson(archive, member, reading);
  if (!archive.has("config.json")) throw noModel(archive, name);
  const metadata = archive.has("metadata.json") ? await readJson("metadata.json") : null;
  const version = isObject(metadata) ? metadata["keras_version"] : null;
  const architecture = {
    config: await readJson("config.json"),
    path: jsonPath(archive.path("config.json")),
    kerasVersion: typeof version === "string" ? version : null,
    backend: null,
    training: null,
  };
  const member = weightMembers.find((one) => archive.has(one));
  if (member === undefined) {
    const nothing = { format: "Keras archive", architecture, weights: null, weightBytes: 0 };
    if (!archive.has("model.weights.npz")) return nothing;
    const message = "found weights as pickled Python objects, which are never read, wanted model.weights.h5";
    throw new KerasProofError("pickle", archive.path("model.weights.npz"), message);
  }
  const hdf5Limits = weightsLimits(archive, member, chooseLimits(limits), source.size);
  const bytes = await archive.source(member, { signal });
  const weights = await openHdf5(bytes, { limits: hdf5Limits, name: archive.path(member), signal });
  return { format: "Keras archive", architecture, weights, weightBytes: Math.min(bytes.size, source.size) };
}

/** `variables.h5` is the name of Keras 2.11's experiment. */
const weightMembers = ["model.weights.h5", "variables.h5"];

/**
 * The limits of the weights in an archive of so many bytes. What they may take counts by the bytes of the archive, not by
 * those that come out of a deflated member, and is half of it, for the rest lies beside them. Throws `limit` where they
 * are deflated to less than a 64th of their size, and are more than 4 MiB.
 */
function weightsLimits(archive: ZipArchive, member: string, limits: Limits, archiveBytes: number): Limits {
  const size = archive.size(member);
  const most = Math.max(2 ** 22, Math.floor((limits.memberRatio / 16) * archiveBytes));
  if (!archive.isStored(member) && size > most) {
    const found = `found ${size} bytes of weights in an archive of ${archiveBytes} bytes`;
    const message = `${found}, wanted at most ${most}, or a higher limits.memberRatio`;
    throw new KerasProofError("limit", archive.path(member), message, { offset: 0 });
  }
  return { ...limits, arrayRatio: Math.min(limits.arrayRatio, (limits.arrayRatio * archiveBytes) / (2 * size)) };
}

function noModel(archive: ZipArchive, name: string): KerasProofError {
  const arrays = archive.names.length > 0 && archive.names.every((member) => /\.(?:npy|json)$/.test(member));
  const found = arrays ? "an NPZ archive of arrays" : "a ZIP archive without config.json";
  return new KerasProofError("missing-entry", name, `found ${found}, wanted a .keras archive`);
}
