import { KerasProofError } from "../../errors.js";
import { at } from "./attempt.js";
import type { VirtualLayout } from "./data-layout.js";
import type { FileAccess } from "./file-access.js";
import { Interruption } from "./interruption.js";
import { perFile } from "./per-file.js";
import type { StoredDataset } from "./stored-dataset.js";
import { findSources } from "./virtual-sources.js";

/** What the sources of a virtual dataset say about it as a whole. */
export interface VirtualOutline {
  readonly shape: readonly number[];
  /** Why it cannot be read; then the shape is the one that the file has for it. */
  readonly refusal: KerasProofError | undefined;
}

/** What was found of virtual datasets by the addresses of their headers; refusals have the place that was met first. */
const outlinesOf = perFile((_file: FileAccess) => new Map<number, VirtualOutline>());

/** What the sources say, which are looked for once. Only within `PagedBytes.run`. */
export function outlineVirtual(dataset: StoredDataset, layout: VirtualLayout, address: number): VirtualOutline {
  const { file, shape, place } = dataset;
  const outlines = outlinesOf(file);
  const outline = outlines.get(address);
  if (outline !== undefined) return { ...outline, refusal: outline.refusal && at(outline.refusal, place) };
  throw new Interruption(async () => {
    try {
      const found = await findSources(dataset, layout);
      outlines.set(address, { shape: found.shape, refusal: undefined });
    } catch (error) {
      if (!(error instanceof KerasProofError) || error.code === "aborted") throw error;
      outlines.set(address, { shape, refusal: error });
    }
  });
}
