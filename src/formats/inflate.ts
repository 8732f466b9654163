import { KerasProofError } from "../errors.js";
import { allocateBytes } from "./allocate.js";
import { type ByteSource, openSource } from "./byte-source.js";
import { brokenStream, type DeflateFormat, inflateByStream, stepBytes } from "./deflate-stream.js";
import { type NativeInflater, takeInflater } from "./native-inflater.js";

/**
 * Inflates a stream of zlib of at most `maxSize` bytes into what `take` gives, memory with any contents, of which what was
 * filled is returned; bytes after the end of the stream count for nothing. By Node's zlib where there is one, then up to
 * 4 MB at once, but for turns of timers and signals; else by a `DecompressionStream` (where the browser refuses bytes
 * after the end). Throws or rejects with `corrupt` for a stream that is broken or longer than `maxSize`.
 */
export function inflate(
  bytes: Uint8Array,
  maxSize: number,
  path: string,
  take: (size: number) => Uint8Array<ArrayBuffer>,
): Uint8Array | Promise<Uint8Array> {
  /** Up to this the thread is blocked: some 10 ms. */
  const blockingBytes = 2 ** 22;
  // No stream grows to more than 1032 times its length, so nothing is taken that it cannot fill.
  const memory = take(Math.min(maxSize, 1032 * bytes.length));
  const native = memory.length > blockingBytes ? undefined : takeInflater("deflate");
  if (native === undefined) return inflateInto(memory, openSource(bytes), "deflate", path);
  try {
    const filled = inflateBlock(native, bytes, true, memory, 0, path);
    return inTurn(filled, filled === memory.length ? memory : memory.subarray(0, filled));
  } finally {
    native.release();
  }
}

/**
 * Inflates a stream from a source block by block into memory for `maxSize` bytes, of which what was filled is returned.
 * It stops at the first byte beyond, so a stream that claims less than it holds takes no memory. Throws as `inflate`,
 * `limit` where the memory is not to be had, and whatever the source throws; `signal` is handed to it.
 */
export async function inflateSource(
  source: ByteSource,
  maxSize: number,
  format: DeflateFormat,
  path: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  return inflateInto(allocateBytes(maxSize, path), source, format, path, signal);
}

async function inflateInto(
  memory: Uint8Array<ArrayBuffer>,
  source: ByteSource,
  format: DeflateFormat,
  path: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const native = takeInflater(format);
  if (native === undefined) return inflateStream(memory, source, format, path, signal);
  try {
    for (let offset = 0, filled = 0; ; offset += stepBytes) {
      const before = filled;
      const isLast = offset + stepBytes >= source.size;
      const block = await source.read(offset, Math.min(stepBytes, source.size - offset), { signal });
      filled = inflateBlock(native, block, isLast, memory, filled, path);
      await inTurn(filled - before, undefined);
      // Bytes are left only after the end of the stream.
      if (isLast || native.left[1] > 0) return memory.subarray(0, filled);
    }
  } finally {
    native.release();
  }
}

/** Where what does not fit goes. */
const beyond = new Uint8Array(1);

/** Inflates on from a block to the bytes of `memory` behind those that are filled; returns how many are then. */
function inflateBlock(
  native: NativeInflater,
  block: Uint8Array,
  isLast: boolean,
  memory: Uint8Array,
  filled: number,
  path: string,
): number {
  const target = filled < memory.length ? memory.subarray(filled) : beyond;
  try {
    native.inflate(block, target, isLast);
  } catch (cause) {
    throw brokenStream(path, cause);
  }
  const [room, bytesLeft] = native.left;
  const end = filled + target.length - room;
  if (end > memory.length) throw tooLong(memory.length, path);
  // What is full may be at the end of the stream, or not.
  return room > 0 ? end : inflateBlock(native, block.subarray(block.length - bytesLeft), isLast, memory, end, path);
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

/** The same by a `DecompressionStream`. */
async function inflateStream(
  memory: Uint8Array<ArrayBuffer>,
  source: ByteSource,
  format: DeflateFormat,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  let filled = 0;
  for await (const block of inflateByStream(source, format, path, signal)) {
    if (block.length > memory.length - filled) throw tooLong(memory.length, path);
    memory.set(block, filled);
    filled += block.length;
  }
  return memory.subarray(0, filled);
}

function tooLong(maxSize: number, path: string): KerasProofError {
  return new KerasProofError("corrupt", path, `found more than ${maxSize} inflated bytes, wanted ${maxSize}`);
}
