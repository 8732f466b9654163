import { checkInFile } from "../file-access.js";
import { type ChunkGroups, isWanted, orderChunks, type StoredChunk, type WantedChunks } from "./stored-chunk.js";

/** The wanted chunks where all of them are stored one after the other, and nothing lists them (specification, VII.B). */
export async function* readImplicitIndex(wanted: WantedChunks, address: number): ChunkGroups {
  /** Chunks that are handed out together. */
  const groupSize = 1024;
  const { file, place, chunkBytes } = wanted;
  const order = orderChunks(wanted, 0);
  const { low, high } = order;
  checkInFile(file, file.base + address, (high + 1) * chunkBytes, place);
  for (let number = low; number <= high; number += groupSize) {
    const chunks: StoredChunk[] = [];
    for (let i = number; i <= Math.min(high, number + groupSize - 1); i++) {
      const at = order.locate(i);
      if (isWanted(wanted, at)) chunks.push({ at, address: address + i * chunkBytes, size: chunkBytes, mask: 0 });
    }
    yield chunks;
  }
}
