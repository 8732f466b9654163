import type { ChunkedLayout } from "../data-layout.js";
import { readBTreeV1Index } from "./b-tree-v1-index.js";
import { readBTreeV2Index } from "./b-tree-v2-index.js";
import { readFixedArrayIndex } from "./fixed-array-index.js";
import { readImplicitIndex } from "./implicit-index.js";
import type { ChunkIndexKind } from "../hdf5-object.js";
import { readExtensibleArrayIndex } from "./extensible-array-index.js";
import { readSingleChunk } from "./single-chunk.js";
import type { ChunkGroups, WantedChunks } from "./stored-chunk.js";

type IndexReader = (wanted: WantedChunks, address: number, layout: ChunkedLayout) => ChunkGroups;

const indexReaders: Readonly<Record<ChunkIndexKind, IndexReader>> = {
  "b-tree-v1": readBTreeV1Index,
  single: readSingleChunk,
  implicit: readImplicitIndex,
  "fixed-array": readFixedArrayIndex,
  "extensible-array": readExtensibleArrayIndex,
  "b-tree-v2": readBTreeV2Index,
};

/**
 * The wanted chunks of a dataset that are stored, by the index that its layout names (specification, III.A.1 and VII).
 */
export function readChunkIndex(wanted: WantedChunks, layout: ChunkedLayout): ChunkGroups | readonly never[] {
  const { index, address } = layout;
  return address === undefined ? [] : indexReaders[index](wanted, address, layout);
}
