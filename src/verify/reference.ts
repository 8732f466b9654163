import { KerasProofError } from "../errors.js";
import { type ByteInput, openSource } from "../formats/byte-source.js";
import { isObject } from "../import/dialects/config-json.js";
import type { Limits } from "../formats/limits.js";
import { type NpzArchive, openNpz } from "../formats/npz.js";
import { packedJsonLimits } from "../formats/packed-json.js";
import { type JsonValue, parsePythonJson } from "../formats/python-json.js";
import type { TrainingConfig } from "../import/spec.js";
import { entriesOf, type NdArray } from "../ndarray.js";

/** What a reference says of itself; `null` where it does not. */
interface ReferenceMeta {
  readonly keras: string | null;
  /** The backend that Keras computed with, such as `theano`. */
  readonly backend: string | null;
  /** Keras's epsilon, 1e-7 where it is not said. */
  readonly epsilon: number;
  readonly modelSha256: string | null;
  /** How the model was trained, where the model file does not say. */
  readonly training: TrainingConfig | null;
  /** What the recorder could not compute, with its reasons. */
  readonly missing: readonly { readonly part: string; readonly reason: string }[];
}

/** An open reference bundle, `<stem>.ref.npz`. Its arrays are read when they are asked for, each once. */
export interface Reference {
  readonly name: string;
  readonly meta: ReferenceMeta;
  /** The keys of all arrays. */
  readonly entries: readonly string[];
  has(entry: string): boolean;
  /** An array of numbers; throws `missing-entry`, `bad-reference` for text, and as the readers of NPZ do. */
  read(entry: string): Promise<NdArray>;
  /** `<group>/0`, `<group>/1`, … to the first that is missing. */
  readList(group: string): Promise<NdArray[]>;
}

const format = "kerasproof-reference";

/**
 * Opens a reference. The least that one holds is `inputs/0` and `outputs/0`; without them it throws `missing-entry`.
 * Entries that no reference has, and a `meta.json` of another format or version, are `bad-reference`.
 */
export async function openReference(
  input: ByteInput,
  name: string,
  options: { readonly limits?: Partial<Limits> } = {},
): Promise<Reference> {
  const source = openSource(input, name);
  const archive = await openNpz(source, { ...options, name });
  const meta = await readMeta(archive, name, packedJsonLimits(options.limits ?? {}, source.size));
  for (const wanted of ["inputs/0", "outputs/0"]) {
    if (archive.has(wanted)) continue;
    throw new KerasProofError("missing-entry", archive.path(wanted), "found a reference without it, wanted it");
  }
  for (const entry of archive.names) {
    if (known.test(entry)) continue;
    throw new KerasProofError("bad-reference", archive.path(entry), "found an entry that no reference has");
  }
  const cache = new Map<string, Promise<NdArray>>();
  const read = (entry: string): Promise<NdArray> => {
    let array = cache.get(entry);
    if (array === undefined) {
      array = readNumbers(archive, entry);
      cache.set(entry, array);
    }
    return array;
  };
  const readList = async (group: string): Promise<NdArray[]> => {
    const list: NdArray[] = [];
    while (archive.has(`${group}/${list.length}`)) list.push(await read(`${group}/${list.length}`));
    return list;
  };
  return { name, meta, entries: archive.names, has: (entry) => archive.has(entry), read, readList };
}

const known =
  /^(?:(?:inputs|outputs|outputs64|train\/x|train\/y)\/\d+|layers(?:64)?\/.+\/\d+\/\d+|(?:weights|constrained)\/.+\/\d+|train\/sample_weight|train(?:64)?\/\d+\/(?:loss|weights\/.+\/\d+))$/s;

async function readNumbers(archive: NpzArchive, entry: string): Promise<NdArray> {
  const array = await archive.read(entry);
  if (array.dtype !== "string" && entriesOf(array.dtype) === 1) return array;
  const found = array.dtype === "string" ? "text" : "complex numbers";
  throw new KerasProofError("bad-reference", archive.path(entry), `found ${found}, wanted real numbers`);
}

async function readMeta(archive: NpzArchive, name: string, limits: Limits): Promise<ReferenceMeta> {
  const empty = { keras: null, backend: null, epsilon: 1e-7, modelSha256: null, training: null, missing: [] };
  if (!archive.members.includes("meta.json")) return empty;
  const path = `${name}!/meta.json`;
  const text = new TextEncoder().encode(await archive.readText("meta.json"));
  const meta = parsePythonJson(text, path, limits);
  if (!isObject(meta) || meta["format"] !== format || meta["version"] !== 1) {
    throw new KerasProofError("bad-reference", path, `found no ${format} of version 1, wanted one`);
  }
  const textOf = (key: string): string | null => (typeof meta[key] === "string" ? meta[key] : null);
  const epsilon = meta["epsilon"] ?? 1e-7;
  if (typeof epsilon !== "number" || !(epsilon >= 0)) {
    throw new KerasProofError("bad-reference", `${path}$.epsilon`, "found no number of at least 0, wanted one");
  }
  return {
    keras: textOf("keras"),
    backend: textOf("backend"),
    epsilon,
    modelSha256: textOf("model_sha256"),
    training: trainingOf(meta["train"], `${path}$.train`),
    missing: missingOf(meta["missing"]),
  };
}

function trainingOf(train: JsonValue | undefined, path: string): TrainingConfig | null {
  if (!isObject(train)) return null;
  const { optimizer, loss } = train;
  if (typeof optimizer === "string") return { optimizer: { className: optimizer, config: {} }, loss, path };
  const config = isObject(optimizer) ? optimizer : {};
  const { class_name: className, config: options } = config;
  if (typeof className !== "string") {
    throw new KerasProofError(
      "bad-reference",
      path,
      "found no optimizer, wanted its name or its class_name and config",
    );
  }
  return { optimizer: { className, config: isObject(options) ? options : {} }, loss, path };
}

function missingOf(missing: JsonValue | undefined): ReferenceMeta["missing"] {
  if (!Array.isArray(missing)) return [];
  return missing.flatMap((one: JsonValue) => {
    if (!isObject(one)) return [];
    const { part, reason } = one;
    return typeof part === "string" && typeof reason === "string" ? [{ part, reason }] : [];
  });
}
