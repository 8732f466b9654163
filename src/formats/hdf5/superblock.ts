import { KerasProofError } from "../../errors.js";
import { Cursor } from "../cursor.js";
import { type NumberWidths, readAddress, readDefinedAddress } from "./file-access.js";
import type { PagedBytes } from "./paged-bytes.js";

/** Where a file begins and ends and how wide its numbers are (specification, II.A, version 0). */
export interface Superblock {
  readonly widths: NumberWidths;
  /** The byte of the source that addresses count from. */
  readonly base: number;
  /** The byte of the source after the last that belongs to the file. */
  readonly end: number;
  /** The address of the object header of the root group. */
  readonly rootAddress: number;
}

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** The size of a version 0 superblock with 8-byte offsets, the widest. */
const maxBytes = 96;

/**
 * Finds the superblock at byte 0 or, behind a user block, at 512, 1024, 2048, … and reads it. `unknown-format` where
 * there is none, `unsupported-hdf5` for a newer version, `truncated` where the source ends before the file does.
 */
export function readSuperblock(pages: PagedBytes, name: string): Superblock {
  const start = findSignature(pages, name);
  const length = Math.min(maxBytes, pages.source.size - start);
  const cursor = new Cursor(pages.bytes(start, length, name), name, start);
  cursor.skip(signature.length);
  const version = cursor.uint8();
  if (version !== 0) {
    cursor.fail("unsupported-hdf5", `found a superblock of version ${version}, wanted version 0`);
  }
  for (const what of ["free-space storage", "root group entry"]) expectZero(cursor, `version of the ${what}`);
  cursor.skip(1);
  expectZero(cursor, "version of the shared header message format");
  const widths = { offsets: readWidth(cursor), lengths: readWidth(cursor) };
  // Reserved byte, two B-tree ranks, which bound nothing that a reader relies on, and the consistency flags.
  cursor.skip(1 + 2 + 2 + 4);
  const storedBase = readDefinedAddress(cursor, widths, "the base");
  readAddress(cursor, widths);
  const storedEnd = readDefinedAddress(cursor, widths, "the end of the file");
  if (readAddress(cursor, widths) !== undefined) {
    cursor.fail("unsupported-hdf5", "found a driver information block, wanted a file that is one piece");
  }
  // The root group's symbol table entry (III.C): the offset of its name, which is empty, and the header's address.
  cursor.skip(widths.offsets);
  const rootAddress = readDefinedAddress(cursor, widths, "the root group");
  // A user block put before a finished file moves all of it: libhdf5 then shifts the stored end as well.
  const end = storedEnd + start - storedBase;
  if (end > pages.source.size) {
    cursor.fail("truncated", `found ${pages.source.size} bytes, wanted ${end}`);
  }
  return { widths, base: start, end, rootAddress };
}

function findSignature(pages: PagedBytes, name: string): number {
  const { size } = pages.source;
  for (let start = 0; start + signature.length <= size; start = start === 0 ? 512 : 2 * start) {
    const found = pages.bytes(start, signature.length, name);
    if (signature.every((byte, i) => byte === found[i])) return start;
  }
  throw new KerasProofError("unknown-format", name, "found no HDF5 signature, wanted an HDF5 file");
}

function expectZero(cursor: Cursor, what: string): void {
  const found = cursor.uint8();
  if (found !== 0) cursor.fail("corrupt", `found the ${what} ${found}, wanted 0`);
}

function readWidth(cursor: Cursor): number {
  const width = cursor.uint8();
  if (width === 2 || width === 4 || width === 8) return width;
  return cursor.fail("corrupt", `found numbers of ${width} bytes, wanted 2, 4 or 8`);
}
