import { byteOffset, countUp } from "../strided-copy.js";
import type { ChunkGroups, StoredChunk, WantedChunks } from "./stored-chunk.js";
import { orderChunks } from "./chunk-order.js";

/** The wanted chunks where all are stored one after the other, and nothing lists them (specification, VII.B). */
export async function* readImplicitIndex(wanted: WantedChunks, start: number): ChunkGroups {
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
