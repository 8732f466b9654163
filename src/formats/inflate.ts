import { openSource } from "./byte-source.js";
import { joinBlocks } from "./join-blocks.js";
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
  return inflated ?? joinBlocks(inflateBlocks(openSource(bytes), "deflate", path), take(size), path);
}
