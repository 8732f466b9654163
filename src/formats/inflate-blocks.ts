import type { ByteSource } from "./byte-source.js";
import { brokenStream, type DeflateFormat, inflateByStream, stepBytes } from "./deflate-stream.js";
import { type NativeInflater, takeInflater } from "./native-inflater.js";

/**
 * Inflates a stream from a source block by block; a block may be used until the next is asked for. Bytes after the end
 * of the stream count for nothing (in Node; browsers refuse them). By Node's zlib where there is one, else by a
 * `DecompressionStream`. Throws `corrupt` for a stream that is broken, and whatever the source throws; `signal` is
 * handed to it.
 */
export async function* inflateBlocks(
  source: ByteSource,
  format: DeflateFormat,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const native = takeInflater(format);
  if (native === undefined) {
    yield* inflateByStream(source, format, path, signal);
    return;
  }
  try {
    yield* inflateNatively(native, source, path, signal);
  } finally {
    native.release();
  }
}

async function* inflateNatively(
  native: NativeInflater,
  source: ByteSource,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  /** What is inflated before timers and signals may come: 1 to 5 ms. */
  const turnBytes = 2 ** 20;
  let sinceTurn = 0;
  const target = new Uint8Array(2 ** 17);
  for (let offset = 0; ; offset += stepBytes) {
    const length = Math.min(stepBytes, source.size - offset);
    const isLast = offset + length === source.size;
    let bytes = await source.read(offset, length, { signal });
    for (let room = 0; room === 0;) {
      try {
        native.inflate(bytes, target, isLast);
      } catch (cause) {
        throw brokenStream(path, cause);
      }
      bytes = bytes.subarray(bytes.length - native.left[1]);
      room = native.left[0];
      sinceTurn += target.length - room;
      if (sinceTurn > turnBytes) {
        sinceTurn = 0;
        await new Promise(setImmediate);
      }
      yield target.subarray(0, target.length - room);
    }
    // Bytes are left only after the end of the stream.
    if (isLast || bytes.length > 0) return;
  }
}
