import { KerasProofError } from "../../errors.js";
import { atByte } from "../at-byte.js";
import type { ByteSource } from "../byte-source.js";
import { Cursor } from "../cursor.js";
import type { Limits } from "../limits.js";
import { printable } from "../printable.js";
import { crc32 } from "./crc32.js";
import { type DirectoryPlace, readEndRecord } from "./end-record.js";
import { decodeMemberName, memberPath } from "./member-name.js";

/** One member as the central directory describes it (APPNOTE 4.3.12). */
export interface ZipMember {
  readonly name: string;
  /** The name as it is stored. */
  readonly nameBytes: Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where the local header begins. */
  readonly offset: number;
  /** The member's bytes, its header and descriptor among them, end here at the latest. */
  readonly end: number;
}

/** The members by name, in the order of the directory, and where it begins. */
interface ZipDirectory {
  readonly members: ReadonlyMap<string, ZipMember>;
  readonly offset: number;
}

/** With what a local header begins (APPNOTE 4.3.7), and the number of its bytes before its name. */
export const localSignature = 0x04034b50;
export const localHeaderBytes = 30;

const signature = 0x02014b50;
const fixedBytes = 46;
const zip64Extra = 0x0001;
/** Info-ZIP's "Unicode Path" (APPNOTE 4.6.9). */
const unicodeNameExtra = 0x7075;
const utf8Flag = 0x0800;

/**
 * Reads the members of an archive in the order of the directory. Throws `duplicate` for a name that stands twice and
 * for a member of two names, `unsafe` for names as in `decodeMemberName` and for members that overlap, `limit` for more
 * members than allowed.
 */
export async function readDirectory(
  source: ByteSource,
  limits: Limits,
  name: string,
  signal: AbortSignal | undefined,
): Promise<ZipDirectory> {
  const place = await readEndRecord(source, name, signal);
  if (place.members > limits.members) {
    throw new KerasProofError("limit", name, `found ${place.members} members, wanted at most ${limits.members}`, {
      offset: place.offset,
    });
  }
  if (place.members * fixedBytes > place.size) {
    const found = `found a directory of ${place.size} bytes for ${place.members} members`;
    throw new KerasProofError("corrupt", name, `${found}, wanted at least ${fixedBytes} bytes for each`, {
      offset: place.offset,
    });
  }
  const cursor = new Cursor(await source.read(place.offset, place.size, { signal }), name, place.offset);
  const members = await atByte(place.offset, () => readMembers(cursor, place, name));
  return { members, offset: place.offset };
}

function readMembers(cursor: Cursor, place: DirectoryPlace, name: string): ReadonlyMap<string, ZipMember> {
  const members: Omit<ZipMember, "end">[] = [];
  const names = new Set<string>();
  while (members.length < place.members) {
    const offset = cursor.base + cursor.position;
    const member = readMember(cursor, name);
    if (names.has(member.name)) {
      const message = "found two members of this name, wanted one";
      throw new KerasProofError("duplicate", memberPath(name, member.name), message, { offset });
    }
    names.add(member.name);
    members.push(member);
  }
  if (cursor.remaining > 0)
    cursor.fail("corrupt", `found ${cursor.remaining} bytes after the last member, wanted none`);
  return withEnds(members, place.offset, name);
}

function readMember(cursor: Cursor, archive: string): Omit<ZipMember, "end"> {
  if (cursor.uint32() !== signature) cursor.fail("corrupt", "found no member, wanted the next entry of the directory");
  cursor.skip(4);
  const flags = cursor.uint16();
  const method = cursor.uint16();
  cursor.skip(4);
  const crc = cursor.uint32();
  const compressedSize = cursor.uint32();
  const size = cursor.uint32();
  const nameLength = cursor.uint16();
  const extraBytes = cursor.uint16();
  const commentBytes = cursor.uint16();
  const disk = cursor.uint16();
  cursor.skip(6);
  const offset = cursor.uint32();
  const nameOffset = cursor.base + cursor.position;
  const nameBytes = cursor.bytes(nameLength);
  const name = decodeMemberName(nameBytes, (flags & utf8Flag) !== 0, archive, nameOffset);
  const extra = cursor.window(extraBytes, memberPath(archive, name));
  cursor.skip(commentBytes);
  if (disk !== 0 && disk !== 0xffff) {
    throw new KerasProofError(
      "unsupported-format",
      memberPath(archive, name),
      "found it on another disk, wanted it here",
      {
        offset: nameOffset,
      },
    );
  }
  checkUnicodeName(extra, nameBytes, name);
  const sizes = readZip64(extra, { size, compressedSize, offset });
  return { name, nameBytes, flags, method, crc, ...sizes };
}

interface Sizes {
  readonly size: number;
  readonly compressedSize: number;
  readonly offset: number;
}

/**
 * Replaces the fields that are all ones by those of the zip64 extra field, which holds just these, in this order
 * (APPNOTE 4.5.3). Without such an extra field they are what they say.
 */
export function readZip64(extra: Cursor, sizes: Sizes): Sizes {
  for (const [kind, long] of readExtraFields(extra)) {
    if (kind !== zip64Extra) continue;
    const wide = (value: number): number => (value === 0xffffffff ? long.uint64() : value);
    return { size: wide(sizes.size), compressedSize: wide(sizes.compressedSize), offset: wide(sizes.offset) };
  }
  return sizes;
}

/**
 * Throws `duplicate` where an extra field gives a member another name, by which some readers know it (Info-ZIP, Python
 * from 3.12 on) and others do not. It counts where it has the CRC-32 of the name that it replaces.
 */
function checkUnicodeName(extra: Cursor, nameBytes: Uint8Array, name: string): void {
  for (const [kind, field] of readExtraFields(extra)) {
    if (kind !== unicodeNameExtra || field.length < 5 || field.uint8() !== 1) continue;
    if (field.uint32() !== crc32(nameBytes)) continue;
    const other = new TextDecoder("utf-8", { ignoreBOM: true }).decode(field.bytes(field.remaining));
    if (other !== name) field.fail("duplicate", `found a second name "${printable(other)}", wanted one name`);
  }
}

/** The extra fields of a header, each a number and its bytes; fewer than 4 bytes at the end are none. */
function* readExtraFields(extra: Cursor): Generator<readonly [kind: number, field: Cursor], void, undefined> {
  extra.seek(0);
  while (extra.remaining >= 4) {
    const kind = extra.uint16();
    yield [kind, extra.window(extra.uint16())];
  }
}

/** Adds to each member where the next one begins, and throws `unsafe` where that is before its own bytes end. */
function withEnds(
  members: readonly Omit<ZipMember, "end">[],
  directoryOffset: number,
  archive: string,
): ReadonlyMap<string, ZipMember> {
  const ends = new Map<string, number>();
  let end = directoryOffset;
  for (const member of members.toSorted((a, b) => b.offset - a.offset)) {
    const needed = member.offset + localHeaderBytes + member.compressedSize;
    if (needed > end) {
      const message = `found bytes ${member.offset} to ${needed}, which run into what begins at byte ${end}`;
      throw new KerasProofError("unsafe", memberPath(archive, member.name), `${message}, wanted members side by side`, {
        offset: member.offset,
      });
    }
    ends.set(member.name, end);
    end = member.offset;
  }
  return new Map(members.map((member) => [member.name, { ...member, end: ends.get(member.name)! }]));
}
