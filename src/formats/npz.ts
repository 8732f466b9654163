import { KerasProofError } from "../errors.js";
import { describeValue } from "./describe-value.js";
import { checkKinds, readingKinds } from "./option-kinds.js";
import type { NdArray } from "../ndarray.js";
import { openAllowance, spend, startCosts } from "./array-costs.js";
import { atByte } from "./at-byte.js";
import { type ByteInput, type ByteReadOptions, nameOf, openSource } from "./byte-source.js";
import { type ByteStream, streamBlocks, streamSource } from "./byte-stream.js";
import { chooseLimits } from "./limits.js";
import { npyReadKinds, type NpyReadOptions, readNpyStream } from "./npy.js";
import { decodeUtf8 } from "./utf8.js";
import { openMembers, type ZipArchive, type ZipOptions, zipOptionKinds } from "./zip/archive.js";
import { crc32 } from "./zip/crc32.js";
import type { ZipMember } from "./zip/directory.js";
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
   * `missing-entry`, and as `readNpy` and `ZipArchive.read`; `limit` also where all arrays that were read take more
   * together than `memberRatio` times the archive's bytes and 32 MiB. The `offset` of an error counts from the first byte
   * of the array where what the array says is wrong, deflated or not; from that of the archive where what the archive
   * says of it is wrong: its headers, deflate stream or CRC-32.
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
  const archiveName = nameOf(input, options.name, "archive.npz");
  const limits = chooseLimits(options.limits);
  const source = openSource(input, archiveName);
  const allowance = openAllowance("memberRatio", limits, source.size);
  const { archive, members } = await openMembers(source, { ...options, name: archiveName });
  const names = archive.names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length));
  const memberOf = (name: string): string => {
    if (typeof name === "string") return name + suffix;
    throw new KerasProofError("usage", archiveName, `found ${describeValue(name)}, wanted the name of an array`);
  };
  const path = (name: string): string => archive.path(memberOf(name));
  return {
    names,
    members: archive.names,
    has: (name) => archive.has(memberOf(name)),
    path,
    read: async (name, readOptions = {}) => {
      checkKinds(readOptions, npyReadKinds, "NpzArchive.read");
      const member = members.get(memberOf(name));
      if (member === undefined) {
        throw new KerasProofError("missing-entry", path(name), `found ${names.length} other arrays, wanted this one`);
      }
      const costs = startCosts(allowance, path(name), member.name);
      const readStream = (stream: ByteStream): Promise<NdArray> => readNpyStream(stream, limits, readOptions, costs);
      const readMember = member.method === 0 ? readStored : readDeflated;
      return readMember(archive, member, readOptions.signal, readStream);
    },
    readText: async (member, readOptions = {}) => {
      checkKinds(readOptions, readingKinds, "NpzArchive.readText");
      const place = archive.path(member);
      if (archive.has(member)) {
        // The bytes, and as many characters of 2 bytes.
        const size = archive.size(member);
        await atByte(0, () => spend(startCosts(allowance, place, member), size, 2 * size));
      }
      return decodeUtf8(await archive.read(member, readOptions), place);
    },
  };
}

type ReadMember = (
  archive: ZipArchive,
  member: ZipMember,
  signal: AbortSignal | undefined,
  readStream: (stream: ByteStream) => Promise<NdArray>,
) => Promise<NdArray>;

/** The values go straight to the memory in which they stay. */
const readStored: ReadMember = async (archive, member, signal, readStream) => {
  const place = archive.path(member.name);
  const source = await archive.source(member.name, { signal });
  let crc = 0;
  const array = await readStream(streamSource(source, place, signal, (bytes) => (crc = crc32(bytes, crc))));
  await atByte(member.offset, () => checkCrc(crc, member.crc, place));
  return array;
};

/** The archive checks the CRC-32. */
const readDeflated: ReadMember = async (archive, member, signal, readStream) => {
  const blocks = archive.blocks(member.name, { signal })[Symbol.asyncIterator]();
  try {
    const array = await readStream(streamBlocks(blocks, member.size, archive.path(member.name)));
    // What is wrong with the member may show at its end, before which blocks without bytes may come.
    while ((await blocks.next()).done !== true);
    return array;
  } finally {
    await blocks.return?.();
  }
};
