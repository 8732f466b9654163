import { KerasProofError } from "../../errors.js";
import { at, attempt } from "./attempt.js";
import type { FileAccess } from "./file-access.js";
import { failAt } from "./file-cursor.js";
import type { HeaderBudget } from "./header-block.js";
import { cacheImageMessage } from "./message-type.js";
import type { ObjectHeader } from "./object-header.js";
import { perFile } from "./per-file.js";

/** What is known of the large headers of a file. */
interface LargeHeaders {
  /** The addresses of those that were read. */
  readonly met: Set<number>;
  /** How many bytes those that are still to be met may have together; none below 0. */
  left: number;
  /** The outlines of those that were met again, or why they are refused. */
  readonly kept: Map<number, ObjectHeader | KerasProofError>;
}

/** How many times the file all headers may be: damaged ones may say that they are larger than they are. */
const leeway = 4;

const largeHeadersOf = perFile(({ end, base }: FileAccess): LargeHeaders => ({
  met: new Set(),
  left: leeway * (end - base),
  kept: new Map(),
}));

/**
 * Reads a large object header, by a function that gives undefined where it is beyond a budget. Of one that is met again
 * only the first message of each type is kept: thousands of links may lead to it. Headers do not lie over each other:
 * ones that are several times as long together as the file are `corrupt`, for they could cost the square of its length.
 * Only within `PagedBytes.run`.
 */
export function readLargeHeader(
  file: FileAccess,
  address: number,
  place: string,
  read: (budget: HeaderBudget) => ObjectHeader | undefined,
): ObjectHeader {
  /** The most that are kept, of some 2 KiB each. */
  const mostKept = 2 ** 14;
  const large = largeHeadersOf(file);
  const { met, kept } = large;
  const isMet = met.has(address);
  let result = kept.get(address);
  if (result === undefined) {
    const budget = { left: isMet ? Infinity : large.left };
    const message = "found object headers that overlap, wanted each in a place of its own";
    result = attempt(() => read(budget) ?? failAt(file, address, place, "corrupt", message));
    if (isMet) {
      if (!(result instanceof KerasProofError)) result = outlineOf(result, () => read({ left: Infinity })!);
      if (kept.size > mostKept) kept.clear();
      kept.set(address, result);
    } else {
      met.add(address);
      large.left = budget.left;
    }
  }
  if (result instanceof KerasProofError) throw at(result, place);
  return result;
}

function outlineOf(header: ObjectHeader, whole: () => ObjectHeader): ObjectHeader {
  const types = new Set<number>();
  const messages = header.messages.filter(
    ({ type }) => type <= cacheImageMessage && !types.has(type) && types.add(type),
  );
  return { ...header, messages, whole };
}
