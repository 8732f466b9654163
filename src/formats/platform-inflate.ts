import { KerasProofError } from "../errors.js";
import type { ByteSource } from "./byte-source.js";
import { brokenStream, type DeflateFormat, inflateByStream, longStream, stepBytes } from "./deflate-stream.js";
import { canInflateAside, type NativeInflater, takeInflater } from "./native-inflater.js";

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
  const shortBytes = 2 ** 15;
  if (size > blockingBytes) return undefined;
  const native = takeInflater("deflate");
  if (native === undefined) return undefined;
  const memory = take(size);
  if (isShared && size > shortBytes && canInflateAside()) return inflateAside(native, bytes, memory, path);
  try {
    // zlib takes no empty target.
    if (size > 0) native.inflate(bytes, memory, true);
    return inTurn(size, endStream(native, bytes, memory, path));
  } catch (cause) {
    throw streamError(cause, path);
  } finally {
    native.release();
  }
}

async function inflateAside(
  native: NativeInflater,
  bytes: Uint8Array,
  memory: Uint8Array,
  path: string,
): Promise<Uint8Array> {
  try {
    await native.inflateAside(bytes, memory);
    return endStream(native, bytes, memory, path);
  } catch (cause) {
    throw streamError(cause, path);
  } finally {
    native.release();
  }
}

/** What was filled of the memory for a stream; throws unless the stream is at its end. */
function endStream(native: NativeInflater, bytes: Uint8Array, memory: Uint8Array, path: string): Uint8Array {
  const { 0: room, 1: bytesLeft } = native.left;
  if (memory.length > 0 && room > 0) return memory.subarray(0, memory.length - room);
  // What is full may be at the end of the stream, or not.
  const rest = memory.length > 0 ? bytes.subarray(bytes.length - bytesLeft) : bytes;
  native.inflate(rest, new Uint8Array(1), true);
  if (native.left[0] === 0) throw longStream(memory.length, path);
  return memory;
}

/** The error for a stream that zlib refuses, or the one about its length. */
function streamError(cause: unknown, path: string): KerasProofError {
  return cause instanceof KerasProofError ? cause : brokenStream(path, cause);
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
