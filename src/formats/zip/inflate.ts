import { KerasProofError } from "../../errors.js";
import type { ByteSource } from "../byte-source.js";

/** Bytes that are handed to the decompressor at once. */
const blockBytes = 64 * 1024;

/**
 * Inflates a raw deflate stream (RFC 1951) whose size is known. It stops at the first byte beyond `size`, so a stream
 * that claims less than it holds takes no memory. Throws `corrupt` for a stream that is broken or of another size,
 * and `limit` where `size` bytes are not to be had.
 */
export async function inflateRaw(source: ByteSource, size: number, path: string): Promise<Uint8Array> {
  const inflated = allocate(size, path);
  const reader = blocksOf(source).pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  let filled = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (value.length > size - filled) {
        throw new KerasProofError("corrupt", path, `found more than ${size} inflated bytes, wanted ${size}`);
      }
      inflated.set(value, filled);
      filled += value.length;
    }
  } catch (cause) {
    await reader.cancel().catch(() => undefined);
    if (cause instanceof KerasProofError) throw cause;
    throw new KerasProofError("corrupt", path, "found a broken deflate stream, wanted a whole one", { cause });
  }
  if (filled < size) throw new KerasProofError("corrupt", path, `found ${filled} inflated bytes, wanted ${size}`);
  return inflated;
}

function blocksOf(source: ByteSource): ReadableStream<Uint8Array<ArrayBuffer>> {
  let offset = 0;
  return new ReadableStream({
    async pull(controller) {
      const length = Math.min(blockBytes, source.size - offset);
      if (length === 0) return controller.close();
      controller.enqueue((await source.read(offset, length)) as Uint8Array<ArrayBuffer>);
      offset += length;
    },
  });
}

function allocate(size: number, path: string): Uint8Array {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw new KerasProofError("limit", path, `found a size of ${size} bytes, wanted one that fits in memory`, {
      cause,
    });
  }
}
