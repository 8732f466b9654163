import { KerasProofError } from "../../../errors.js";
import { printable } from "../../printable.js";
import type { Hdf5Filter } from "../hdf5-object.js";
import type { FilterFunctions } from "./filter-function.js";

/** The filters that `undoFilters` has functions for. */
export type BuiltInNumber = (typeof builtInNumbers)[number];

const builtInNumbers = [1, 2, 3, 4, 5, 6, 32000] as const;
const builtIn: ReadonlySet<number> = new Set(builtInNumbers);

/**
 * Why values that went through these filters cannot be had: the first for which there is neither a built-in function
 * nor a registered one; undefined where there is none. One that is optional does not count: a writer that lacked it
 * left it out, and said so with each chunk.
 */
export function checkFilters(
  filters: readonly Hdf5Filter[],
  registered: FilterFunctions,
  place: string,
): KerasProofError | undefined {
  const missing = filters.find(({ id, optional }) => !optional && registered[id] === undefined && !builtIn.has(id));
  return missing && missingFilter(missing, place);
}

/** The error about a filter that nothing undoes. */
export function missingFilter({ id, name }: Hdf5Filter, place: string): KerasProofError {
  const message = `found values with the filter ${printable(name)}, wanted a function that undoes it: filters: { ${id}: … }`;
  return new KerasProofError("unsupported-hdf5", place, message);
}
