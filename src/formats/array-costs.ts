import { KerasProofError } from "../errors.js";
import { checkListed } from "./listed-values.js";
import type { Limits } from "./limits.js";

/** What the arrays of one file may take. */
export interface Allowance {
  /** The limit that says how much. */
  readonly ratio: keyof Limits;
  /** The most work on one array. */
  readonly arrayWork: number;
  /** The memory of elements that are objects of JavaScript, and of sources of virtual datasets. */
  readonly elementCosts: Ledger;
  /** What it takes to read all arrays (`ArrayCosts`), those objects counted too. */
  readonly arrayCosts: Ledger;
}

/** What it takes to read one array of a file, beside the bytes that are stored of it. */
export interface ArrayCosts {
  readonly file: Allowance;
  /** The place that errors give. */
  readonly place: string;
  /** Tells the array from the others of the file, by whatever path it is read. */
  readonly array: string | number;
  /** The byte of the source where it is described. */
  readonly offset: number;
  /** Bytes of values that are not stored and of what they become; for slow work, what could be filled meanwhile. */
  work: number;
  /** Bytes of memory of elements that are objects of JavaScript. */
  objects: number;
}

/** The allowance of a file of so many bytes: `limits[ratio]` for each of them, and something for the smallest file. */
export function openAllowance(ratio: keyof Limits, limits: Limits, bytes: number): Allowance {
  const most = bytes * limits[ratio];
  return {
    ratio,
    // A table of a thousand by a thousand.
    arrayWork: Math.max(most, 2 ** 23),
    elementCosts: openLedger(3 * 2 ** 23 + most / 8, 2),
    arrayCosts: openLedger(Math.max(most, 2 ** 25), 1),
  };
}

/** The costs of an array of which nothing is read yet; `array` tells it from others that share the allowance. */
export function startCosts(file: Allowance, place: string, array: string): ArrayCosts {
  return { file, place, array, offset: 0, work: 0, objects: 0 };
}

/**
 * Counts what reading an array takes: work on values that the file need not hold, before it is done, and memory of
 * elements that are objects. `limit` where the work is more than the allowance has for each byte of the file, where
 * objects take far more than the file has bytes, and where all arrays of the file, each as far as it was ever read, take
 * more together: they may have bytes in common.
 */
export function spend(costs: ArrayCosts, work: number, objects: number = 0): void {
  /** Arrays up to this are not noted: a file may have thousands of them. */
  const smallArray = 1024;
  const { file, array } = costs;
  costs.work += work;
  costs.objects += objects;
  if (costs.work + costs.objects <= smallArray) return;
  const isAllowed =
    costs.work <= file.arrayWork &&
    file.elementCosts(array, costs.objects) &&
    // What makes objects leaves as much behind for a while.
    file.arrayCosts(array, costs.work + 2 * costs.objects);
  if (isAllowed) return;
  const message = `found values that take more than limits.${file.ratio} allows`;
  throw new KerasProofError("limit", costs.place, message, { offset: costs.offset });
}

/** Spends what a list of objects takes beside their stored bytes; `limit` for more than `checkListed` allows. */
export function startList(costs: ArrayCosts, count: number, storedBytes: number): void {
  /** About what an object takes in memory, with its entry in a list. */
  const objectBytes = 48;
  checkListed(count, costs.place);
  spend(costs, 0, objectBytes * count + storedBytes);
}

/**
 * Notes the memory that a part of a file has taken so far; a part that is read again counts once. Returns false, and
 * notes nothing, where that is more than its share of what the others leave. With a share of a half something is always
 * left for others, however many there are.
 */
type Ledger = (part: string | number, bytes: number) => boolean;

/** A ledger of so many bytes, of which a part may take what the others leave, divided by `share`. */
function openLedger(most: number, share: number): Ledger {
  const parts = new Map<string | number, number>();
  let total = 0;
  return (part, bytes) => {
    const known = parts.get(part) ?? 0;
    if (bytes <= known) return true;
    const others = total - known;
    if (bytes > (most - others) / share) return false;
    parts.set(part, bytes);
    total = others + bytes;
    return true;
  };
}
