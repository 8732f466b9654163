import type { Cursor } from "../cursor.js";
import type { ChunkedLayout } from "./data-layout.js";
import type { ChunkIndexKind } from "./hdf5-object.js";
import { type NumberWidths, readAddress, readLength, readUnsigned } from "./number-widths.js";

/** The chunk indexes by their numbers in the file; the first has none there. */
const chunkIndexes: readonly ChunkIndexKind[] = [
  "b-tree-v1",
  "single",
  "implicit",
  "fixed-array",
  "extensible-array",
  "b-tree-v2",
];

/**
 * Reads the properties of class 2 of a Data Layout message (specification, IV.A.2.i); versions 1 and 2 have told the
 * rank before.
 */
export function readChunkedLayout(
  cursor: Cursor,
  widths: NumberWidths,
  version: number,
  oldRank: number,
): ChunkedLayout {
  if (version > 3) return readIndexedChunks(cursor, widths);
  const rank = version < 3 ? oldRank : cursor.uint8();
  const address = readAddress(cursor, widths);
  const extents = readExtents(cursor, rank, 4);
  return { kind: "chunked", index: "b-tree-v1", address, ...extents, plainEdges: false, single: undefined };
}

/** Versions 4 and 5. They differ in the index alone, whose elements tell their own widths. */
function readIndexedChunks(cursor: Cursor, widths: NumberWidths): ChunkedLayout {
  const plainEdgesFlag = 0x01;
  const filteredSingleFlag = 0x02;
  const flags = cursor.uint8();
  const rank = cursor.uint8();
  const extents = readExtents(cursor, rank, cursor.uint8());
  const number = cursor.uint8();
  const index = number === 0 ? undefined : chunkIndexes[number];
  if (index === undefined) return cursor.fail("corrupt", `found the chunk index ${number}, wanted 1 to 5`);
  const filtered = index === "single" && (flags & filteredSingleFlag) !== 0;
  const single = filtered ? { size: readLength(cursor, widths), mask: cursor.uint32() } : undefined;
  // Parameters that the indexes repeat in their own headers, or that only writers need.
  cursor.skip([0, 0, 0, 1, 5, 6][number]!);
  const address = readAddress(cursor, widths);
  return { kind: "chunked", index, address, ...extents, plainEdges: (flags & plainEdgesFlag) !== 0, single };
}

/** The extents of a chunk; the last one stored is the size of an element. */
function readExtents(
  cursor: Cursor,
  rank: number,
  width: number,
): { readonly chunkShape: readonly number[]; readonly elementBytes: number } {
  if (rank < 2 || rank > 33 || width < 1 || width > 8) {
    cursor.fail("corrupt", `found chunks of rank ${rank} with extents of ${width} bytes, wanted 2 to 33 of 1 to 8`);
  }
  const extents = Array.from({ length: rank }, () => readUnsigned(cursor, width));
  if (extents.includes(0)) cursor.fail("corrupt", "found a chunk without elements, wanted extents of at least 1");
  const elementBytes = extents.pop()!;
  return { chunkShape: extents, elementBytes };
}
