import { checkFilters } from "./filters/undo-filters.js";
import { KerasProofError } from "../../errors.js";
import { allocateFilled } from "./allocate-filled.js";
import type { readStorage } from "./storage.js";
import type { ReadJob, StoredBytes, StoredDataset } from "./stored-dataset.js";
import { readChunked } from "./chunked-storage.js";
import { readVirtual } from "./virtual-storage.js";
import { externalDataFilesMessage } from "./message-type.js";
import { findMessage } from "./object-header.js";
import { at } from "./attempt.js";
import { readContiguous } from "./contiguous-storage.js";
import { copySelected } from "./strided-copy.js";

/**
 * The wanted elements of a dataset that are not simply all of those that lie in one piece; `readSource` is for others.
 */
export async function readRareStorage(
  dataset: StoredDataset,
  job: ReadJob,
  readSource: typeof readStorage,
): Promise<StoredBytes> {
  const { layout, header } = dataset;
  if (layout.kind === "contiguous" && layout.address !== undefined) return readContiguous(dataset, layout.address, job);
  const read = async (): Promise<Uint8Array> => {
    switch (layout.kind) {
      case "compact":
        return copySelected(dataset, job, layout.bytes, 0);
      case "chunked":
        return readChunked(dataset, layout, job);
      case "virtual":
        return readVirtual(dataset, layout, job, (source, slab, way) =>
          readSource(source, slab, { signal: job.signal }, way),
        );
      default:
        if (findMessage(header, externalDataFilesMessage) === undefined) return allocateFilled(dataset, job);
        throw refuseExternal(dataset);
    }
  };
  return { bytes: await read(), fresh: true };
}

/** Why a dataset is refused whose header has an External Data Files message (specification, IV.A.2.h). */
export function refuseExternal({ place, offset }: StoredDataset): KerasProofError {
  const message = "found values in an external file, wanted them in this one";
  return new KerasProofError("unsafe", place, message, { offset });
}

/** The filter that nothing undoes, where there are chunks; only they tell whether they went through it. */
export function findMissingFilter({
  file,
  layout,
  filters,
  place,
  offset,
}: StoredDataset): KerasProofError | undefined {
  if (layout.kind !== "chunked" || layout.address === undefined) return undefined;
  const missing = checkFilters(filters, file.filters, place);
  return missing && at(missing, place, offset);
}
