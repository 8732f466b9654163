import { KerasProofError } from "../errors.js";
import { describeValue } from "./describe-value.js";
import { checkKinds } from "./option-kinds.js";
import type { NdArray } from "../ndarray.js";
import { type ByteInput, type ByteReadOptions, openSource } from "./byte-source.js";
import { chooseLimits } from "./limits.js";
import { npyReadKinds, type NpyReadOptions, readNpySource } from "./npy.js";
import { decodeUtf8 } from "./utf8.js";
import { checkCrc, openZip, type ZipOptions, zipOptionKinds } from "./zip/archive.js";
import { crc32 } from "./zip/crc32.js";

/** An open NPZ archive, as `numpy.savez` and `numpy.savez_compressed` write it. Arrays are read when asked for. */
export interface NpzArchive {
  /** The arrays, in the order of the archive, by their keys: the member names without `.npy`. */
  readonly names: readonly string[];
  /** Every member by its full name, those that are no arrays among them. */
  readonly members: readonly string[];
  has(name: string): boolean;
  /** Where errors say that an array is: `m.ref.npz!/inputs/0.npy`. */
  path(name: string): string;
  /** One array; throws `missing-entry`, and as `readNpy` and `ZipArchive.read`. Its CRC-32 is checked. */
  read(name: string, options?: NpyReadOptions): Promise<NdArray>;
  /** A member that is UTF-8 text, such as `meta.json`, by its full name. */
  readText(member: string, options?: ByteReadOptions): Promise<string>;
}

const suffix = ".npy";

/** Opens an NPZ archive; throws as `openZip`. `name` is the place in errors. */
export async function openNpz(input: ByteInput, options: ZipOptions = {}): Promise<NpzArchive> {
  checkKinds(options, zipOptionKinds, "openNpz");
  const archive = options.name ?? "archive.npz";
  const limits = chooseLimits(options.limits);
  const zip = await openZip(input, { ...options, name: archive });
  const names = zip.names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length));
  const memberOf = (name: string): string => {
    if (typeof name === "string") return name + suffix;
    throw new KerasProofError("usage", archive, `found ${describeValue(name)}, wanted the name of an array`);
  };
  const path = (name: string): string => zip.path(memberOf(name));
  return {
    names,
    members: zip.names,
    has: (name) => zip.has(memberOf(name)),
    path,
    read: async (name, options = {}) => {
      checkKinds(options, npyReadKinds, "NpzArchive.read");
      const { signal } = options;
      const member = memberOf(name);
      if (!zip.has(member)) {
        throw new KerasProofError("missing-entry", path(name), `found ${names.length} other arrays, wanted this one`);
      }
      const place = path(name);
      if (!zip.isStored(member)) {
        const bytes = await zip.read(member, { signal });
        return readNpySource(openSource(bytes, place), limits, place, options);
      }
      // The values go straight to memory of their own.
      return readNpySource(await zip.source(member, { signal }), limits, place, options, (parts) => {
        let crc = 0;
        for (const part of parts) crc = crc32(part, crc);
        checkCrc(crc, zip.crc(member), place);
      });
    },
    readText: async (member, options) => decodeUtf8(await zip.read(member, options), zip.path(member)),
  };
}
