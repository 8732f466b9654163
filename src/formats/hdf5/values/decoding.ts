import { KerasProofError } from "../../../errors.js";
import { checkListed } from "../../listed-values.js";
import type { FileAccess } from "../file-access.js";
import type { Hdf5ReadOptions } from "../hdf5-object.js";

/** What the decoding of one array shares with that of its parts. */
export interface Decoding {
  readonly file: FileAccess;
  /** The place that errors give. */
  readonly place: string;
  readonly int64: NonNullable<Hdf5ReadOptions["int64"]>;
  /** Long texts of the global heap that were met, by the address of the collection and the index. */
  readonly texts: Map<string, string>;
  /** Bytes of memory that were spent on elements that are objects of JavaScript, and how many may be. */
  spent: number;
  readonly allowance: number;
}

/**
 * A decoding in steps: each yielded operation goes through the elements of a block that need the global heap, and may
 * be interrupted and started again by `PagedBytes.run`.
 */
export type Steps<Result> = Generator<() => void, Result, void>;

/** Starts the decoding of `length` stored bytes. */
export function startDecoding(
  file: FileAccess,
  length: number,
  options: Pick<Hdf5ReadOptions, "int64">,
  place: string,
): Decoding {
  /** Memory that elements may take in any file. */
  const freeBytes = 2 ** 25;
  /** A share of `limits.arrayRatio`, since it counts bytes of typed arrays, which are a few of those here. */
  const ratioShare = 1 / 16;
  const allowance = freeBytes + 4 * length + ratioShare * file.limits.arrayRatio * (file.end - file.base);
  return { file, place, int64: options.int64 ?? "bigint", texts: new Map(), spent: 0, allowance };
}

/**
 * Throws `limit` where elements that point to others, or are small, would take far more memory than the file has
 * bytes.
 */
export function spend(decoding: Decoding, bytes: number): void {
  decoding.spent += bytes;
  if (decoding.spent <= decoding.allowance) return;
  const message = `found values that take more than ${Math.floor(decoding.allowance)} bytes of memory, wanted fewer`;
  throw new KerasProofError("limit", decoding.place, message);
}

/** The results of reading `count` elements one after the other; `limit` for more than `checkListed` allows. */
export function* readElements<Element>(
  decoding: Decoding,
  count: number,
  read: (element: number) => Element,
): Steps<Element[]> {
  /** Elements that one step goes through. */
  const blockElements = 4096;
  checkListed(count, decoding.place);
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
