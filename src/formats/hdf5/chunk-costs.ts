import { spend } from "../array-costs.js";
import type { SelectedChunk } from "./chunk-selection.js";
import { claim } from "./claims.js";
import { failStored, type ReadJob, type StoredDataset } from "./stored-dataset.js";

/**
 * Counts what chunks of a dataset, of `chunkBytes` before filters, take: called with each before it is read. `corrupt`
 * where they overlap in the file, `truncated` where one lies outside it, `limit` where they take more than `spend`
 * allows.
 */
export function openChunkCosts(
  dataset: StoredDataset,
  { way }: ReadJob,
  chunkBytes: number,
): (chunk: SelectedChunk) => void {
  /** Bytes that could be filled while a chunk is looked for and read. */
  const oneChunkWork = 2 ** 12;
  /** The same for a parameter of a filter. */
  const parameterWork = 64;
  const { file, header, place, filters } = dataset;
  // A filter beyond the usual two takes a chunk's bytes again. Szip, nbit and scaleoffset unpack numbers from bits, into
  // memory of their own: twice the time of others where the bits are those of the file, which are few, and 16 times
  // where another filter made many bits of few.
  const growing = filters.filter(({ id }) => id !== 2 && id !== 3).length;
  const unpacking = growing > 1 ? 16 : 4;
  const weight = filters.reduce((sum, { id }) => sum + (id > 3 && id < 7 ? unpacking : 1), -2);
  // A filter may look at all its parameters for each chunk.
  const perChunk = filters.reduce((sum, { parameters }) => sum + parameterWork * parameters.length, oneChunkWork);
  const chunkWork = chunkBytes * Math.max(1, weight) + perChunk;
  let stored = 0;
  // To look for the first one takes as long again as to read it.
  let counted = -oneChunkWork;
  return ({ address, size, length }) => {
    claim(file, address, size, header.address, place, true);
    stored += size;
    // What is wanted of chunks was counted with the values; one of them is in memory beside these.
    spend(way.costs, chunkWork - counted);
    counted = length;
    if (stored > file.end - file.base) {
      failStored(dataset, "corrupt", "found chunks that overlap, wanted each in a place of its own");
    }
  };
}
