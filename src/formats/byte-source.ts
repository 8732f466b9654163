import { KerasProofError } from "../errors.js";

/**
 * Where bytes come from: memory, a file, a `Blob`, a member of an archive. `read` returns exactly `length` bytes in a
 * plain `Uint8Array` that the caller may keep but must not write to (it may be a view on memory that others share),
 * or throws `truncated` where the source ends before.
 */
export interface ByteSource {
  /** The number of bytes. */
  readonly size: number;
  /** A read that `signal` stops is `aborted`; a source that cannot stop may finish it instead. */
  read(offset: number, length: number, options?: { readonly signal?: AbortSignal }): Promise<Uint8Array>;
  /**
   * True where `read` returns memory of its own, from the first byte of its buffer to the last, which the caller may
   * also write to: then readers need no copy of it.
   */
  readonly fresh?: boolean;
  /** All the bytes, where they are in memory: then readers wait for nothing. Not to be written to. */
  readonly memory?: Uint8Array;
}

/** What the readers take: bytes in memory, a browser's `Blob` or `File`, or a source of one's own. */
export type ByteInput = Uint8Array | ArrayBuffer | Blob | ByteSource;

/**
 * Wraps an input as a source. Memory is not copied: a Node `Buffer` becomes a plain view on the same bytes. `name` is
 * the place that errors give.
 */
export function openSource(input: ByteInput, name = "input"): ByteSource {
  if (input instanceof Uint8Array) return memorySource(input, name);
  if (input instanceof ArrayBuffer) return memorySource(new Uint8Array(input), name);
  if (typeof Blob !== "undefined" && input instanceof Blob) return blobSource(input, name);
  return input as ByteSource;
}

/** A window of `length` bytes from `offset` of another source, as a source of its own. */
export function sliceSource(source: ByteSource, offset: number, length: number, name: string): ByteSource {
  checkRange(offset, length, source.size, name);
  return {
    size: length,
    read: async (at, count) => {
      checkRange(at, count, length, name);
      return source.read(offset + at, count);
    },
  };
}

/** Throws `truncated` unless `length` bytes from `offset` lie within `size`. */
export function checkRange(offset: number, length: number, size: number, name: string): void {
  const inside = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (inside && offset + length <= size) return;
  throw new KerasProofError("truncated", name, `found ${size} bytes, wanted ${length} bytes at byte ${offset}`);
}

function memorySource(bytes: Uint8Array, name: string): ByteSource {
  return {
    size: bytes.byteLength,
    memory: bytes,
    read: async (offset, length) => {
      checkRange(offset, length, bytes.byteLength, name);
      return new Uint8Array(bytes.buffer, bytes.byteOffset + offset, length);
    },
  };
}

function blobSource(blob: Blob, name: string): ByteSource {
  return {
    size: blob.size,
    fresh: true,
    read: async (offset, length) => {
      checkRange(offset, length, blob.size, name);
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    },
  };
}
