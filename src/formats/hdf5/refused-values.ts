import { KerasProofError } from "../../errors.js";
import { checkFilters } from "./filters/check-filters.js";
import { at } from "./attempt.js";
import type { StoredDataset } from "./stored-dataset.js";

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
