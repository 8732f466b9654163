import type { ByteSource } from "../byte-source.js";
import { Cursor } from "../cursor.js";
import type { ZipMember } from "./directory.js";

/** The flag of a member that has a data descriptor. */
export const descriptorFlag = 0x0008;

const descriptorSignature = 0x08074b50;
/** With signature and long sizes. */
const mostBytes = 24;

/**
 * The length of a member's data descriptor (APPNOTE 4.3.9), which repeats CRC and sizes after the data, from `offset`
 * on: with or without its signature, with sizes of 4 or of 8 bytes. Null where none of these readings agrees with the
 * directory.
 */
export async function descriptorBytes(
  source: ByteSource,
  member: ZipMember,
  offset: number,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const length = Math.min(mostBytes, member.end - offset);
  const cursor = new Cursor(await source.read(offset, length, { signal }), "", offset);
  for (const signatureBytes of [4, 0]) {
    for (const sizeBytes of [4, 8]) {
      if (cursor.length < signatureBytes + 4 + 2 * sizeBytes) continue;
      cursor.seek(0);
      if (signatureBytes === 4 && cursor.uint32() !== descriptorSignature) continue;
      const crc = cursor.uint32();
      const read = (): bigint => BigInt(cursor.uint32()) + (sizeBytes === 4 ? 0n : BigInt(cursor.uint32()) << 32n);
      if (crc === member.crc && read() === BigInt(member.compressedSize) && read() === BigInt(member.size)) {
        return cursor.position;
      }
    }
  }
  return null;
}
