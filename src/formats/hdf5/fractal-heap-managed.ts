import type { Cursor } from "../cursor.js";
import { claim } from "./claims.js";
import { compareChecksum, expectChecksum, lookup3 } from "./checksum.js";
import {
  bytesFor,
  checksumBytes,
  expectSignature,
  expectVersion,
  type FileAccess,
  type NumberWidths,
  openAt,
  readAddress,
  readLength,
  readUnsigned,
} from "./file-access.js";
import { type FilteredSize, type HeapFilters, openFiltered, readFilteredSize } from "./fractal-heap-filters.js";

/**
 * How the space of a heap is divided into blocks (specification, III.G, "doubling table"): rows of `width` blocks, the
 * first two of blocks of `startBytes`, each further one of blocks twice as large.
 */
export interface DoublingTable {
  readonly width: number;
  readonly startBytes: number;
  /** The size of the largest blocks that hold objects; larger ones are divided in turn. */
  readonly maxDirectBytes: number;
  /** The width of an offset within the heap's space. */
  readonly offsetBytes: number;
  readonly rootAddress: number | undefined;
  /** The rows of the root block; 0 where it holds objects itself. */
  readonly rootRows: number;
}

/** Reads the part of a heap's header that describes its blocks. */
export function readDoublingTable(header: Cursor, widths: NumberWidths): DoublingTable {
  const width = header.uint16();
  const startBytes = readLength(header, widths);
  const maxDirectBytes = readLength(header, widths);
  const offsetBytes = Math.ceil(header.uint16() / 8);
  // The rows that a root block starts with.
  header.skip(2);
  const rootAddress = readAddress(header, widths);
  const rootRows = header.uint16();
  if (![width, startBytes, maxDirectBytes].every(isPowerOf2) || maxDirectBytes < startBytes || offsetBytes > 8) {
    const found = `${width} blocks of ${startBytes} to ${maxDirectBytes} bytes`;
    header.fail("corrupt", `found rows of ${found}, wanted powers of 2`);
  }
  return { width, startBytes, maxDirectBytes, offsetBytes, rootAddress, rootRows };
}

/** The blocks of a heap and what its objects may be. */
interface ManagedHeap extends DoublingTable {
  /** That of the heap's header, which its blocks repeat. */
  readonly address: number;
  /** Whether blocks that hold objects have a checksum. */
  readonly checksummed: boolean;
  readonly maxManagedBytes: number;
  readonly filters: HeapFilters | undefined;
}

/** Reads objects from the blocks of a heap by the rest of an ID: an offset in the heap's space and a length. */
export function openManagedObjects(file: FileAccess, heap: ManagedHeap, place: string): (id: Cursor) => Cursor {
  const lengthBytes = Math.min(Math.ceil(Math.log2(heap.maxDirectBytes) / 8), bytesFor(heap.maxManagedBytes));
  const prefixBytes = 5 + file.widths.offsets + heap.offsetBytes;
  // An address in a block of blocks; behind that of a filtered block that holds objects stand its size and its mask.
  const directBytes = file.widths.offsets + (heap.filters === undefined ? 0 : file.widths.lengths + 4);
  const directRows = Math.log2(heap.maxDirectBytes / heap.startBytes) + 2;
  const entriesBefore = (row: number): number =>
    heap.width * (Math.min(row, directRows) * directBytes + Math.max(row - directRows, 0) * file.widths.offsets);
  /** The blocks met, verified, by their address. */
  const known = new Map<number, Cursor>();
  const openBlock = (signature: string, address: number, length: number, filtered?: FilteredSize): Cursor => {
    const met = known.get(address);
    if (met !== undefined) return met;
    claim(file, address, filtered?.storedBytes ?? length, heap.address, place);
    const block =
      filtered === undefined || heap.filters === undefined
        ? openAt(file, address, length, place)
        : openFiltered(file, address, length, filtered, heap.filters, place);
    expectSignature(block, signature);
    expectVersion(block, [0], "a block of a fractal heap");
    if (readAddress(block, file.widths) !== heap.address)
      block.fail("corrupt", "found a block of another fractal heap");
    if (signature === "FHDB") {
      if (heap.checksummed) expectBlockChecksum(block, prefixBytes);
    } else {
      block.seek(length - checksumBytes);
      expectChecksum(block);
    }
    known.set(address, block);
    return block;
  };
  return (id) => {
    const target = readUnsigned(id, heap.offsetBytes);
    const length = readUnsigned(id, lengthBytes);
    const missing = (): never =>
      id.fail("corrupt", `found an object at byte ${target} of a heap without a block there`);
    let address = heap.rootAddress ?? missing();
    let size = heap.startBytes;
    let offset = 0;
    let filtered = heap.filters?.root;
    // Down from the root to the block that holds the object; each block on the way is smaller than the one before.
    for (let rows = heap.rootRows; rows > 0; rows = size > heap.maxDirectBytes ? rowsOf(heap, size) : 0) {
      const blockBytes = prefixBytes + entriesBefore(rows) + checksumBytes;
      const block = openBlock("FHIB", address, blockBytes);
      let row = 0;
      for (size = heap.startBytes; target >= offset + heap.width * size; row++) {
        offset += heap.width * size;
        if (row > 0) size *= 2;
        if (row >= rows) missing();
      }
      if (row >= rows) missing();
      const column = Math.floor((target - offset) / size);
      offset += column * size;
      const isDirect = size <= heap.maxDirectBytes;
      block.seek(prefixBytes + entriesBefore(row) + column * (isDirect ? directBytes : file.widths.offsets));
      address = readAddress(block, file.widths) ?? missing();
      if (isDirect && heap.filters !== undefined) filtered = readFilteredSize(file, block);
    }
    if (size > heap.maxDirectBytes) missing();
    const block = openBlock("FHDB", address, size, filtered);
    block.seek(target - offset);
    return block.window(length);
  };
}

/** The rows of a block of blocks that stands for `size` bytes; below 1 where it could hold none. */
function rowsOf(heap: DoublingTable, size: number): number {
  return Math.log2(size / (heap.width * heap.startBytes)) + 1;
}

/** Verifies a block's checksum, which is that of all its bytes with zeros in the checksum's place. */
function expectBlockChecksum(block: Cursor, checksumAt: number): void {
  block.seek(0);
  const bytes = new Uint8Array(block.bytes(block.length));
  bytes.fill(0, checksumAt, checksumAt + checksumBytes);
  block.seek(checksumAt);
  compareChecksum(block, lookup3(bytes));
}

function isPowerOf2(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}
