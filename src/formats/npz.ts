import { KerasProofError } from "../errors.js";
import { describeValue } from "./describe-value.js";
import { checkKinds, readingKinds } from "./option-kinds.js";
import type { NdArray } from "../ndarray.js";
import { openAllowance, spend, startCosts } from "./array-costs.js";
import { atByte } from "./at-byte.js";
import { type ByteInput, type ByteReadOptions, nameOf, openSource } from "./byte-source.js";
import { streamBlocks, streamSource } from "./byte-stream.js";
import { chooseLimits } from "./limits.js";
import { npyReadKinds, type NpyReadOptions, readNpyStream } from "./npy.js";
import { decodeUtf8 } from "./utf8.js";
import { openZip, type ZipOptions, zipOptionKinds } from "./zip/archive.js";
import { crc32 } from "./zip/crc32.js";
import { checkCrc } from "./zip/member-blocks.js";

/** An open NPZ archive, as `numpy.savez` and `numpy.savez_compressed` write it. Arrays are read when asked for. */
export interface NpzArchive {
  /** The arrays, in the order of the archive, by their keys: the member names without `.npy`. */
  readonly names: readonly string[];
  /** Every member by its full name, those that are no arrays among them. */
  readonly members: readonly string[];
  has(name: string): boolean;
  /** Where errors say that an array is: `m.ref.npz!/inputs/0.npy`. */
  path(name: string): string;
  /**
   * One array, which is inflated block by block to the memory in which it stays; its CRC-32 is checked. Throws
   * `missing-entry`, and as `readNpy` and `ZipArchive.read`: `limit` also where all arrays that were read, each as far as it
   * ever was, take more than `memberRatio` times the archive's bytes and 32 MiB.
   */
  read(name: string, options?: NpyReadOptions): Promise<NdArray>;
  /**
   * A member that is UTF-8 text, such as `meta.json`, by its full name; its memory counts with that of the arrays. Throws as
   * `ZipArchive.read`, and `corrupt` for bytes that are none.
   */
  readText(member: string, options?: ByteReadOptions): Promise<string>;
}

const suffix = ".npy";

/** Opens an NPZ archive; throws as `openZip`. `name` is the place in errors. */
export async function openNpz(input: ByteInput, options: ZipOptions = {}): Promise<NpzArchive> {
  checkKinds(options, zipOptionKinds, "openNpz");
  const archive = nameOf(input, options.name, "archive.npz");
  const limits = chooseLimits(options.limits);
  const source = openSource(input, archive);
  const allowance = openAllowance("memberRatio", limits, source.size);
  const zip = await openZip(source, { ...options, name: archive });
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
      const costs = startCosts(allowance, path(name), member);
      if (zip.isStored(member)) {
        // The values go straight to memory of their own.
        let crc = 0;
        const source = await zip.source(member, { signal });
        const stream = streamSource(source, 0, source.size, costs.place, signal, (bytes) => (crc = crc32(bytes, crc)));
        const array = await readNpyStream(stream, limits, options, costs);
        await atByte(0, () => checkCrc(crc, zip.crc(member), costs.place));
        return array;
      }
      const blocks = zip.blocks(member, { signal })[Symbol.asyncIterator]();
      try {
        const stream = streamBlocks(blocks, zip.size(member), costs.place);
        const array = await readNpyStream(stream, limits, options, costs);
        // What is wrong with the member may show at its end, before which blocks without bytes may come.
        while ((await blocks.next()).done !== true);
        return array;
      } finally {
        await blocks.return?.();
      }
    },
    readText: async (member, options = {}) => {
      checkKinds(options, readingKinds, "NpzArchive.readText");
      const place = zip.path(member);
      if (zip.has(member)) {
        // The bytes, and as many characters of 2 bytes.
        const size = zip.size(member);
        await atByte(0, () => spend(startCosts(allowance, place, member), size, 2 * size));
      }
      return decodeUtf8(await zip.read(member, options), place);
    },
  };
}
