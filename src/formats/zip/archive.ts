import { KerasProofError } from "../../errors.js";
import { type ByteInput, type ByteSource, openSource } from "../byte-source.js";
import { inflateSource } from "../inflate.js";
import { defaultLimits, type Limits } from "../limits.js";
import { crc32 } from "./crc32.js";
import { readDirectory, type ZipMember } from "./directory.js";
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
  /**
   * The bytes of a member, its CRC-32 checked. They may be a view on the archive's own: not to be written to. Throws
   * `missing-entry`, `limit` for one larger than `memberBytes` or compressed more than `memberRatio` times,
   * `bad-checksum`, and as `openMemberData`.
   */
  read(name: string): Promise<Uint8Array>;
  /**
   * A member as a source. A stored one is a window of the archive of which only what is asked for is read, so that
   * neither `memberBytes` nor its CRC-32 is checked; a deflated one is read whole, as by `read`.
   */
  source(name: string): Promise<ByteSource>;
}

/**
 * Opens a ZIP archive (PKWARE APPNOTE 6.3): stored and deflated members, zip64, data descriptors, comments. `name` is
 * the place in errors. An archive that different readers could read differently is refused: names that stand twice,
 * members that overlap, local headers that disagree with the directory, bytes before or after the archive. A member
 * that is encrypted or uses another method is refused when it is read.
 */
export async function openZip(
  input: ByteInput,
  options: { readonly limits?: Partial<Limits>; readonly name?: string } = {},
): Promise<ZipArchive> {
  const archive = options.name ?? "archive.zip";
  const limits = { ...defaultLimits, ...options.limits };
  const bytes = openSource(input, archive);
  const members = await readDirectory(bytes, limits, archive);

  const path = (name: string): string => memberPath(archive, name);
  const find = (name: string): ZipMember => {
    const member = members.get(name);
    if (member !== undefined) return member;
    throw new KerasProofError("missing-entry", path(name), `found ${listNames(members)}, wanted this member`);
  };
  const read = async (name: string): Promise<Uint8Array> => {
    const member = find(name);
    const place = path(name);
    checkSize(member, limits, place);
    const data = await openMemberData(bytes, member, place);
    const content = member.method === 0 ? await data.read(0, data.size) : await inflateMember(data, member.size, place);
    const crc = crc32(content);
    if (crc === member.crc) return content;
    throw new KerasProofError("bad-checksum", place, `found CRC-32 ${hex(crc)}, wanted ${hex(member.crc)}`);
  };
  return {
    names: [...members.keys()],
    has: (name) => members.has(name),
    size: (name) => find(name).size,
    path,
    read,
    source: async (name) => {
      const member = find(name);
      if (member.method === 0) return openMemberData(bytes, member, path(name));
      return openSource(await read(name), path(name));
    },
  };
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

async function inflateMember(data: ByteSource, size: number, path: string): Promise<Uint8Array> {
  const inflated = await inflateSource(data, size, "deflate-raw", path);
  if (inflated.length === size) return inflated;
  throw new KerasProofError("corrupt", path, `found ${inflated.length} inflated bytes, wanted ${size}`);
}

function listNames(members: ReadonlyMap<string, ZipMember>): string {
  const names = [...members.keys()];
  const shown = names.slice(0, 5).map((name) => memberPath("", name).slice(2));
  return names.length === 0 ? "an empty archive" : `${shown.join(", ")}${names.length > 5 ? ", …" : ""}`;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
