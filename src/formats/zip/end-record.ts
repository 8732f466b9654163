import { KerasProofError } from "../../errors.js";
import type { ByteSource } from "../byte-source.js";
import { Cursor } from "../cursor.js";

/** Where the central directory lies and how many members it lists. */
export interface DirectoryPlace {
  readonly offset: number;
  readonly size: number;
  readonly members: number;
}

const endSignature = 0x06054b50;
/** Of the first member in the directory. */
const directorySignature = 0x02014b50;
/** The length of the record without its comment. */
export const endBytes = 22;
const longestComment = 0xffff;
const locatorSignature = 0x07064b50;
const locatorBytes = 20;
const end64Signature = 0x06064b50;
const end64Bytes = 56;

/**
 * Reads the end of central directory record, and the zip64 one where there is one (APPNOTE 4.3.14 to 4.3.16). The
 * archive must end with its comment and the directory with the record, so that one file is one archive for every
 * reader: bytes that were put before or after it are refused; those before it must be counted in its offsets.
 */
export async function readEndRecord(
  source: ByteSource,
  name: string,
  signal: AbortSignal | undefined,
): Promise<DirectoryPlace> {
  const tailBytes = Math.min(source.size, endBytes + longestComment + locatorBytes);
  const tailOffset = source.size - tailBytes;
  const tail = new Cursor(await source.read(tailOffset, tailBytes, { signal }), name, tailOffset);
  const position = findEnd(tail);
  tail.seek(position + 4);
  const disk = tail.uint16();
  const directoryDisk = tail.uint16();
  const diskMembers = tail.uint16();
  const members = tail.uint16();
  const size = tail.uint32();
  const offset = tail.uint32();
  let place: DirectoryPlace = { offset, size, members };
  let end = tailOffset + position;
  if (position >= locatorBytes) {
    tail.seek(position - locatorBytes);
    if (tail.uint32() === locatorSignature) {
      const record = await readEnd64(source, tail, name, signal);
      place = record.place;
      end = record.offset;
      const agree =
        agrees(members, place.members, 0xffff) &&
        agrees(size, place.size, 0xffffffff) &&
        agrees(offset, place.offset, 0xffffffff);
      if (!agree) tail.fail("corrupt", "found two end records that disagree, wanted the same directory in both");
    }
  }
  if (disk !== 0 && disk !== 0xffff) severalDisks(name);
  if (directoryDisk !== disk || (diskMembers !== members && diskMembers !== 0xffff)) severalDisks(name);
  const before = end - place.size - place.offset;
  const first = members === 0 ? endSignature : directorySignature;
  if (before > 0 && (await startsWith(source, end - place.size, first, signal))) {
    refusePrefix(before, source.size, name);
  }
  if (before !== 0) {
    const found = `found a directory of ${place.size} bytes at byte ${place.offset}`;
    throw new KerasProofError("corrupt", name, `${found}, wanted one that ends at its end record`, {
      offset: end,
    });
  }
  return place;
}

async function startsWith(
  source: ByteSource,
  offset: number,
  signature: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  return new Cursor(await source.read(offset, 4, { signal }), "").uint32() === signature;
}

function refusePrefix(before: number, size: number, name: string): never {
  const found = `found ${before} bytes before the archive that its offsets do not count`;
  const wanted = `wanted the archive alone: cut them off, or give sliceSource(source, ${before}, ${size - before}, name)`;
  throw new KerasProofError("corrupt", name, `${found}, ${wanted}`, { offset: 0 });
}

/** The position of the one record whose comment ends with the file. */
function findEnd(tail: Cursor): number {
  let found: number | undefined;
  const latest = tail.length - endBytes;
  for (let position = latest; position >= Math.max(0, latest - longestComment); position--) {
    tail.seek(position);
    if (tail.uint32() !== endSignature) continue;
    tail.skip(16);
    if (tail.uint16() !== latest - position) continue;
    if (found !== undefined) tail.fail("corrupt", "found two end records, wanted one");
    found = position;
  }
  if (found !== undefined) return found;
  tail.seek(tail.length);
  return tail.fail("truncated", "found no end record, wanted a ZIP archive that is whole");
}

async function readEnd64(
  source: ByteSource,
  locator: Cursor,
  name: string,
  signal: AbortSignal | undefined,
): Promise<{ place: DirectoryPlace; offset: number }> {
  const locatorOffset = locator.base + locator.position - 4;
  const disk = locator.uint32();
  const offset = locator.uint64();
  const disks = locator.uint32();
  if (disk !== 0 || disks > 1) severalDisks(name);
  const record = new Cursor(await source.read(offset, end64Bytes, { signal }), name, offset);
  if (record.uint32() !== end64Signature || offset + 12 + record.uint64() !== locatorOffset) {
    const before = locatorOffset - end64Bytes - offset;
    if (before > 0 && (await startsWith(source, offset + before, end64Signature, signal))) {
      refusePrefix(before, source.size, name);
    }
    record.fail("corrupt", "found no zip64 end record that reaches to its locator, wanted one");
  }
  record.skip(4);
  if (record.uint32() !== 0 || record.uint32() !== 0) severalDisks(name);
  const diskMembers = record.uint64();
  const members = record.uint64();
  if (diskMembers !== members) severalDisks(name);
  const directorySize = record.uint64();
  return { place: { offset: record.uint64(), size: directorySize, members }, offset };
}

/** A field of the short record holds the number of the long one, or says by all ones that it does not. */
function agrees(short: number, long: number, allOnes: number): boolean {
  return short === long || short === allOnes;
}

function severalDisks(name: string): never {
  throw new KerasProofError(
    "unsupported-format",
    name,
    "found an archive in several parts, wanted one in a single file",
  );
}
