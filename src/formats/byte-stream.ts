import { KerasProofError } from "../errors.js";
import { allocateBytes } from "./allocate.js";
import { type ByteSource, checkRange } from "./byte-source.js";
import { freeMemory } from "./free-memory.js";

/** Bytes that are read once, from the first to the last. */
export interface ByteStream {
  /** How many there are in all. */
  readonly size: number;
  /** How many to read at once where they are decoded; `next` takes more, too. */
  readonly blockBytes: number;
  /** The next bytes, at most so many, which stay the next; only for the first call. */
  peek(length: number): Promise<Uint8Array>;
  /** The next bytes, up to the next call. They may be a view on memory that others share: not to be written to. */
  next(length: number): Promise<Uint8Array>;
  /** The next bytes in memory of their own, from the first byte of its buffer to the last. */
  take(length: number): Promise<Uint8Array>;
}

/** Is given all bytes that are read, in their order. */
type Watch = (bytes: Uint8Array) => void;

/**
 * All bytes of a source. What is taken goes straight to the memory in which it stays. Throws `truncated` for bytes
 * beyond the source, and whatever the source throws.
 */
export function streamSource(
  source: ByteSource,
  path: string,
  signal: AbortSignal | undefined,
  watch: Watch = () => undefined,
): ByteStream {
  const { size } = source;
  /** Not too many requests to a server, and little beside the arrays for which memory matters. */
  const blockBytes = 2 ** 22;
  let position = 0;
  let peeked: Uint8Array = new Uint8Array(0);
  /** The memory of what the last call of `next` gave, where nobody else has it. */
  let passed: ArrayBufferLike | undefined;
  /** The next bytes, and whether their memory is their own. */
  const read = async (length: number): Promise<{ readonly bytes: Uint8Array; readonly own: boolean }> => {
    checkRange(position, length, size, path);
    const end = position + length;
    const isPeeked = peeked.length > 0 && end <= peeked.length;
    const bytes = isPeeked ? peeked.subarray(position, end) : await source.read(position, length, { signal });
    position = end;
    watch(bytes);
    return { bytes, own: !isPeeked && source.fresh === true };
  };
  return {
    size,
    blockBytes,
    peek: async (length) => (peeked = await source.read(0, Math.min(length, size), { signal })),
    next: async (length) => {
      if (passed !== undefined) freeMemory(passed);
      const { bytes, own } = await read(length);
      passed = own ? bytes.buffer : undefined;
      return bytes;
    },
    take: async (length) => {
      const { bytes, own } = await read(length);
      return own ? bytes : new Uint8Array(bytes);
    },
  };
}

/** `size` bytes that come in blocks, each up to the next. Throws `corrupt` where they are fewer. */
export function streamBlocks(blocks: AsyncIterator<Uint8Array>, size: number, path: string): ByteStream {
  const blockBytes = 2 ** 16;
  let scratch = new Uint8Array(blockBytes);
  let peeked: Uint8Array = new Uint8Array(0);
  /** What is left of the last block. */
  let rest: Uint8Array = peeked;
  const nextBlock = async (): Promise<Uint8Array> => {
    const { done, value } = await blocks.next();
    if (done !== true) return value;
    throw new KerasProofError("corrupt", path, `found fewer than ${size} bytes, wanted as many`);
  };
  const fill = async (target: Uint8Array): Promise<Uint8Array> => {
    for (let filled = 0; filled < target.length;) {
      if (peeked.length === 0 && rest.length === 0) rest = await nextBlock();
      const from = peeked.length > 0 ? peeked : rest;
      const part = from.subarray(0, target.length - filled);
      target.set(part, filled);
      filled += part.length;
      if (from === peeked) peeked = peeked.subarray(part.length);
      else rest = rest.subarray(part.length);
    }
    return target;
  };
  return {
    size,
    blockBytes,
    peek: async (length) => {
      const bytes = await fill(new Uint8Array(Math.min(length, size)));
      peeked = bytes;
      return bytes;
    },
    next: (length) => {
      if (length > scratch.length) scratch = allocateBytes(length, path);
      return fill(scratch.subarray(0, length));
    },
    take: (length) => fill(allocateBytes(length, path)),
  };
}

/** Reads `count` elements of so many bytes one after the other, and hands them over block by block. */
export async function readElements(
  stream: ByteStream,
  elementBytes: number,
  count: number,
  use: (block: Uint8Array, first: number, length: number) => void,
): Promise<void> {
  const most = Math.max(1, Math.floor(stream.blockBytes / elementBytes));
  let done = 0;
  // Once also where there are none, so that a signal stops that, too.
  do {
    const length = Math.min(most, count - done);
    use(await stream.next(length * elementBytes), done, length);
    done += length;
  } while (done < count);
}
