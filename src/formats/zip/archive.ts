import { KerasProofError } from "../../errors.js";
import { describeValue } from "../describe-value.js";
import { checkKinds, openingKinds, type OptionKinds, readingKinds, yesOrNo } from "../option-kinds.js";
import { atByte } from "../at-byte.js";
import {
  type ByteInput,
  type ByteReadOptions,
  type ByteSource,
  checkAborted,
  nameOf,
  openSource,
} from "../byte-source.js";
import { chooseLimits, type Limits } from "../limits.js";
import { crc32 } from "./crc32.js";
import { readDirectory, type ZipMember } from "./directory.js";
import { endBytes } from "./end-record.js";
import { checkGaps } from "./gaps.js";
import { checkCrc, inflateMember, memberBlocks } from "./member-blocks.js";
import { openMemberData } from "./member-data.js";
import { memberPath } from "./member-name.js";

/**
 * An open archive. Its members are read one at a time, when they are asked for. All that takes a name throws
 * `missing-entry` where no member has it, but for `has` and `path`.
 */
export interface ZipArchive {
  /** Every member, folders (`assets/`) among them, in the order of the directory. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** The size of a member when decompressed, in bytes, as the directory declares it. */
  size(name: string): number;
  /** Where errors say that a member is: `model.keras!/config.json`. */
  path(name: string): string;
  /** The CRC-32 of a member's decompressed bytes, as the directory declares it. */
  crc(name: string): number;
  /** True for a member that is stored as it is, whose `source` reads only what is asked for. */
  isStored(name: string): boolean;
  /**
   * The bytes of a member, its CRC-32 checked. They may be a view on the archive's own: not to be written to. Throws
   * `missing-entry`, `limit` for one larger than `memberBytes` or compressed more than `memberRatio` times, `corrupt` for
   * a broken stream, or one of another length than the directory says, `bad-checksum`, `aborted`, and as `openMemberData`.
   */
  read(name: string, options?: ByteReadOptions): Promise<Uint8Array>;
  /**
   * The bytes of a member block after block, of which no more than one is held; each may be used until the next is asked
   * for, and is not to be written to. Throws as `read`; what shows at the end of the member, after the last block.
   */
  blocks(name: string, options?: ByteReadOptions): AsyncIterable<Uint8Array>;
  /**
   * A member as a source. A stored one is a window of the archive of which only what is asked for is read, so that
   * neither `memberBytes` nor, unless `verify` says so, its CRC-32 is checked, for which all of it is read once, block by
   * block. A deflated one is read whole, as by `read`.
   */
  source(name: string, options?: ZipSourceOptions): Promise<ByteSource>;
}

/** What a caller may choose about a member as a source. */
export interface ZipSourceOptions extends ByteReadOptions {
  /** Reads a stored member once to check its CRC-32; false by default. */
  readonly verify?: boolean;
}

/** What a caller may choose about an archive. */
export interface ZipOptions {
  /** Those that differ from `defaultLimits`. */
  readonly limits?: Partial<Limits>;
  /** The name of the archive in errors; by default the source's own, else `archive.zip`. */
  readonly name?: string;
  /** Stops the opening with an `aborted` error. */
  readonly signal?: AbortSignal | undefined;
}

export const zipOptionKinds: OptionKinds<ZipOptions> = openingKinds;
const sourceKinds: OptionKinds<ZipSourceOptions> = { ...readingKinds, verify: yesOrNo };

/**
 * Opens a ZIP archive (PKWARE APPNOTE 6.3): stored and deflated members, zip64, data descriptors, comments. `name` is
 * the place in errors. An archive that different readers could read differently is refused: names that stand twice,
 * members that overlap, members that the directory does not list, bytes before or after the archive. A member that is
 * encrypted, uses another method, or has a local header that disagrees with the directory is refused when it is read.
 */
export async function openZip(input: ByteInput, options: ZipOptions = {}): Promise<ZipArchive> {
  checkKinds(options, zipOptionKinds, "openZip");
  return (await openMembers(input, options)).archive;
}

