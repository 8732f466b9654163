import { KerasProofError } from "../../errors.js";
import type { ByteSource } from "../byte-source.js";

/** Bytes that are handed to the decompressor at once. */
const blockBytes = 64 * 1024;

/**
 * Inflates a raw deflate stream (RFC 1951) whose size is known. It stops at the first byte beyond `size`, so a stream
 * that claims less than it holds takes no memory. Throws `corrupt` for a stream that is broken or of another size,
 * `limit` where `size` bytes are not to be had, and whatever the source throws.
 */
export async function inflateRaw(source: ByteSource, size: number, path: string): Promise<Uint8Array> {
  const inflated = allocate(size, path);
  const stream = new DecompressionStream("deflate-raw");
  const reader = stream.readable.getReader();
  const writer = stream.writable.getWriter();
  let failure: { readonly error: unknown } | undefined;
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    try {
      return await source.read(offset, length);
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
      if (value.length > size - filled) {
        throw new KerasProofError("corrupt", path, `found more than ${size} inflated bytes, wanted ${size}`);
      }
      inflated.set(value, filled);
      filled += value.length;
    }
  } catch (cause) {
    await reader.cancel(cause).catch(() => undefined);
    if (cause instanceof KerasProofError) throw cause;
    if (failure !== undefined) throw failure.error;
    throw new KerasProofError("corrupt", path, "found a broken deflate stream, wanted a whole one", { cause });
  }
  if (filled < size) throw new KerasProofError("corrupt", path, `found ${filled} inflated bytes, wanted ${size}`);
  return inflated;
}

/**
 * Hands over one block after the other, each when the one before was taken. `pipeThrough` would not wait: in Node 20 a
 * decompression stream asks for 16384 blocks at once.
 */
async function writeBlocks(source: ByteSource, writer: WritableStreamDefaultWriter<BufferSource>): Promise<void> {
  for (let offset = 0; offset < source.size; offset += blockBytes) {
    const block = await source.read(offset, Math.min(blockBytes, source.size - offset));
    await writer.write(block as Uint8Array<ArrayBuffer>);
  }
  await writer.close();
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
