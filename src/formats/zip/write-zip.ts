import { KerasProofError } from "../../errors.js";
import { allocateBytes } from "../allocate.js";
import { crc32 } from "./crc32.js";
import { decodeMemberName, memberPath } from "./member-name.js";

/** A member to be written, as it is: not compressed. */
export interface NewMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A member's place in an archive, all that its headers say. */
export interface MemberPlace {
  readonly name: Uint8Array;
  readonly crc: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly offset: number;
}

/** What a number of 32 or 16 bits says where the number itself stands in the zip64 field or record. */
const ones32 = 0xffffffff;
const ones16 = 0xffff;
const utf8Flag = 0x0800;
/** 1 January 1980, the first day that ZIP knows: the same content gives the same bytes. */
const date = 0x0021;

/**
 * Writes a ZIP archive of stored members (PKWARE APPNOTE 6.3) in their order, with zip64 fields and records only where
 * the others are too small. Throws `limit` where the archive does not fit in one `Uint8Array`, `duplicate` for a name
 * that stands twice, `unsafe` as `decodeMemberName`, and `usage` for a name of more than 65535 bytes
 * or with half of a surrogate pair.
 */
export function writeStoredZip(members: readonly NewMember[], path: string): Uint8Array {
  const places: MemberPlace[] = [];
  let offset = 0;
  const names = new Set<string>();
  for (const { name, bytes } of members) {
    const encoded = new TextEncoder().encode(name);
    // Nothing is written that would be refused when it is read.
    const decoded = decodeMemberName(encoded, true, path);
    if (decoded !== name) {
      const message = "found half of a surrogate pair in a member name, wanted characters that UTF-8 has";
      throw new KerasProofError("usage", memberPath(path, name), message);
    }
    if (encoded.length > ones16) {
      throw new KerasProofError("usage", path, `found a name of ${encoded.length} bytes, wanted at most ${ones16}`);
    }
    if (names.has(decoded)) {
      throw new KerasProofError("duplicate", memberPath(path, decoded), "found two members of this name, wanted one");
    }
    names.add(decoded);
    const place: MemberPlace = { name: encoded, crc: crc32(bytes), size: bytes.length, offset };
    places.push(place);
    offset += localHeader(place).length + bytes.length;
  }
  const directory = directoryAndEnd(places, offset);
  const archive = allocateBytes(offset + directory.length, path);
  for (const [index, place] of places.entries()) {
    const header = localHeader(place);
    archive.set(header, place.offset);
    archive.set(members[index]!.bytes, place.offset + header.length);
  }
  archive.set(directory, offset);
  return archive;
}

/** The local header of a member (APPNOTE 4.3.7). */
export function localHeader({ name, crc, size }: MemberPlace): Uint8Array {
  // Here the zip64 field has both sizes or none.
  const extra = size >= ones32 ? zip64Field([size, size]) : empty;
  const short = Math.min(size, ones32);
  return concat([
    uint32(0x04034b50),
    uint16(versionFor(extra), utf8Flag, 0, 0, date),
    uint32(crc, short, short),
    uint16(name.length, extra.length),
    name,
    extra,
  ]);
}

/** The central directory and the end records (APPNOTE 4.3.12, 4.3.14 to 4.3.16); `offset` is where they begin. */
export function directoryAndEnd(places: readonly MemberPlace[], offset: number): Uint8Array {
  const directory = concat(places.map(directoryEntry));
  const { length } = places;
  const { length: size } = directory;
  const parts = [directory];
  if (length >= ones16 || size >= ones32 || offset >= ones32) {
    parts.push(uint32(0x06064b50), uint64(44), uint16(45, 45), uint32(0, 0), uint64(length, length, size, offset));
    parts.push(uint32(0x07064b50, 0), uint64(offset + size), uint32(1));
  }
  const count = Math.min(length, ones16);
  parts.push(uint32(0x06054b50), uint16(0, 0, count, count));
  parts.push(uint32(Math.min(size, ones32), Math.min(offset, ones32)), uint16(0));
  return concat(parts);
}

function directoryEntry({ name, crc, size, offset }: MemberPlace): Uint8Array {
  // Here the field has just the numbers that are too large, in this order.
  const large = [...(size >= ones32 ? [size, size] : []), ...(offset >= ones32 ? [offset] : [])];
  const extra = large.length > 0 ? zip64Field(large) : empty;
  const short = Math.min(size, ones32);
  return concat([
    uint32(0x02014b50),
    uint16(versionFor(extra), versionFor(extra), utf8Flag, 0, 0, date),
    uint32(crc, short, short),
    uint16(name.length, extra.length, 0, 0, 0),
    uint32(0, Math.min(offset, ones32)),
    name,
    extra,
  ]);
}

const empty = new Uint8Array(0);

/** The zip64 extra field (APPNOTE 4.5.3). */
function zip64Field(numbers: readonly number[]): Uint8Array {
  return concat([uint16(0x0001, 8 * numbers.length), uint64(...numbers)]);
}

/** The version of the format that a reader needs (APPNOTE 4.4.3). */
function versionFor(extra: Uint8Array): number {
  return extra.length > 0 ? 45 : 20;
}

function uint16(...numbers: number[]): Uint8Array {
  return Uint8Array.from(numbers.flatMap((number) => [number & 0xff, number >>> 8]));
}

function uint32(...numbers: number[]): Uint8Array {
  return concat(numbers.map((number) => uint16(number & ones16, number >>> 16)));
}

function uint64(...numbers: number[]): Uint8Array {
  return concat(numbers.map((number) => uint32(number >>> 0, Math.floor(number / 2 ** 32))));
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
