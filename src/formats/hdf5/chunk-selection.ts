import { spend } from "../array-costs.js";
import type { StoredChunk, WantedChunks } from "./chunk-index/stored-chunk.js";
import type { ChunkedLayout } from "./data-layout.js";
import { countElements } from "./dataspace.js";
import type { Hyperslab } from "./hyperslab.js";
import { checkLimit, failStored, type ReadJob, type StoredDataset } from "./stored-dataset.js";

/**
 * The chunks of a dataset among which the wanted elements lie. `corrupt` where its chunks are of another rank, or of
 * other elements, or it is larger than it can become, `limit` where a chunk is longer than an array may be.
 */
export function selectChunks(
  dataset: StoredDataset,
  { chunkShape, elementBytes }: ChunkedLayout,
  { slab, way }: ReadJob,
): WantedChunks {
  /** Bytes that could be filled while a byte of the index is looked at. */
  const indexWork = 256;
  const { file, place, shape, maxShape = shape, filters } = dataset;
  const isTooLarge = maxShape.some((most, axis) => most < shape[axis]!);
  if (isTooLarge || chunkShape.length !== shape.length || elementBytes !== dataset.elementBytes) {
    const found = `chunks of the shape [${chunkShape.join(", ")}] with elements of ${elementBytes} bytes`;
    failStored(dataset, "corrupt", `found ${found}, wanted those of the dataset`);
  }
  const chunkBytes = countElements(chunkShape) * elementBytes;
  checkLimit(dataset, chunkBytes, file.limits.arrayBytes);
  return {
    file,
    look: (bytes) => spend(way.costs, indexWork * bytes),
    owner: dataset.header.address,
    place,
    chunkShape,
    elementBytes,
    filtered: filters.length > 0,
    chunkBytes,
    most: chunkShape.map((extent, axis) => Math.ceil(maxShape[axis]! / extent)),
    first: chunkShape.map((extent, axis) => Math.floor(slab.start[axis]! / extent)),
    last: chunkShape.map((extent, axis) =>
      Math.floor((slab.start[axis]! + (slab.count[axis]! - 1) * slab.step[axis]!) / extent),
    ),
  };
}

/** A stored chunk, and what of it is wanted. */
export interface SelectedChunk extends StoredChunk {
  /** The first wanted element in the chunk. */
  readonly source: readonly number[];
  /** The same one in the result. */
  readonly target: readonly number[];
  readonly count: readonly number[];
  /** The bytes of the wanted elements. */
  readonly length: number;
}

/** Selects the wanted elements within a chunk; undefined where the steps of the selection pass over it. */
export function selectWithin(
  { at, address, size, mask }: StoredChunk,
  { chunkShape, elementBytes }: WantedChunks,
  { start, count: most, step }: Hyperslab,
): SelectedChunk | undefined {
  // The chunk's first element, counted from the first wanted one.
  const from = at.map((number, axis) => number * chunkShape[axis]! - start[axis]!);
  const target = from.map((first, axis) => Math.max(0, Math.ceil(first / step[axis]!)));
  const count = from.map(
    (first, axis) => Math.min(most[axis]!, Math.ceil((first + chunkShape[axis]!) / step[axis]!)) - target[axis]!,
  );
  if (count.some((extent) => extent <= 0)) return undefined;
  const source = target.map((first, axis) => first * step[axis]! - from[axis]!);
  // Not `...chunk`: V8 would make a hidden class for each copy, because addresses are floating-point numbers to it.
  return { at, address, size, mask, source, target, count, length: countElements(count) * elementBytes };
}
