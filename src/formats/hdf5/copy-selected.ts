import type { ReadJob, StoredDataset } from "./stored-dataset.js";
import { byteOffset, byteStrides, copyStrided } from "./strided-copy.js";

/** Copies the wanted elements out of memory in which the whole array begins at `offset`. */
export function copySelected(
  dataset: StoredDataset,
  { slab, length }: ReadJob,
  from: Uint8Array,
  offset: number,
): Uint8Array {
  const { shape, elementBytes } = dataset;
  const strides = byteStrides(shape, elementBytes);
  const bytes = new Uint8Array(length);
  copyStrided(
    {
      bytes: from,
      offset: offset + byteOffset(slab.start, strides),
      strides: strides.map((stride, axis) => stride * slab.step[axis]!),
    },
    { bytes, offset: 0, strides: byteStrides(slab.count, elementBytes) },
    slab.count,
    elementBytes,
  );
  return bytes;
}
