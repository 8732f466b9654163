import type { Cursor } from "../../cursor.js";
import { expectLastChecksum } from "../checksum.js";
import { claim } from "../claims.js";
import { openAt } from "../file-cursor.js";
import { readAddress, readUnsigned } from "../number-widths.js";
import { checksumBytes, expectSignature, expectVersion } from "../structure-frame.js";
import { type ChunkGroups, isWanted, type StoredChunk, type WantedChunks } from "./stored-chunk.js";
import type { ChunkOrder } from "./chunk-order.js";

/**
 * A fixed or extensible array (specification, VII.C and VII.D) that tells of each chunk where it is stored, in the
 * order of the chunks.
 */
export interface ChunkArray {
  readonly wanted: WantedChunks;
  readonly order: ChunkOrder;
  /** The address of the header, which each block repeats. */
  readonly address: number;
  readonly elementBytes: number;
}

/** A block of the elements of `count` chunks from the one of the number `first` on. */
export interface DataBlock {
  readonly signature: string;
  /** Undefined where no chunk of the block is stored. */
  readonly address: number | undefined;
  readonly first: number;
  readonly count: number;
  /** The bytes of the block between what blocks have in common and the elements. */
  readonly before: number;
  /** The elements of a page. A block of more is divided into pages, each with a checksum of its own. */
  readonly pageElements: number;
  /** Whether a page was written, by a bit for each, the highest of a byte first; `before` are those bytes. */
  readonly isWritten: (page: number, before: Uint8Array) => boolean;
}

/** Signature, version and client. */
const prefixBytes = 6;

/** The stretch at an address, claimed and verified by the checksum at its end, with the cursor at its beginning. */
function openVerified(wanted: WantedChunks, address: number, length: number): Cursor {
  const { file, owner, place } = wanted;
  claim(file, address, length + checksumBytes, owner, place);
  const cursor = openAt(file, address, length + checksumBytes, place);
  wanted.look(length);
  expectLastChecksum(cursor);
  return cursor;
}

/**
 * Opens the header of an array, with `bytes` after what headers have in common: signature, version, client, size of an
 * element. The cursor stands behind these.
 */
export function openArray(
  wanted: WantedChunks,
  address: number,
  signature: string,
  bytes: number,
  order: ChunkOrder,
): ChunkArray & { readonly header: Cursor } {
  const header = openVerified(wanted, address, prefixBytes + 1 + bytes);
  expectClient(header, signature, wanted);
  const elementBytes = header.uint8();
  const { offsets } = wanted.file.widths;
  const sizeWidth = elementBytes - offsets - 4;
  if (wanted.filtered ? sizeWidth < 1 || sizeWidth > 8 : elementBytes !== offsets) {
    header.fail("corrupt", `found array elements of ${elementBytes} bytes, wanted an address in each`);
  }
  return { wanted, order, address, elementBytes, header };
}

/** The number of elements in a page, from the power of 2 at the cursor of a header. */
export function readPageElements(header: Cursor): number {
  /** The largest power of 2 of elements in a page that is plausible. */
  const largestPageBits = 32;
  const bits = header.uint8();
  if (bits > largestPageBits) header.fail("corrupt", `found array pages of 2^${bits} elements`);
  return 2 ** bits;
}

/** Opens a block of an array with `bytes` after the address of the header, verified; the cursor stands there. */
export function openBlock(array: ChunkArray, address: number, signature: string, bytes: number): Cursor {
  const { wanted } = array;
  const { offsets } = wanted.file.widths;
  const block = openVerified(wanted, address, prefixBytes + offsets + bytes);
  expectClient(block, signature, wanted);
  const header = readAddress(block, wanted.file.widths);
  if (header === array.address) return block;
  return block.fail("corrupt", `found a block of the array at ${header}, wanted one of that at ${array.address}`);
}

/** The wanted chunks among `count` elements at the cursor, the first of which is that of the chunk `number`. */
export function readElements(array: ChunkArray, cursor: Cursor, number: number, count: number): StoredChunk[] {
  const { wanted, order, elementBytes } = array;
  const { filtered, chunkBytes } = wanted;
  const { widths } = wanted.file;
  const chunks: StoredChunk[] = [];
  for (let i = 0; i < count; i++) {
    const address = readAddress(cursor, widths);
    const size = filtered ? readUnsigned(cursor, elementBytes - widths.offsets - 4) : chunkBytes;
    const mask = filtered ? cursor.uint32() : 0;
    const at = order.locate(number + i);
    if (address !== undefined && isWanted(wanted, at)) chunks.push({ at, address, size, mask });
  }
  return chunks;
}

/** The wanted chunks of a block. Pages without anything wanted are not read. */
export async function* readDataBlock(array: ChunkArray, block: DataBlock): ChunkGroups {
  const { wanted, elementBytes } = array;
  const { pages, widths } = wanted.file;
  const { signature, address, first, count, before, pageElements, isWritten } = block;
  if (address === undefined || !reachesWanted(array, first, count)) return;
  const paged = count > pageElements;
  const cursor = await pages.run(() =>
    openBlock(array, address, signature, before + (paged ? 0 : count * elementBytes)),
  );
  const start = cursor.bytes(before);
  if (!paged) {
    yield readElements(array, cursor, first, count);
    return;
  }
  let page = address + prefixBytes + widths.offsets + before + checksumBytes;
  for (let done = 0; done < count; done += pageElements) {
    const elements = Math.min(pageElements, count - done);
    const bytes = elements * elementBytes;
    const at = page;
    if (isWritten(done / pageElements, start) && reachesWanted(array, first + done, elements)) {
      yield readElements(array, await pages.run(() => openVerified(wanted, at, bytes)), first + done, elements);
    }
    page += bytes + checksumBytes;
  }
}

/** True where a number of chunks from `number` on holds one that may be wanted. */
export function reachesWanted({ order }: ChunkArray, number: number, count: number): boolean {
  return number <= order.high && number + count > order.low;
}

/** A bit of a map whose first one is the highest bit of the first byte. */
export function isMarked(bit: number, map: Uint8Array): boolean {
  return (map[Math.floor(bit / 8)]! & (0x80 >> (bit % 8))) !== 0;
}

/** Reads what the header and each block begin with: signature, version and client, which says what the elements are. */
function expectClient(cursor: Cursor, signature: string, { filtered }: WantedChunks): void {
  expectSignature(cursor, signature);
  expectVersion(cursor, [0], "a chunk index");
  const client = cursor.uint8();
  const wanted = filtered ? 1 : 0;
  if (client !== wanted) cursor.fail("corrupt", `found a chunk index of client ${client}, wanted ${wanted}`);
}
