import type { Cursor } from "../cursor.js";
import { compareChecksum, expectLastChecksum, lookup3 } from "./checksum.js";
import { type DoublingTable, rowsOf } from "./doubling-table.js";
import { type FilteredHeap, type FilteredSize, openPlain, readFilteredSize } from "./fractal-heap-filters.js";
import { bytesFor, readAddress, readUnsigned } from "./number-widths.js";
import { checksumBytes, expectSignature, expectVersion } from "./structure-frame.js";

/** The blocks of a heap, to whose header they lead back, and what its objects may be. */
interface ManagedHeap extends FilteredHeap, DoublingTable {
  /** Whether direct blocks have a checksum; indirect ones always have. */
  readonly checksummed: boolean;
  readonly maxManagedBytes: number;
}

/**
 * Reads objects from the blocks of a heap (specification, III.G, "Fractal Heap Direct Block" and "Fractal Heap Indirect
 * Block") by the rest of an ID: an offset in the heap's space and a length.
 */
export function openManagedObjects(heap: ManagedHeap): (id: Cursor) => Cursor {
  const { file, owner } = heap;
  const lengthBytes = Math.min(Math.ceil(Math.log2(heap.maxDirectBytes) / 8), bytesFor(heap.maxManagedBytes));
  const prefixBytes = 5 + file.widths.offsets + heap.offsetBytes;
  // An indirect block has an address for each block; behind that of a filtered direct block stand its size and mask.
  const directBytes = file.widths.offsets + (heap.filters === undefined ? 0 : file.widths.lengths + 4);
  const directRows = Math.log2(heap.maxDirectBytes / heap.startBytes) + 2;
  const entriesBefore = (row: number): number =>
    heap.width * (Math.min(row, directRows) * directBytes + Math.max(row - directRows, 0) * file.widths.offsets);
  /** The blocks met, verified, by their address. */
  const known = new Map<number, Cursor>();
  const openBlock = (signature: string, address: number, length: number, filtered?: FilteredSize): Cursor => {
    const met = known.get(address);
    if (met !== undefined) return met;
    const block = openPlain(heap, address, length, filtered);
    expectSignature(block, signature);
    expectVersion(block, [0], "a block of a fractal heap");
    if (readAddress(block, file.widths) !== owner) block.fail("corrupt", "found a block of another fractal heap");
    if (signature === "FHIB") expectLastChecksum(block);
    else if (heap.checksummed) expectBlockChecksum(block, prefixBytes);
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

/** Verifies a block's checksum, which is that of all its bytes with zeros in the checksum's place. */
function expectBlockChecksum(block: Cursor, checksumAt: number): void {
  block.seek(0);
  const bytes = new Uint8Array(block.bytes(block.length));
  bytes.fill(0, checksumAt, checksumAt + checksumBytes);
  block.seek(checksumAt);
  compareChecksum(block, lookup3(bytes));
}
