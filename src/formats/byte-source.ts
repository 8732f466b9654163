import { KerasProofError } from "../errors.js";
import { allocateBytes } from "./allocate.js";

/**
 * Where bytes come from: memory, a file, a `Blob`, a server, a member of an archive. `read` returns exactly `length`
 * bytes in a plain `Uint8Array` that the caller may keep but must not write to (it may be a view on memory that others
 * share), or throws `truncated` where the source ends before.
 */
export interface ByteSource {
  /** The number of bytes. */
  readonly size: number;
  /** A read that `signal` stops is `aborted`; a source that cannot stop may finish it instead. */
  read(offset: number, length: number, options?: ByteReadOptions): Promise<Uint8Array>;
  /**
   * True where `read` returns memory of its own, from the first byte of its buffer to the last, which the caller may
   * also write to: then readers need no copy of it.
   */
  readonly fresh?: boolean;
  /** The name that errors give where a reader is given none. */
  readonly name?: string;
  /** All the bytes, where they are in memory: then readers wait for nothing. Not to be written to. */
  readonly memory?: Uint8Array;
}

/** What a caller may choose about one read. */
export interface ByteReadOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What the readers take: bytes in memory, a browser's `Blob` or `File`, or a source of one's own. */
export type ByteInput = Uint8Array | ArrayBuffer | Blob | ByteSource;

/**
 * Wraps an input as a source. Memory is not copied: a Node `Buffer` becomes a plain view on the same bytes. A `Blob` is
 * read in the parts that are asked for, of any size. What a source of one's own reads is looked at: anything but a
 * `Uint8Array` of the length that was asked for is `usage`, a Node `Buffer` becomes a plain view, and memory that is not
 * as `fresh` as the source says a copy. `name` is the place that errors give. Anything else than the inputs listed is
 * `usage`. Bytes, buffers and blobs may be of another realm than this module.
 */
export function openSource(input: ByteInput, name = "input"): ByteSource {
  if (isBytes(input)) return memorySource(input, name);
  const kind = kindOf(input);
  if (kind === "ArrayBuffer") return memorySource(new Uint8Array(input as ArrayBuffer), name);
  if (kind === "Blob" || kind === "File") return blobSource(input as Blob, name);
  const { size, read } = (input ?? {}) as Partial<ByteSource>;
  if (typeof size === "number" && typeof read === "function") return checkReads(input as ByteSource, name);
  const wanted = "a Uint8Array, ArrayBuffer, Blob or ByteSource (await openFile(path), await openHttp(url))";
  throw new KerasProofError("usage", name, `found ${kind ?? typeof input}, wanted ${wanted}`);
}

/**
 * The name of an input in errors: the one that is given, else its own, which a `File` and what `openFile` and `openHttp`
 * return have, else the usual one.
 */
export function nameOf(input: ByteInput, given: string | undefined, usual: string): string {
  const { size, name } = (input ?? {}) as Partial<ByteSource>;
  return given ?? ((size !== undefined && name) || usual);
}

/** Whether a value is a `Uint8Array` (or a Node `Buffer`), of this realm or of another one: a frame's, or jsdom's. */
export function isBytes(value: unknown): value is Uint8Array<ArrayBuffer> {
  return ArrayBuffer.isView(value) && kindOf(value) === "Uint8Array";
}

/** The class of a value as it says itself, which is the same in every realm. */
function kindOf(value: unknown): string | undefined {
  return (value as { readonly [Symbol.toStringTag]?: string } | undefined)?.[Symbol.toStringTag];
}

/** A window of `length` bytes from `offset` of another source, as a source of its own. */
export function sliceSource(source: ByteSource, offset: number, length: number, name: string): ByteSource {
  if (typeof (source as ByteSource | undefined)?.read !== "function") {
    throw new KerasProofError("usage", name, "found another source, wanted a ByteSource (openSource makes one)");
  }
  checkRange(offset, length, source.size, name);
  if (source.memory !== undefined) return memorySource(source.memory.subarray(offset, offset + length), name);
  return {
    size: length,
    ...(source.fresh === undefined ? {} : { fresh: source.fresh }),
    read: async (at, count, options) => {
      checkRange(at, count, length, name);
      return source.read(offset + at, count, options);
    },
  };
}

/** Throws `truncated` unless `length` bytes from `offset` lie within `size`. */
export function checkRange(offset: number, length: number, size: number, name: string): void {
  const inside = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (inside && offset + length <= size) return;
  throw new KerasProofError("truncated", name, `found ${size} bytes in all, wanted ${length} more`, { offset });
}

/** Throws `aborted` where the caller has stopped the reading, and `usage` for a signal that could never do so. */
export function checkAborted(signal: AbortSignal | undefined, name: string): void {
  const aborted: unknown = signal === undefined ? false : (signal as AbortSignal | null)?.aborted;
  if (aborted === false) return;
  if (aborted !== true) throw new KerasProofError("usage", name, "found another signal, wanted an AbortSignal");
  throw new KerasProofError("aborted", name, "found that the caller stopped the reading", { cause: signal!.reason });
}

function memorySource(bytes: Uint8Array, name: string): ByteSource {
  const memory = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    size: memory.byteLength,
    memory,
    read: async (offset, length, options) => {
      checkRange(offset, length, memory.byteLength, name);
      checkAborted(options?.signal, name);
      return memory.subarray(offset, offset + length);
    },
  };
}

function checkReads(source: ByteSource, name: string): ByteSource {
  if (source.memory !== undefined) return source;
  const fresh = source.fresh === true;
  return {
    size: source.size,
    fresh,
    read: async (offset, length, options) => {
      const bytes: unknown = await source.read(offset, length, options);
      if (!isBytes(bytes) || bytes.length !== length) {
        throw new KerasProofError("usage", name, `found another answer of the source, wanted ${length} bytes`);
      }
      const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, length);
      return fresh && length < bytes.buffer.byteLength ? plain.slice() : plain;
    },
  };
}

function blobSource(blob: Blob, name: string): ByteSource {
  /** A browser fails to hand out 2 GiB of a `Blob` at once, and does not stop before it has handed out what it began. */
  const blobPiece = 2 ** 28;
  const readPiece = async (offset: number, length: number, signal: AbortSignal | undefined): Promise<Uint8Array> => {
    checkAborted(signal, name);
    let piece: ArrayBuffer;
    try {
      piece = await blob.slice(offset, offset + length).arrayBuffer();
    } catch (cause) {
      const message = "found that it can no longer be read, wanted the file as it was chosen";
      throw new KerasProofError("source-changed", name, message, { cause, offset });
    }
    if (piece.byteLength === length) return new Uint8Array(piece);
    const message = `found ${piece.byteLength} bytes, wanted ${length}`;
    throw new KerasProofError("source-changed", name, message, { offset });
  };
  return {
    size: blob.size,
    fresh: true,
    read: async (offset, length, options) => {
      checkRange(offset, length, blob.size, name);
      if (length <= blobPiece) return readPiece(offset, length, options?.signal);
      const bytes = allocateBytes(length, name);
      for (let done = 0; done < length; done += blobPiece) {
        bytes.set(await readPiece(offset + done, Math.min(blobPiece, length - done), options?.signal), done);
      }
      return bytes;
    },
  };
}
