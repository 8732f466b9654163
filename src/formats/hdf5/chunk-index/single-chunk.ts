import type { ChunkedLayout } from "../data-layout.js";
import type { ChunkGroups, WantedChunks } from "./stored-chunk.js";

/** The only chunk of a dataset, which the layout itself describes (specification, VII.A). */
export async function* readSingleChunk(
  { most, chunkBytes }: WantedChunks,
  address: number,
  { single }: ChunkedLayout,
): ChunkGroups {
  yield [{ at: most.map(() => 0), address, ...(single ?? { size: chunkBytes, mask: 0 }) }];
}
