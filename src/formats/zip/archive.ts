import { KerasProofError } from "../../errors.js";
import { describeValue } from "../describe-value.js";
import { checkKinds, openingKinds, type OptionKinds, readingKinds, yesOrNo } from "../option-kinds.js";
import { atByte } from "../at-byte.js";
import { type ByteInput, type ByteReadOptions, type ByteSource, openSource } from "../byte-source.js";
import { inflateSource } from "../inflate.js";
import { chooseLimits, type Limits } from "../limits.js";
import { crc32 } from "./crc32.js";
import { readDirectory, type ZipMember } from "./directory.js";
import { endBytes } from "./end-record.js";
import { checkGaps } from "./gaps.js";
import { openMemberData } from "./member-data.js";
import { memberPath } from "./member-name.js";

/** An open archive. Its members are read one at a time, when they are asked for. */
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
   * `missing-entry`, `limit` for one larger than `memberBytes` or compressed more than `memberRatio` times,
   * `bad-checksum`, `aborted`, and as `openMemberData`.
   */
  read(name: string, options?: ByteReadOptions): Promise<Uint8Array>;
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
  /** The name of the archive in errors; `archive.zip` by default. */
  readonly name?: string;
  /** Stops the opening with an `aborted` error. */
  readonly signal?: AbortSignal | undefined;
}

export const zipOptionKinds: OptionKinds<ZipOptions> = openingKinds;
const sourceKinds: OptionKinds<ZipSourceOptions> = { ...readingKinds, verify: yesOrNo };

/** Bytes that are read at once where only their CRC-32 is wanted. */
const verifyBytes = 2 ** 22;

/**
 * Opens a ZIP archive (PKWARE APPNOTE 6.3): stored and deflated members, zip64, data descriptors, comments. `name` is
 * the place in errors. An archive that different readers could read differently is refused: names that stand twice,
 * members that overlap, members that the directory does not list, bytes before or after the archive. A member that is
 * encrypted, uses another method, or has a local header that disagrees with the directory is refused when it is read.
 */
export async function openZip(input: ByteInput, options: ZipOptions = {}): Promise<ZipArchive> {
  checkKinds(options, zipOptionKinds, "openZip");
  const archive = options.name ?? "archive.zip";
  const limits = chooseLimits(options.limits);
  const bytes = openSource(input, archive);
  const end = Math.max(0, bytes.size - endBytes);
  const { members, offset } = await atByte(end, () => readDirectory(bytes, limits, archive, options.signal));
  await checkGaps(bytes, members.values(), offset, archive, options.signal);

  const path = (name: string): string => {
    if (typeof name === "string") return memberPath(archive, name);
    throw new KerasProofError("usage", archive, `found ${describeValue(name)}, wanted the name of a member`);
  };
  const find = (name: string): ZipMember => {
    const member = members.get(name);
    if (member !== undefined) return member;
    throw new KerasProofError("missing-entry", path(name), `found ${listNames(members)}, wanted this member`);
  };
  const read = async (name: string, options: ByteReadOptions = {}): Promise<Uint8Array> => {
    checkKinds(options, readingKinds, "ZipArchive.read");
    const { signal } = options;
    const member = find(name);
    const place = path(name);
    return atByte(member.offset, async () => {
      checkSize(member, limits, place);
      const data = await openMemberData(bytes, member, place, signal);
      const stored = member.method === 0;
      const content = stored
        ? await data.read(0, data.size, { signal })
        : await inflateMember(data, member, place, signal);
      checkCrc(crc32(content), member.crc, place);
      return content;
    });
  };
  return {
    names: [...members.keys()],
    has: (name) => members.has(name),
    size: (name) => find(name).size,
    crc: (name) => find(name).crc,
    isStored: (name) => find(name).method === 0,
    path,
    read,
    source: async (name, options = {}) => {
      checkKinds(options, sourceKinds, "ZipArchive.source");
      const { verify = false, signal } = options;
      const member = find(name);
      if (member.method !== 0) return openSource(await read(name, { signal }), path(name));
      return atByte(member.offset, async () => {
        const data = await openMemberData(bytes, member, path(name), signal);
        if (!verify) return data;
        let crc = 0;
        for (let at = 0; at < data.size; at += verifyBytes) {
          crc = crc32(await data.read(at, Math.min(verifyBytes, data.size - at), { signal }), crc);
        }
        checkCrc(crc, member.crc, path(name));
        return data;
      });
    },
  };
}

async function inflateMember(
  data: ByteSource,
  { size }: ZipMember,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const inflated = await inflateSource(data, size, "deflate-raw", path, signal);
  if (inflated.length === size) return inflated;
  throw new KerasProofError("corrupt", path, `found ${inflated.length} inflated bytes, wanted ${size}`);
}

/** Throws `bad-checksum` unless the two are equal. */
export function checkCrc(found: number, wanted: number, path: string): void {
  if (found === wanted) return;
  throw new KerasProofError("bad-checksum", path, `found CRC-32 ${hex(found)}, wanted ${hex(wanted)}`);
}

function checkSize(member: ZipMember, limits: Limits, path: string): void {
  if (member.size > limits.memberBytes) {
    throw new KerasProofError(
      "limit",
      path,
      `found a size of ${member.size} bytes, wanted at most ${limits.memberBytes}`,
    );
  }
  if (member.size > limits.memberRatio * member.compressedSize) {
    const found = `found ${member.compressedSize} bytes that claim to hold ${member.size}`;
    throw new KerasProofError("limit", path, `${found}, wanted at most ${limits.memberRatio} times as many`);
  }
}

function listNames(members: ReadonlyMap<string, ZipMember>): string {
  const names = [...members.keys()];
  const shown = names.slice(0, 5).map((name) => memberPath("", name).slice(2));
  return names.length === 0 ? "an empty archive" : `${shown.join(", ")}${names.length > 5 ? ", …" : ""}`;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
