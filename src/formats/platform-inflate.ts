import type { ByteSource } from "./byte-source.js";
import { brokenStream, type DeflateFormat, inflateByStream, longStream, stepBytes } from "./deflate-stream.js";
import { freeMemory } from "./free-memory.js";
import { type NativeInflater, takeInflater } from "./native-inflater.js";

// How streams are inflated by Node. Browsers have `browser-inflate.ts` in place of this (the field `browser` of
// package.json).

/** Gives memory of so many bytes, with any contents. */
type Take = (size: number) => Uint8Array<ArrayBuffer>;

/**
 * Inflates a stream of zlib of at most `size` bytes into what `take` gives, of which what was filled is returned: in this
 * thread, but for turns of timers and signals, or in another one where this one has work that `isShared` with it. Throws
 * or rejects with `corrupt` for a stream that is broken or longer. Undefined where there is no zlib of Node, and for what
 * would block this thread for long.
 */
export function inflateAtOnce(
  bytes: Uint8Array,
  size: number,
  path: string,
  take: Take,
  isShared: boolean,
): Uint8Array | Promise<Uint8Array> | undefined {
  /** Up to this the thread is blocked: some 10 ms. */
  const blockingBytes = 2 ** 22;
  /** Up to this, waiting for another thread takes longer than inflating. */
  const shortBytes = 2 ** 16;
  if (size > blockingBytes) return undefined;
  if (isShared && size > shortBytes) return inflateAside(bytes, size, path, take);
  const native = takeInflater("deflate");
  if (native === undefined) return undefined;
  try {
    const memory = take(size);
    const filled = inflateInto(native, bytes, memory, path);
    return inTurn(filled, filled === size ? memory : memory.subarray(0, filled));
  } finally {
    native.release();
  }
}

/** Inflates a whole stream, and returns how many bytes came out. */
function inflateInto(native: NativeInflater, bytes: Uint8Array, memory: Uint8Array, path: string): number {
  let rest = bytes;
  try {
    // zlib takes no empty target.
    if (memory.length > 0) {
      native.inflate(bytes, memory, true);
      const { 0: room, 1: bytesLeft } = native.left;
      if (room > 0) return memory.length - room;
      rest = bytes.subarray(bytes.length - bytesLeft);
    }
    // What is full may be at the end of the stream, or not.
    native.inflate(rest, new Uint8Array(1), true);
  } catch (cause) {
    throw brokenStream(path, cause);
  }
  if (native.left[0] === 0) throw longStream(memory.length, path);
  return memory.length;
}

/** Inflates a stream of zlib in another thread; undefined where there is no zlib. */
function inflateAside(bytes: Uint8Array, size: number, path: string, take: Take): Promise<Uint8Array> | undefined {
  const zlib = globalThis.process?.getBuiltinModule?.("node:zlib");
  if (zlib === undefined) return undefined;
  return new Promise((resolve, reject) => {
    // One byte is never filled, or Node would take as much again for what might follow.
    zlib.inflate(bytes, { chunkSize: size + 1, maxOutputLength: size }, (error, inflated) => {
      if (error !== null) {
        const isTooLong = (error as { readonly code?: unknown }).code === "ERR_BUFFER_TOO_LARGE";
        return reject(isTooLong ? longStream(size, path) : brokenStream(path, error));
      }
      const memory = take(size);
      memory.set(inflated);
      resolve(inflated.length === size ? memory : memory.subarray(0, inflated.length));
      freeMemory(inflated.buffer);
    });
  });
}

/** What this thread has inflated since timers and signals could last come. */
let sinceTurn = 0;

/** A value when so many bytes more were inflated, after all that waits for its turn if it is time. */
function inTurn<T>(bytes: number, value: T): T | Promise<T> {
  /** 1 to 5 ms of work. */
  const turnBytes = 2 ** 20;
  sinceTurn += bytes;
  if (sinceTurn <= turnBytes) return value;
  sinceTurn = 0;
  return new Promise((resolve) => setImmediate(resolve, value));
}

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
  signal?: AbortSignal,
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
      yield inTurn(target.length - room, target.subarray(0, target.length - room));
    }
    // Bytes are left only after the end of the stream.
    if (isLast || bytes.length > 0) return;
  }
}
