import { KerasProofError } from "../errors.js";
import { allocateBytes } from "./allocate.js";
import { type ByteSource, openSource } from "./byte-source.js";

/** A stream with the header and checksum of zlib (RFC 1950), or the bare one of ZIP (RFC 1951). */
export type DeflateFormat = "deflate" | "deflate-raw";

/** Longer buffers are never those of Node's pool, which others use, too. */
export const pooledBytes: number = 2 ** 13;
/** What this thread has inflated since a signal could last come and memory was freed. */
let sinceTurn = 0;

/**
 * Inflates a stream of at most `maxSize` bytes; bytes after its end count for nothing. The result may be part of a
 * larger buffer, which nobody else knows where it is longer than `pooledBytes`. By Node's zlib where there is one, else
 * by a `DecompressionStream` (where the browser refuses bytes after the end). Longer streams do not block the thread,
 * but up to 4 MB those of a caller that `isAlone`, with no other work for the time in which it waits. Throws `corrupt`
 * for a stream that is broken or longer than `maxSize`, and `limit` where the memory is not to be had.
 */
export async function inflate(
  bytes: Uint8Array,
  maxSize: number,
  format: DeflateFormat,
  path: string,
  isAlone = false,
): Promise<Uint8Array<ArrayBuffer>> {
  /** What Node inflates in one piece is at most so long. */
  const onePieceBytes = 2 ** 26;
  /** Up to this, waiting for another thread takes longer than inflating. */
  const shortBytes = 2 ** 16;
  /** Up to this the thread may be blocked where nothing else waits for it: some 10 ms. */
  const blockingBytes = 2 ** 22;
  const zlib = globalThis.process?.getBuiltinModule?.("node:zlib");
  if (zlib === undefined || maxSize > onePieceBytes) return inflateSource(openSource(bytes), maxSize, format, path);
  // No stream grows to more than 1032 times its length, so nothing is allocated that it cannot fill.
  const options = {
    // One byte is never filled, or Node would allocate as much again for what might follow.
    chunkSize: Math.max(64, Math.min(maxSize, 1032 * bytes.length) + 1),
    maxOutputLength: Math.max(1, maxSize),
  };
  const way = format === "deflate" ? "inflate" : "inflateRaw";
  let inflated: Uint8Array;
  try {
    if (options.chunkSize <= (isAlone ? blockingBytes : shortBytes)) {
      inflated = zlib[`${way}Sync`](bytes, options);
      sinceTurn += inflated.length;
      if (sinceTurn > 2 ** 20) {
        sinceTurn = 0;
        await new Promise(setImmediate);
      }
    } else {
      inflated = await new Promise((resolve, reject) => {
        zlib[way](bytes, options, (error, result) => (error ? reject(error) : resolve(result)));
      });
    }
  } catch (cause) {
    const isTooLong = (cause as { readonly code?: unknown }).code === "ERR_BUFFER_TOO_LARGE";
    throw isTooLong ? tooLong(maxSize, path) : broken(path, cause);
  }
  if (inflated.length > maxSize) throw tooLong(maxSize, path);
  return new Uint8Array(inflated.buffer as ArrayBuffer, inflated.byteOffset, inflated.length);
}

/**
 * Inflates a stream from a source block by block into memory for `maxSize` bytes, of which what was filled is returned.
 * It stops at the first byte beyond, so a stream that claims less than it holds takes no memory. Throws as `inflate`,
 * and whatever the source throws; `signal` is handed to it.
 */
export async function inflateSource(
  source: ByteSource,
  maxSize: number,
  format: DeflateFormat,
  path: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const inflated = allocateBytes(maxSize, path);
  const stream = openInflater(format);
  const reader = stream.readable.getReader();
  const writer = stream.writable.getWriter();
  let failure: { readonly error: unknown } | undefined;
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    try {
      return await source.read(offset, length, { signal });
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  // Whatever fails here makes the reader fail, too.
  void writeBlocks({ size: source.size, read }, writer).catch((error: unknown) =>
    writer.abort(error).catch(() => undefined),
  );
  let filled = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (value.length > maxSize - filled) throw tooLong(maxSize, path);
      inflated.set(value, filled);
      filled += value.length;
    }
  } catch (cause) {
    await reader.cancel(cause).catch(() => undefined);
    if (failure !== undefined) throw failure.error;
    throw cause instanceof KerasProofError ? cause : broken(path, cause);
  }
  return filled === maxSize ? inflated : inflated.subarray(0, filled);
}

/** Node's own `DecompressionStream` hands out pieces of 16 KiB, which takes twice as long. */
function openInflater(format: DeflateFormat): {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<BufferSource>;
} {
  const { process } = globalThis;
  const zlib = process?.getBuiltinModule?.("node:zlib");
  if (zlib === undefined) return new DecompressionStream(format);
  const options = { chunkSize: 2 ** 18 };
  const inflater = zlib[format === "deflate" ? "createInflate" : "createInflateRaw"](options);
  const pair = process.getBuiltinModule("node:stream").Duplex.toWeb(inflater);
  return { readable: pair.readable as ReadableStream<Uint8Array>, writable: pair.writable };
}

/**
 * Hands over one block after the other, each when the one before was taken. `pipeThrough` would not wait: in Node 20 a
 * decompression stream asks for 16384 blocks at once.
 */
async function writeBlocks(source: ByteSource, writer: WritableStreamDefaultWriter<BufferSource>): Promise<void> {
  /** Bytes that are handed to the decompressor at once. */
  const blockBytes = 64 * 1024;
  for (let offset = 0; offset < source.size; offset += blockBytes) {
    const block = await source.read(offset, Math.min(blockBytes, source.size - offset));
    await writer.write(block as Uint8Array<ArrayBuffer>);
  }
  await writer.close();
}

function tooLong(maxSize: number, path: string): KerasProofError {
  return new KerasProofError("corrupt", path, `found more than ${maxSize} inflated bytes, wanted ${maxSize}`);
}

function broken(path: string, cause: unknown): KerasProofError {
  return new KerasProofError("corrupt", path, "found a broken deflate stream, wanted a whole one", { cause });
}
