import type { Allowance } from "../array-costs.js";
import type { Cursor } from "../cursor.js";
import type { Limits } from "../limits.js";
import { printable } from "../printable.js";
import type { Claims } from "./claims.js";
import type { FilterFunctions } from "./filters/filter-function.js";
import type { FractalHeap } from "./fractal-heap.js";
import type { GlobalHeaps } from "./global-heap.js";
import type { Links } from "./link.js";
import type { NumberWidths } from "./number-widths.js";
import type { PagedBytes } from "./paged-bytes.js";
import type { ReadPlanner } from "./read-planner.js";
import type { StoredDataset } from "./stored-dataset.js";

/**
 * What every structure of an open file needs to read another one. What only parts that are loaded on demand know of a
 * file they keep themselves, by `perFile`.
 */
export interface FileAccess extends Allowance {
  /** The name of the file, with which the paths in errors begin. */
  readonly name: string;
  readonly pages: PagedBytes;
  readonly limits: Limits;
  readonly widths: NumberWidths;
  /** The byte of the source that addresses count from: the length of the user block. */
  readonly base: number;
  /** The byte of the source after the last that belongs to the file. */
  readonly end: number;
  readonly globalHeaps: GlobalHeaps;
  /** What the values are read through. */
  readonly planner: ReadPlanner;
  /** For filters that are not built in. */
  readonly filters: FilterFunctions;
  /** The address of the header of the root group. */
  readonly rootAddress: number;
  /** Opens the heap in which messages of a type lie that objects share. Only within `PagedBytes.run`. */
  readonly sharedMessages: ReadonlyMap<number, () => FractalHeap>;
  /**
   * By the address of the header of a group: how many names were looked for in it, until it is listed; then its links,
   * or the promise of them, which stays for what is no group.
   */
  readonly links: Map<number, number | Links | Promise<Links | undefined>>;
  readonly claims: Claims;
  /** How many characters of long paths may still be followed. */
  readonly longPaths: { left: number };
  /**
   * The storage of the dataset that `Hdf5File.get` finds at a path, of the extents that the file gives; undefined where
   * there is none.
   */
  findStored(path: string): Promise<StoredDataset | undefined>;
}

/** The place of an object in errors: `model.h5!/model_weights/dense_1`. */
export function placeOf(file: { readonly name: string }, path: string): string {
  return `${file.name}!${printable(path)}`;
}

/** Throws `limit` where a list that is told at the cursor is longer than `limits.objects`. */
export function checkCount(file: FileAccess, count: number, what: string, cursor: Cursor): void {
  const { objects } = file.limits;
  if (count > objects) cursor.fail("limit", `found ${count} ${what}, wanted at most ${objects}`);
}