/** An open archive, and what its directory says of each member. */
interface OpenedArchive {
  readonly archive: ZipArchive;
  readonly members: ReadonlyMap<string, ZipMember>;
}

/** As `openZip`, for readers of what is in archives. */
export async function openMembers(input: ByteInput, options: ZipOptions): Promise<OpenedArchive> {
  const archiveName = nameOf(input, options.name, "archive.zip");
  const limits = chooseLimits(options.limits);
  const bytes = openSource(input, archiveName);
  const end = Math.max(0, bytes.size - endBytes);
  const { members, offset } = await atByte(end, () => readDirectory(bytes, limits, archiveName, options.signal));
  await checkGaps(bytes, members.values(), offset, archiveName, options.signal);

  const path = (name: string): string => {
    if (typeof name === "string") return memberPath(archiveName, name);
    throw new KerasProofError("usage", archiveName, `found ${describeValue(name)}, wanted the name of a member`);
  };
  const find = (name: string): ZipMember => {
    const member = members.get(name);
    if (member !== undefined) return member;
    throw new KerasProofError("missing-entry", path(name), `found ${listNames(members)}, wanted this member`);
  };
  /** A member that is small enough to be read, and its place. */
  const findReadable = (name: string): readonly [member: ZipMember, place: string] => {
    const member = find(name);
    const place = path(name);
    checkSize(member, limits, place);
    return [member, place];
  };
  /** What was inflated and somebody still holds, for those who read it again. */
  const inflated = new Map<string, WeakRef<Uint8Array>>();
  const inflate = async (name: string, signal: AbortSignal | undefined): Promise<Uint8Array> => {
    const [member, place] = findReadable(name);
    const known = inflated.get(name)?.deref();
    if (known !== undefined) {
      checkAborted(signal, place);
      return known;
    }
    const content = await inflateMember(bytes, member, place, signal);
    inflated.set(name, new WeakRef(content));
    return content;
  };
  const archive: ZipArchive = {
    names: [...members.keys()],
    has: (name) => members.has(name),
    size: (name) => find(name).size,
    crc: (name) => find(name).crc,
    isStored: (name) => find(name).method === 0,
    path,
    read: async (name, options = {}) => {
      checkKinds(options, readingKinds, "ZipArchive.read");
      const { signal } = options;
      const [member, place] = findReadable(name);
      if (member.method !== 0) return inflate(name, signal);
      return atByte(member.offset, async () => {
        const data = await openMemberData(bytes, member, place, signal);
        const content = await data.read(0, data.size, { signal });
        checkCrc(crc32(content), member.crc, place);
        return content;
      });
    },
    blocks: (name, options = {}) => {
      checkKinds(options, readingKinds, "ZipArchive.blocks");
      return memberBlocks(bytes, ...findReadable(name), options.signal);
    },
    source: async (name, options = {}) => {
      checkKinds(options, sourceKinds, "ZipArchive.source");
      const { verify = false, signal } = options;
      const member = find(name);
      if (member.method !== 0) return openSource(await inflate(name, signal), path(name));
      if (verify) for await (const _ of memberBlocks(bytes, member, path(name), signal));
      return atByte(member.offset, () => openMemberData(bytes, member, path(name), signal));
    },
  };
  return { archive, members };
}

function checkSize({ size, compressedSize, offset }: ZipMember, limits: Limits, path: string): void {
  const { memberBytes, memberRatio } = limits;
  if (size > memberBytes) {
    throw new KerasProofError("limit", path, `found a size of ${size} bytes, wanted at most ${memberBytes}`, {
      offset,
    });
  }
  if (size > memberRatio * compressedSize) {
    const found = `found ${compressedSize} bytes that claim to hold ${size}`;
    throw new KerasProofError("limit", path, `${found}, wanted at most ${memberRatio} times as many`, { offset });
  }
}

function listNames(members: ReadonlyMap<string, ZipMember>): string {
  const names = [...members.keys()];
  const shown = names.slice(0, 5).map((name) => memberPath("", name).slice(2));
  return names.length === 0 ? "an empty archive" : `${shown.join(", ")}${names.length > 5 ? ", …" : ""}`;
}
