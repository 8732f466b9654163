import { byteOffset, countUp } from "../strided-copy.js";
import { type ChunkGroups, orderChunks, type StoredChunk, type WantedChunks } from "./stored-chunk.js";
import type { ChunkedLayout } from "../data-layout.js";
import type { ChunkIndexKind } from "../hdf5-object.js";
import { readBTreeV1Index } from "./b-tree-v1-index.js";
import { readBTreeV2Index } from "./b-tree-v2-index.js";
import { readExtensibleArrayIndex } from "./extensible-array-index.js";
import { readFixedArrayIndex } from "./fixed-array-index.js";

type IndexReader = (wanted: WantedChunks, address: number, filtered: boolean, layout: ChunkedLayout) => ChunkGroups;

const indexReaders: Readonly<Record<ChunkIndexKind, IndexReader>> = {
  "b-tree-v1": readBTreeV1Index,
  single: readSingleChunk,
  implicit: readImplicitIndex,
  "fixed-array": readFixedArrayIndex,
  "extensible-array": readExtensibleArrayIndex,
  "b-tree-v2": readBTreeV2Index,
};

/**
 * The wanted chunks of a dataset that are stored (specification, III.A and VII); `filtered` where the dataset has
 * filters.
 */
export function readChunkIndex(
  wanted: WantedChunks,
  layout: ChunkedLayout,
  filtered: boolean,
): ChunkGroups | readonly never[] {
  const { index, address } = layout;
  return address === undefined ? [] : indexReaders[index](wanted, address, filtered, layout);
}

/** The only chunk of a dataset, which the layout itself describes (specification, VII.A). */
async function* readSingleChunk(
  { most, chunkBytes }: WantedChunks,
  address: number,
  _filtered: boolean,
  { single }: ChunkedLayout,
): ChunkGroups {
  yield [{ at: most.map(() => 0), address, ...(single ?? { size: chunkBytes, mask: 0 }) }];
}

/** The wanted chunks where all are stored one after the other, and nothing lists them (specification, VII.B). */
async function* readImplicitIndex(wanted: WantedChunks, start: number): ChunkGroups {
  /** The chunks of a group: to hand on each by itself would cost more than to find it. */
  const groupChunks = 64;
  const { chunkBytes, first, last } = wanted;
  const { strides } = orderChunks(wanted, 0);
  const index = first.map(() => 0);
  const chunks: StoredChunk[] = [];
  do {
    wanted.look(1);
    const at = first.map((number, axis) => number + index[axis]!);
    const address = start + byteOffset(at, strides) * chunkBytes;
    if (chunks.push({ at, address, size: chunkBytes, mask: 0 }) === groupChunks) yield chunks.splice(0);
  } while (countUp(index, (axis) => last[axis]! - first[axis]! + 1));
  yield chunks;
}
