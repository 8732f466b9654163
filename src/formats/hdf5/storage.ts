import { claim } from "./claims.js";
import { countElements } from "./dataspace.js";
import type { Hdf5ReadOptions } from "./hdf5-object.js";
import { type Hyperslab, isWhole } from "./hyperslab.js";
import { rareParts } from "./on-demand.js";
import { checkLimit, failStored, type StoredBytes, type StoredDataset, type VirtualWay } from "./stored-dataset.js";

/**
 * The stored bytes of the wanted elements of a dataset; those that were never written have the fill value. `limit`
 * where they are more than a caller allows, `corrupt` where the storage is too small for the shape, `truncated` where
 * it lies outside the file.
 */
export async function readStorage(
  dataset: StoredDataset,
  slab: Hyperslab,
  { signal, onProgress }: Hdf5ReadOptions,
  way: VirtualWay,
): Promise<StoredBytes> {
  const smallValues = 2 ** 16;
  const { file, place, layout, shape, elementBytes } = dataset;
  const total = countElements(slab.count) * elementBytes;
  checkLimit(dataset, total, file.limits.arrayBytes);
  if (total === 0) return { bytes: new Uint8Array(0), fresh: true };
  checkStored(dataset);
  if (onProgress === undefined && isWhole(slab, shape)) {
    if (layout.kind === "compact") return { bytes: layout.bytes.subarray(0, total), fresh: false };
    if (layout.kind === "contiguous" && layout.address !== undefined) {
      const start = file.base + layout.address;
      claim(file, layout.address, total, dataset.header.address, place);
      // Small values may have come with what describes them.
      const bytes = total <= smallValues ? file.pages.known(start, total) : undefined;
      return bytes === undefined ? file.planner.read(start, total, signal) : { bytes, fresh: false };
    }
  }
  let done = 0;
  const report = (bytes: number): void => {
    done += bytes;
    onProgress!({ done, total });
  };
  const job = { slab, length: total, signal, report: onProgress && report, way };
  const { readRareStorage } = await file.pages.run(rareParts);
  const stored = await readRareStorage(dataset, job, readStorage);
  if (done < total) job.report?.(total - done);
  return stored;
}

/** Throws `corrupt` where fewer bytes are stored in one piece than the shape takes. */
function checkStored(dataset: StoredDataset): void {
  const { layout, shape, elementBytes } = dataset;
  const isWritten = layout.kind === "contiguous" && layout.address !== undefined;
  const bytes = layout.kind === "compact" ? layout.bytes.length : isWritten ? layout.size : undefined;
  const wanted = countElements(shape) * elementBytes;
  if (bytes === undefined || bytes >= wanted) return;
  failStored(dataset, "corrupt", `found ${bytes} stored bytes, wanted ${wanted} for the shape [${shape.join(", ")}]`);
}
