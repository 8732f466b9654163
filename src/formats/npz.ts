import { KerasProofError } from "../errors.js";
import type { NdArray } from "../ndarray.js";
import type { ByteInput } from "./byte-source.js";
import { defaultLimits, type Limits } from "./limits.js";
import { readNpy } from "./npy.js";
import { decodeUtf8 } from "./utf8.js";
import { openZip } from "./zip/archive.js";

/** An open NPZ archive, as `numpy.savez` and `numpy.savez_compressed` write it. Arrays are read when asked for. */
export interface NpzArchive {
  /** The arrays, in the order of the archive, by their keys: the member names without `.npy`. */
  readonly names: readonly string[];
  /** Every member by its full name, those that are no arrays among them. */
  readonly members: readonly string[];
  has(name: string): boolean;
  /** Where errors say that an array is: `m.ref.npz!/inputs/0.npy`. */
  path(name: string): string;
  /** One array; throws `missing-entry`, and as `readNpy` and `ZipArchive.read`. */
  read(name: string): Promise<NdArray>;
  /** A member that is UTF-8 text, such as `meta.json`, by its full name. */
  readText(member: string): Promise<string>;
}

const suffix = ".npy";

/** Opens an NPZ archive; throws as `openZip`. `name` is the place in errors. */
export async function openNpz(
  input: ByteInput,
  options: { readonly limits?: Partial<Limits>; readonly name?: string } = {},
): Promise<NpzArchive> {
  const archive = options.name ?? "archive.npz";
  const limits = { ...defaultLimits, ...options.limits };
  const zip = await openZip(input, { limits, name: archive });
  const names = zip.names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length));
  const path = (name: string): string => zip.path(name + suffix);
  return {
    names,
    members: zip.names,
    has: (name) => zip.has(name + suffix),
    path,
    read: async (name) => {
      if (!zip.has(name + suffix)) {
        throw new KerasProofError("missing-entry", path(name), `found ${names.length} other arrays, wanted this one`);
      }
      return readNpy(await zip.read(name + suffix), path(name), limits);
    },
    readText: async (member) => decodeUtf8(await zip.read(member), zip.path(member)),
  };
}
