import { allocateBytes } from "./allocate.js";
import { type ByteSource, openSource } from "./byte-source.js";
import { type DeflateFormat, longStream } from "./deflate-stream.js";
import { inflateAtOnce, inflateBlocks } from "./platform-inflate.js";

/**
 * Inflates a stream of zlib of at most `maxSize` bytes into what `take` gives, memory with any contents, of which what was
 * filled is returned; bytes after the end of the stream count for nothing. By Node's zlib where there is one: in another
 * thread where other work `isShared` with this; else by a `DecompressionStream` (where the browser refuses bytes after
 * the end). Throws or rejects with `corrupt` for a stream that is broken or longer than `maxSize`.
 */
export function inflate(
  bytes: Uint8Array,
  maxSize: number,
  path: string,
  take: (size: number) => Uint8Array<ArrayBuffer>,
  isShared = false,
): Uint8Array | Promise<Uint8Array> {
  // No stream grows to more than 1032 times its length, so nothing is taken that it cannot fill.
  const size = Math.min(maxSize, 1032 * bytes.length);
  const inflated = inflateAtOnce(bytes, size, path, take, isShared);
  return inflated ?? fill(take(size), openSource(bytes), "deflate", path);
}

/**
 * Inflates a stream from a source block by block into memory for `maxSize` bytes, of which what was filled is returned.
 * It stops at the first byte beyond, so a stream that claims less than it holds takes no memory. Throws as `inflate`,
 * `limit` where the memory is not to be had, and whatever the source throws; `signal` is handed to it.
 */
export async function inflateSource(
  source: ByteSource,
  maxSize: number,
  format: DeflateFormat,
  path: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  return fill(allocateBytes(maxSize, path), source, format, path, signal);
}

async function fill(
  memory: Uint8Array<ArrayBuffer>,
  source: ByteSource,
  format: DeflateFormat,
  path: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  let filled = 0;
  for await (const block of inflateBlocks(source, format, path, signal)) {
    if (block.length > memory.length - filled) throw longStream(memory.length, path);
    memory.set(block, filled);
    filled += block.length;
  }
  return memory.subarray(0, filled);
}
