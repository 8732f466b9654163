import { KerasProofError } from "../../errors.js";
import type { FileAccess } from "./file-access.js";

/** What it takes to read one array of a file, beside the bytes that are stored of it. */
export interface ArrayCosts {
  readonly file: FileAccess;
  /** The place that errors give. */
  readonly place: string;
  /** What tells the array from the others of the file, by whatever path it is read. */
  readonly array: string | number;
  /** The byte of the source where it is described. */
  readonly offset: number;
  /** Bytes of values that are not stored and of what they become; for slow work, what could be filled meanwhile. */
  work: number;
  /** Bytes of memory of elements that are objects of JavaScript. */
  objects: number;
}

/**
 * Counts what reading an array takes: work on values that the file need not hold, before it is done, and memory of
 * elements that are objects. `limit` where the work is more than `limits.arrayRatio` for each byte of the file, where
 * objects take far more than the file has bytes, and where all arrays of the file, each as far as it was ever read, take
 * more together: they may have bytes in common.
 */
export function spend(costs: ArrayCosts, work: number, objects: number = 0): void {
  /** Work that is always allowed: a table of a thousand by a thousand. */
  const freeWork = 2 ** 23;
  /** Of an array that takes no more nothing is noted: there are thousands of them. */
  const smallArray = 1024;
  const { file, array } = costs;
  costs.work += work;
  costs.objects += objects;
  if (costs.work + costs.objects <= smallArray) return;
  const isAllowed =
    costs.work <= Math.max(file.limits.arrayRatio * (file.end - file.base), freeWork) &&
    file.elementCosts.charge(array, costs.objects) &&
    // What makes objects leaves as much behind for a while.
    file.arrayCosts.charge(array, costs.work + 2 * costs.objects);
  if (isAllowed) return;
  const { place, offset } = costs;
  const message = "found values that take more than limits.arrayRatio allows";
  throw new KerasProofError("limit", place, message, { offset });
}
