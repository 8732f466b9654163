import { KerasProofError } from "../../errors.js";
import { allocateBytes } from "../allocate.js";
import { atByte, placeError } from "../at-byte.js";
import type { ByteSource } from "../byte-source.js";
import { longStream } from "../deflate-stream.js";
import { joinBlocks } from "../join-blocks.js";
import { inflateBlocks } from "../platform-inflate.js";
import { crc32 } from "./crc32.js";
import type { ZipMember } from "./directory.js";
import { openMemberData } from "./member-data.js";

/**
 * The bytes of a member block after block; each may be used until the next is asked for. Throws as `openMemberData` and
 * `inflateBlocks`, `corrupt` where they are more or fewer than the directory says, as soon as that shows, and
 * `bad-checksum` at their end.
 */
export async function* memberBlocks(
  archive: ByteSource,
  member: ZipMember,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const data = await openMemberData(archive, member, path, signal);
    const blocks = member.method === 0 ? storedBlocks(data, signal) : inflateBlocks(data, "deflate-raw", path, signal);
    const { size } = member;
    let length = 0;
    let crc = 0;
    for await (const block of blocks) {
      length += block.length;
      if (length > size) throw longStream(size, path);
      crc = crc32(block, crc);
      yield block;
    }
    if (length < size) throw new KerasProofError("corrupt", path, `found ${length} inflated bytes, wanted ${size}`);
    checkCrc(crc, member.crc, path);
  } catch (error) {
    throw placeError(error, member.offset);
  }
}

/**
 * The bytes of a member in memory of their own, which is filled block by block. Throws as `memberBlocks`, and `limit`
 * where the memory is not to be had.
 */
export async function inflateMember(
  archive: ByteSource,
  member: ZipMember,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const memory = await atByte(member.offset, () => allocateBytes(member.size, path));
  return joinBlocks(memberBlocks(archive, member, path, signal), memory, path);
}

/** Throws `bad-checksum` unless the two are equal. */
export function checkCrc(found: number, wanted: number, path: string): void {
  if (found === wanted) return;
  throw new KerasProofError("bad-checksum", path, `found CRC-32 ${hex(found)}, wanted ${hex(wanted)}`);
}

async function* storedBlocks(
  data: ByteSource,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  /** Bytes that are read at once. */
  const blockBytes = 2 ** 22;
  for (let at = 0; at < data.size; at += blockBytes) {
    yield await data.read(at, Math.min(blockBytes, data.size - at), { signal });
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
