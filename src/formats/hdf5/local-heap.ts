import type { Cursor } from "../cursor.js";
import { decodeText } from "../escaped-text.js";
import { claim, type StructureOwner } from "./claims.js";
import { peekAt } from "./file-cursor.js";
import { readDefinedAddress, readLength } from "./number-widths.js";
import { expectSignature, expectVersion } from "./structure-frame.js";
import { readTerminated } from "./terminated-text.js";

/** The texts of a group: the names of its links and the targets of its soft links. */
export interface LocalHeap {
  /**
   * The text at an offset. All texts read together may not be longer than the heap: names lie side by side in it, and
   * ones that overlap could otherwise claim more than the file holds. Where few are wanted, eight times as much is
   * allowed, for a search meets a name at several levels of a tree.
   */
  readText(offset: number): string;
}

/**
 * Reads the header of a local heap and opens its data segment (specification, III.D): all of it, or with `few` only
 * where texts are asked for.
 */
export function readLocalHeap({ file, owner, place }: StructureOwner, address: number, few: boolean): LocalHeap {
  /** How much is read for a text at first where not all of them are wanted. */
  const nearBytes = 2 ** 10;
  const { offsets, lengths } = file.widths;
  const header = peekAt(file, address, 8 + 2 * lengths + offsets, place);
  expectSignature(header, "HEAP");
  expectVersion(header, [0], "a local heap");
  header.skip(3);
  const size = readLength(header, file.widths);
  // The head of the list of free blocks; all ones or 1 where there is none.
  header.skip(lengths);
  const start = readDefinedAddress(header, file.widths, "a heap's data segment");
  claim(file, start, size, owner, place);
  const open = (offset: number, length: number): Cursor => peekAt(file, start + offset, length, place);
  const whole = few ? undefined : open(0, size);
  const openText = (offset: number): Cursor => {
    if (whole === undefined) {
      const near = open(offset, Math.min(size - offset, nearBytes));
      if (!near.bytes(near.length).includes(0)) return open(offset, size - offset);
      near.seek(0);
      return near;
    }
    whole.seek(offset);
    return whole;
  };
  const most = few ? 8 * size : size;
  let used = 0;
  return {
    readText: (offset) => {
      const segment = openText(offset);
      const bytes = readTerminated(segment);
      used += bytes.length + 1;
      if (used > most) segment.fail("corrupt", `found names that overlap, wanted each in a place of its own`);
      return decodeText(bytes, place);
    },
  };
}
