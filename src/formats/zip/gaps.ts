import { KerasProofError } from "../../errors.js";
import type { ByteSource } from "../byte-source.js";
import { Cursor } from "../cursor.js";
import { descriptorBytes, descriptorFlag } from "./descriptor.js";
import { localHeaderBytes, localSignature, type ZipMember } from "./directory.js";

/** Bytes that are searched at once. */
const blockBytes = 2 ** 20;
const signatureBytes = 4;

/**
 * Throws `unsafe` where a local header begins in bytes that belong to no member: before the first, between two, or
 * between the last and the directory. Readers that go by the directory (Python's zipfile, libarchive on a file) do not
 * see such a member, and those that take an archive as a stream (libarchive on a pipe) do. Other bytes there are allowed.
 * A local header is read only where its extra field and descriptor may leave room for another.
 */
export async function checkGaps(
  source: ByteSource,
  members: Iterable<ZipMember>,
  directoryOffset: number,
  archive: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  let first = directoryOffset;
  for (const member of members) {
    first = Math.min(first, member.offset);
    const least = member.offset + localHeaderBytes + member.nameBytes.length + member.compressedSize;
    if (member.end - least < localHeaderBytes) continue;
    await checkGap(source, await endOf(source, member, signal), member.end, archive, signal);
  }
  await checkGap(source, 0, first, archive, signal);
}

/** The byte after a member's data and descriptor, as far as they can be told: a wrong one is refused when it is read. */
async function endOf(source: ByteSource, member: ZipMember, signal: AbortSignal | undefined): Promise<number> {
  const header = new Cursor(await source.read(member.offset, localHeaderBytes, { signal }), "");
  header.seek(26);
  const variable = header.uint16() + header.uint16();
  const end = member.offset + localHeaderBytes + variable + member.compressedSize;
  if (end >= member.end || (member.flags & descriptorFlag) === 0) return end;
  return end + ((await descriptorBytes(source, member, end, signal)) ?? 0);
}

async function checkGap(
  source: ByteSource,
  start: number,
  end: number,
  archive: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let at = start; at + signatureBytes <= end; at += blockBytes) {
    const length = Math.min(blockBytes + signatureBytes - 1, end - at);
    const found = findHeader(await source.read(at, length, { signal }));
    if (found < 0) continue;
    const message = "found a member that the directory does not list, wanted all of them in it";
    throw new KerasProofError("unsafe", archive, message, { offset: at + found });
  }
}

/** The first place of the signature of local headers; -1 where there is none. */
function findHeader(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const firstByte = localSignature & 0xff;
  for (let at = bytes.indexOf(firstByte); at >= 0; at = bytes.indexOf(firstByte, at + 1)) {
    if (at + signatureBytes > bytes.length) return -1;
    if (view.getUint32(at, true) === localSignature) return at;
  }
  return -1;
}
