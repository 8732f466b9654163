import { countElements } from "./dataspace.js";
import { checkInFile } from "./file-access.js";
import { isWhole, type Hyperslab } from "./hyperslab.js";
import type { Hdf5ReadOptions } from "./hdf5-object.js";
import { checkLimit, failStored, type ReadJob, type StoredDataset, type VirtualWay } from "./stored-dataset.js";
import type { StoredBytes } from "./values/stored-bytes.js";

/**
 * The stored bytes of the wanted elements of a dataset; those that were never written have the fill value. `limit` where
 * they are more than a caller allows, `corrupt` where the storage is too small for the shape, `truncated` where it lies
 * outside the file.
 */
export async function readStorage(
  dataset: StoredDataset,
  slab: Hyperslab,
  { signal, onProgress }: Hdf5ReadOptions,
  way: VirtualWay = { depth: 0, work: { bytes: 0 } },
): Promise<StoredBytes> {
  const total = countElements(slab.count) * dataset.elementBytes;
  checkLimit(dataset, total, dataset.file.limits.arrayBytes);
  if (total === 0) return { bytes: new Uint8Array(0), fresh: true };
  let done = 0;
  const report = (bytes: number): void => {
    done += bytes;
    onProgress!({ done, total });
  };
  const job = { slab, length: total, signal, report: onProgress && report, way };
  const stored = await readLayout(dataset, job);
  if (done < total) job.report?.(total - done);
  return stored;
}

/** Values up to this many bytes may have come with what describes them. */
const smallValues = 2 ** 16;

/** All stored bytes of a small dataset, as `readStorage` gives them, where they are in memory already. */
export function findKnown(dataset: StoredDataset, slab: Hyperslab): StoredBytes | undefined {
  const { layout, shape, elementBytes, file } = dataset;
  if (layout.kind !== "contiguous" || layout.address === undefined) return undefined;
  const whole = countElements(shape) * elementBytes;
  if (whole === 0 || whole > smallValues || !isWhole(slab, shape)) return undefined;
  checkLimit(dataset, whole, file.limits.arrayBytes);
  checkStored(dataset, layout.size ?? whole, whole);
  const start = file.base + layout.address;
  checkInFile(file, start, whole, dataset.place);
  const bytes = file.pages.known(start, whole);
  return bytes && { bytes, fresh: false };
}

async function readLayout(dataset: StoredDataset, job: ReadJob): Promise<StoredBytes> {
  const { layout, shape, elementBytes, file } = dataset;
  const whole = countElements(shape) * elementBytes;
  switch (layout.kind) {
    case "compact":
      checkStored(dataset, layout.bytes.length, whole);
      if (isWhole(job.slab, shape)) return { bytes: layout.bytes.subarray(0, whole), fresh: false };
      break;
    case "contiguous": {
      if (layout.address === undefined) break;
      checkStored(dataset, layout.size ?? whole, whole);
      if (!isWhole(job.slab, shape) || job.report !== undefined) break;
      const start = file.base + layout.address;
      checkInFile(file, start, whole, dataset.place);
      return file.planner.read(start, whole, job.signal);
    }
    case "chunked": {
      // Most files have no chunks, and every index and filter comes with it.
      const { readChunked } = await import("./rare-storage.js");
      return { bytes: await readChunked(dataset, layout, job), fresh: true };
    }
    default: {
      const { readVirtual } = await import("./rare-storage.js");
      const options = job.signal === undefined ? {} : { signal: job.signal };
      const bytes = await readVirtual(dataset, layout, job, (source, slab, way) =>
        readStorage(source, slab, options, way),
      );
      return { bytes, fresh: true };
    }
  }
  const { readUnchunked } = await import("./rare-storage.js");
  return readUnchunked(dataset, layout, whole, job);
}

/** Throws `corrupt` unless as many bytes are stored as the shape takes. */
function checkStored(dataset: StoredDataset, bytes: number, wanted: number): void {
  if (bytes >= wanted) return;
  const shape = `[${dataset.shape.join(", ")}]`;
  failStored(dataset, "corrupt", `found ${bytes} stored bytes, wanted ${wanted} for the shape ${shape}`);
}
