import { KerasProofError } from "../errors.js";
import type { ByteSource } from "./byte-source.js";

/** A stream with the header and checksum of zlib (RFC 1950), or the bare one of ZIP (RFC 1951). */
export type DeflateFormat = "deflate" | "deflate-raw";

/** Bytes that are handed to a decompressor at once. */
export const stepBytes: number = 2 ** 16;

/**
 * Inflates a stream from a source block by block, by a `DecompressionStream`, as browsers have it. Throws `corrupt` for a
 * stream that is broken or followed by other bytes, and whatever the source throws; `signal` is handed to it.
 */
export async function* inflateByStream(
  source: ByteSource,
  format: DeflateFormat,
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = new DecompressionStream(format);
  const reader = stream.readable.getReader();
  const writer = stream.writable.getWriter();
  let failure: unknown;
  // Each step is handed over when the one before was taken. `pipeThrough` would not wait: in Node 20 a decompression
  // stream asks for 16384 blocks at once.
  const writeSteps = async (): Promise<void> => {
    for (let offset = 0; offset < source.size; offset += stepBytes) {
      const length = Math.min(stepBytes, source.size - offset);
      const bytes = await source.read(offset, length, { signal }).catch((error: unknown) => {
        failure = error;
        throw error;
      });
      await writer.write(bytes as Uint8Array<ArrayBuffer>);
    }
    await writer.close();
  };
  // What fails here makes the reader fail, too.
  void writeSteps()
    .catch((error: unknown) => writer.abort(error))
    .catch(() => undefined);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (cause) {
    throw failure ?? brokenStream(path, cause);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The error for a stream of more bytes than are wanted. */
export function longStream(size: number, path: string): KerasProofError {
  return new KerasProofError("corrupt", path, `found more than ${size} inflated bytes, wanted ${size}`);
}

/** The error for a stream that is none, or not whole. */
export function brokenStream(path: string, cause: unknown): KerasProofError {
  return new KerasProofError("corrupt", path, "found a broken deflate stream, wanted a whole one", { cause });
}
