import { openChunkReader } from "./chunk-reader.js";
import { findChunkMemory } from "./chunk-memory.js";
import type { ChunkedLayout } from "./data-layout.js";
import type { ReadJob, StoredDataset } from "./stored-dataset.js";
import { selectChunks, selectWithin } from "./chunk-selection.js";
import { openChunkCosts } from "./chunk-costs.js";
import { allocateFilled } from "./allocate-filled.js";
import { openChunkCopier } from "./chunk-values.js";
import { readChunkIndex } from "./chunk-index/chunk-index.js";

/**
 * The wanted elements of an array that is stored in chunks. Only chunks that hold some of them are read, a few side by
 * side; chunks that are not stored leave the fill value. `corrupt` where chunks overlap in the file, `limit` where more
 * than `limits.arrayRatio` times the size of the file comes out of them.
 *
 * The way of a chunk: `chunk-index/` finds where it is stored, `chunk-selection.ts` says what of it is wanted,
 * `chunk-costs.ts` allows it, `chunk-reader.ts` reads it with its neighbours, and `chunk-values.ts` undoes its filters
 * and puts its elements where they belong.
 */
export async function readChunked(dataset: StoredDataset, layout: ChunkedLayout, job: ReadJob): Promise<Uint8Array> {
  const wanted = selectChunks(dataset, layout, job);
  const { chunkBytes } = wanted;
  const bytes = await allocateFilled(dataset, job);
  const memory = findChunkMemory(dataset);
  const count = openChunkCosts(dataset, job, chunkBytes);
  const copy = openChunkCopier(dataset, layout, job, memory, chunkBytes, bytes);
  const reader = openChunkReader(dataset.file, job.signal, memory, chunkBytes, copy);
  const readWanted = async (): Promise<void> => {
    for await (const chunks of readChunkIndex(wanted, layout)) {
      for (const chunk of chunks) {
        const selected = selectWithin(chunk, wanted, job.slab);
        if (selected === undefined) continue;
        count(selected);
        const started = reader.add(selected);
        if (started !== undefined) await started;
      }
    }
  };
  memory.count(job.length);
  try {
    // What is wrong with a chunk is told before what is wrong with the index behind it, whichever is found first.
    await readWanted().finally(() => reader.finish());
    return bytes;
  } finally {
    memory.count(-job.length);
  }
}
