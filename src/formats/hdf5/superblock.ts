import { KerasProofError } from "../../errors.js";
import { Cursor } from "../cursor.js";
import { type NumberWidths, readAddress, readDefinedAddress, readWidth } from "./number-widths.js";
import { rareParts } from "./on-demand.js";
import type { PagedBytes } from "./paged-bytes.js";
import { expectVersion } from "./structure-frame.js";

/** Where a file begins and ends and how wide its numbers are (specification, II.A). */
export interface Superblock {
  readonly widths: NumberWidths;
  /** The byte of the source that addresses count from. */
  readonly base: number;
  /** The byte of the source after the last that belongs to the file. */
  readonly end: number;
  /** The address of the object header of the root group. */
  readonly rootAddress: number;
  /** The address of the object header that says more about the file; undefined where there is none. */
  readonly extensionAddress: number | undefined;
}

const signature = "\x89HDF\r\n\x1a\n";

/**
 * Finds the superblock at byte 0 or, behind a user block, at 512, 1024, 2048, … and reads it, whichever of its versions
 * 0 to 3. `unknown-format` where there is none, `truncated` where the source ends before the file does; a source that
 * goes on behind the file is fine.
 */
export function readSuperblock(pages: PagedBytes, name: string): Superblock {
  /** The most that is read of a superblock: version 1 with offsets of 8 bytes, up to the address of the root group. */
  const maxBytes = 76;
  const start = findSignature(pages, name);
  const length = Math.min(maxBytes, pages.source.size - start);
  const cursor = new Cursor(pages.bytes(start, length, name), name, start);
  cursor.skip(signature.length);
  const version = expectVersion(cursor, [0, 1, 2, 3], "a superblock");
  const isOld = version < 2;
  if (isOld) {
    expectVersion(cursor, [0], "free-space storage");
    expectVersion(cursor, [0], "a root group entry");
    cursor.skip(1);
    expectVersion(cursor, [0], "the shared header message format");
  }
  const widths = { offsets: readWidth(cursor), lengths: readWidth(cursor) };
  const addressOf = (what: string): number => readDefinedAddress(cursor, widths, what);
  // The consistency flags; before them old versions have a reserved byte and two B-tree ranks, which bound nothing that
  // a reader relies on; version 1 has one more rank and two reserved bytes.
  cursor.skip(isOld ? 9 + 4 * version : 1);
  const storedBase = addressOf("the base");
  let extensionAddress: number | undefined;
  if (isOld) cursor.skip(widths.offsets);
  else extensionAddress = readAddress(cursor, widths);
  const storedEnd = addressOf("the end of the file");
  // The driver information block says how a file of several pieces was written: where this piece is whole, it says
  // nothing. Then comes the root group's symbol table entry (III.C), first the offset of its name, which is empty.
  if (isOld) cursor.skip(widths.offsets + widths.lengths);
  const rootAddress = addressOf("the root group");
  if (!isOld) rareParts().expectChecksum(cursor);
  // A user block put before a finished file moves all of it: libhdf5 then shifts the stored end as well.
  const end = storedEnd + start - storedBase;
  if (end > pages.source.size) cursor.fail("truncated", `found ${pages.source.size} bytes, wanted ${end}`);
  return { widths, base: start, end, rootAddress, extensionAddress };
}

function findSignature(pages: PagedBytes, name: string): number {
  const { size } = pages.source;
  for (let start = 0; start + signature.length <= size; start = start === 0 ? 512 : 2 * start) {
    if (String.fromCharCode(...pages.bytes(start, signature.length, name)) === signature) return start;
  }
  throw new KerasProofError("unknown-format", name, "found no HDF5 signature, wanted an HDF5 file", { offset: 0 });
}
