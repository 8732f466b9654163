import { KerasProofError } from "../../../errors.js";
import { checkListed } from "../../listed-values.js";
import type { FileAccess } from "../file-access.js";
import type { Hdf5ReadOptions } from "../hdf5-object.js";

/** About what an element takes in memory that is an object of JavaScript, in the list that it stands in. */
const objectBytes = 48;

/** What the decoding of one array shares with that of its parts. */
export interface Decoding {
  readonly file: FileAccess;
  /** The place that errors give. */
  readonly place: string;
  /** What tells the array from the others of the file, by whatever path it is read. */
  readonly array: string;
  readonly int64: NonNullable<Hdf5ReadOptions["int64"]>;
  /** Long texts of the global heap that were met, by the address of the collection and the index. */
  readonly texts: Map<string, string>;
  /** Bytes of memory of numbers on the way to what they become. */
  numberBytes: number;
  /** Bytes of memory that were spent on elements that are objects of JavaScript. */
  spent: number;
}

/**
 * A decoding in steps: each yielded operation goes through the elements of a block that need the global heap, and may
 * be interrupted and started again by `PagedBytes.run`.
 */
export type Steps<Result> = Generator<() => void, Result, void>;

/** Starts the decoding of an array. */
export function startDecoding(
  file: FileAccess,
  { int64 = "bigint" }: Pick<Hdf5ReadOptions, "int64">,
  place: string,
  array: string,
): Decoding {
  return { file, place, array, int64, texts: new Map(), numberBytes: 0, spent: 0 };
}

/**
 * Throws `limit` where elements that point to others, or are small, would take far more memory than the file has
 * bytes: those of all its arrays together, for arrays may have their elements in common.
 */
export function spend(decoding: Decoding, bytes: number): void {
  /** An array that takes no more is not counted. */
  const smallArray = 1024;
  const { file, array } = decoding;
  decoding.spent += bytes;
  if (decoding.spent <= smallArray || file.elementCosts.charge(array, decoding.spent)) return;
  refuseMemory(decoding, file.elementCosts.most / 2);
}

/** Throws `limit` for values that take more memory than some bytes, or what other arrays leave of them. */
export function refuseMemory({ place }: Decoding, most: number): never {
  throw new KerasProofError("limit", place, `found values that take more than ${most} bytes of memory`);
}

/** Spends what a list of objects takes beside their stored bytes; `limit` for more than `checkListed` allows. */
export function startList(decoding: Decoding, count: number, storedBytes: number): void {
  checkListed(count, decoding.place);
  spend(decoding, objectBytes * count + storedBytes);
}

/** The results of reading `count` elements one after the other; `limit` as with `startList`. */
export function* readElements<Element>(
  decoding: Decoding,
  count: number,
  read: (element: number) => Element,
): Steps<Element[]> {
  /** Elements that one step goes through. */
  const blockElements = 4096;
  startList(decoding, count, 0);
  const elements: Element[] = [];
  // What the last whole element left behind: an interrupted one is read again from its beginning.
  let spent = decoding.spent;
  while (elements.length < count) {
    const end = Math.min(elements.length + blockElements, count);
    yield () => {
      decoding.spent = spent;
      while (elements.length < end) {
        elements.push(read(elements.length));
        spent = decoding.spent;
      }
    };
  }
  return elements;
}

/** Takes all steps at once. Only within `PagedBytes.run`. */
export function takeSteps<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    step.value();
  }
}
