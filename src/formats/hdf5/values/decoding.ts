import { type ArrayCosts, startList } from "../../array-costs.js";
import type { FileAccess } from "../file-access.js";
import type { Hdf5ReadOptions } from "../hdf5-object.js";

/** What the decoding of one array shares with that of its parts. */
export interface Decoding extends ArrayCosts {
  readonly file: FileAccess;
  readonly int64: NonNullable<Hdf5ReadOptions["int64"]>;
  /** Long texts of the global heap that were met, by the address of the collection and the index. */
  readonly texts: Map<string, string>;
}

/**
 * A decoding in steps: each yielded operation goes through the elements of a block that need the global heap, and may
 * be interrupted and started again by `PagedBytes.run`.
 */
export type Steps<Result> = Generator<() => void, Result, void>;

/** Starts the reading of an array, as `ArrayCosts` describe it. */
export function startDecoding(
  file: FileAccess,
  { int64 = "bigint" }: Pick<Hdf5ReadOptions, "int64">,
  place: string,
  array: string | number,
  offset: number,
): Decoding {
  return { file, place, array, offset, int64, texts: new Map(), work: 0, objects: 0 };
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
  let { objects, work } = decoding;
  while (elements.length < count) {
    const end = Math.min(elements.length + blockElements, count);
    yield () => {
      Object.assign(decoding, { objects, work });
      while (elements.length < end) {
        elements.push(read(elements.length));
        ({ objects, work } = decoding);
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
