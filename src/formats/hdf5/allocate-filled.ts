import { spend } from "../array-costs.js";
import { fillWith, readFillValue } from "./fill-value.js";
import type { ReadJob, StoredDataset } from "./stored-dataset.js";

/**
 * Memory for the wanted elements, with the fill value in each. Nothing in the file need stand for them, so they may
 * take at most `limits.arrayRatio` times the size of the file, or 8 MiB.
 */
export async function allocateFilled(dataset: StoredDataset, job: ReadJob): Promise<Uint8Array<ArrayBuffer>> {
  const { file, header, elementBytes, place } = dataset;
  spend(job.way.costs, job.length);
  const value = await file.pages.run(() => readFillValue(file, header, elementBytes, place));
  const bytes = new Uint8Array(job.length);
  if (value !== undefined) fillWith(bytes, value);
  return bytes;
}
