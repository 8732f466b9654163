import type { ChunkMemory } from "./chunk-memory.js";
import type { SelectedChunk } from "./chunk-selection.js";
import type { ChunkedLayout } from "./data-layout.js";
import { type FilterPipeline, undoFilters } from "./filters/undo-filters.js";
import type { ReadJob, StoredDataset } from "./stored-dataset.js";
import { byteOffset, byteStrides, copyStrided } from "./strided-copy.js";

/**
 * Works on a chunk whose stored bytes are there: undoes its filters and puts the wanted elements where they belong. A
 * promise only where a filter must wait.
 */
export type ChunkCopier = (chunk: SelectedChunk, stored: Uint8Array) => Promise<void> | undefined;

/** Copies chunks, of `chunkBytes` before filters, to `bytes`: memory for the wanted elements in C order. */
export function openChunkCopier(
  { file, place, shape, filters, elementBytes }: StoredDataset,
  { chunkShape, plainEdges }: ChunkedLayout,
  { slab, report }: ReadJob,
  memory: ChunkMemory,
  chunkBytes: number,
  bytes: Uint8Array<ArrayBuffer>,
): ChunkCopier {
  const chunkStrides = byteStrides(chunkShape, elementBytes);
  const sourceStrides = chunkStrides.map((stride, axis) => stride * slab.step[axis]!);
  const targetStrides = byteStrides(slab.count, elementBytes);
  const pipeline: FilterPipeline = { filters, size: chunkBytes, registered: file.filters, place };
  const noPipeline: FilterPipeline = { ...pipeline, filters: [] };
  return ({ at, address, mask, source, target, count, length }, stored) => {
    const isPlain = plainEdges && at.some((number, axis) => (number + 1) * chunkShape[axis]! > shape[axis]!);
    const scratch = memory.lend(stored.length + chunkBytes);
    const start = byteOffset(target, targetStrides);
    const isInOnePiece = count.every(
      (extent, i) => extent === chunkShape[i] && (extent === 1 || targetStrides[i] === chunkStrides[i]),
    );
    // The last filter may write there at once.
    const piece = isInOnePiece ? bytes.subarray(start, start + chunkBytes) : undefined;
    const copy = (values: Uint8Array): undefined => {
      if (values !== piece) {
        copyStrided(
          { bytes: values, offset: byteOffset(source, chunkStrides), strides: sourceStrides },
          { bytes, offset: start, strides: targetStrides },
          count,
          elementBytes,
        );
      }
      scratch?.release();
      report?.(length);
    };
    const chunk = { stored, mask, offset: file.base + address };
    const values = undoFilters(chunk, isPlain ? noPipeline : pipeline, scratch, piece);
    return values instanceof Promise ? values.then(copy) : copy(values);
  };
}
