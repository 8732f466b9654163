import type { Cursor } from "../cursor.js";
import { expectVersion, type NumberWidths, readAddress, readLength, readUnsigned } from "./file-access.js";
import type { ChunkIndexKind } from "./hdf5-object.js";

/** Where the values of a dataset lie. */
export type DataLayout = CompactLayout | ContiguousLayout | ChunkedLayout | VirtualLayout;

/** Within the object header. */
export interface CompactLayout {
  readonly kind: "compact";
  readonly bytes: Uint8Array;
  /** The byte of the source where they begin. */
  readonly offset: number;
}

/** In one stretch. */
export interface ContiguousLayout {
  readonly kind: "contiguous";
  /** Undefined where nothing was ever written. */
  readonly address: number | undefined;
  /** Undefined in old files, where the shape alone says it. */
  readonly size: number | undefined;
}

/** In boxes of equal extents, each stored on its own, which an index finds. */
export interface ChunkedLayout {
  readonly kind: "chunked";
  readonly index: ChunkIndexKind;
  /** That of the index, or of the chunks themselves; undefined where nothing was ever written. */
  readonly address: number | undefined;
  /** In elements, one extent for each axis, each at least 1. */
  readonly chunkShape: readonly number[];
  readonly elementBytes: number;
  /** Whether chunks that reach over the end of the dataset skip the filters. */
  readonly plainEdges: boolean;
  /** Of the index `single`, where its chunk went through filters. */
  readonly single: { readonly size: number; readonly mask: number } | undefined;
}

/** In parts of other datasets, which an object of the global heap lists. */
export interface VirtualLayout {
  readonly kind: "virtual";
  /** Of the collection of the global heap; undefined where nothing is listed. */
  readonly address: number | undefined;
  /** Of the object in it. */
  readonly index: number;
}

/** The chunk indexes by their numbers in the file; the first has none there. */
const chunkIndexes: readonly ChunkIndexKind[] = [
  "b-tree-v1",
  "single",
  "implicit",
  "fixed-array",
  "extensible-array",
  "b-tree-v2",
];

/** The bytes of parameters that the indexes repeat in their own headers, or that only writers need. */
const parameterBytes: Readonly<Partial<Record<ChunkIndexKind, number>>> = {
  "fixed-array": 1,
  "extensible-array": 5,
  "b-tree-v2": 6,
};

const plainEdgesFlag = 0x01;
const filteredSingleFlag = 0x02;

/** Reads a Data Layout message (specification, IV.A.2.i): versions 1 and 2 of HDF5 up to 1.6.2, and 3 to 5. */
export function readDataLayout(cursor: Cursor, widths: NumberWidths): DataLayout {
  const version = expectVersion(cursor, [1, 2, 3, 4, 5], "a data layout");
  const rank = version < 3 ? cursor.uint8() : 0;
  const layoutClass = cursor.uint8();
  if (version < 3) cursor.skip(5);
  switch (layoutClass) {
    case 0: {
      if (version < 3) cursor.skip(4 * rank);
      const size = version < 3 ? cursor.uint32() : cursor.uint16();
      return { kind: "compact", offset: cursor.base + cursor.position, bytes: cursor.bytes(size) };
    }
    case 1:
      return {
        kind: "contiguous",
        address: readAddress(cursor, widths),
        size: version < 3 ? undefined : readLength(cursor, widths),
      };
    case 2:
      if (version > 3) return readIndexedChunks(cursor, widths);
      return readOldChunks(cursor, widths, version < 3 ? rank : cursor.uint8());
    case 3:
      if (version > 3) return { kind: "virtual", address: readAddress(cursor, widths), index: cursor.uint32() };
      break;
    default:
      break;
  }
  return cursor.fail("corrupt", `found the layout class ${layoutClass}, wanted 0 to 3`);
}

/** Versions 1 to 3, whose chunks a version 1 B-tree finds. */
function readOldChunks(cursor: Cursor, widths: NumberWidths, rank: number): ChunkedLayout {
  const address = readAddress(cursor, widths);
  const extents = readExtents(cursor, rank, 4);
  return { kind: "chunked", index: "b-tree-v1", address, ...extents, plainEdges: false, single: undefined };
}

/** Versions 4 and 5. They differ in the index alone, whose elements tell their own widths. */
function readIndexedChunks(cursor: Cursor, widths: NumberWidths): ChunkedLayout {
  const flags = cursor.uint8();
  const rank = cursor.uint8();
  const extents = readExtents(cursor, rank, cursor.uint8());
  const number = cursor.uint8();
  const index = number === 0 ? undefined : chunkIndexes[number];
  if (index === undefined) return cursor.fail("corrupt", `found the chunk index ${number}, wanted 1 to 5`);
  const filtered = index === "single" && (flags & filteredSingleFlag) !== 0;
  const single = filtered ? { size: readLength(cursor, widths), mask: cursor.uint32() } : undefined;
  cursor.skip(parameterBytes[index] ?? 0);
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
  const extents: number[] = [];
  for (let axis = 0; axis < rank; axis++) extents.push(readUnsigned(cursor, width));
  if (extents.includes(0)) cursor.fail("corrupt", "found a chunk without elements, wanted extents of at least 1");
  const elementBytes = extents.pop()!;
  return { chunkShape: extents, elementBytes };
}
