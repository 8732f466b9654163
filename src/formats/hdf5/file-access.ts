import { KerasProofError } from "../../errors.js";
import type { Allowance } from "../array-costs.js";
import { Cursor } from "../cursor.js";
import type { Limits } from "../limits.js";
import { printable } from "../printable.js";
import type { Claims } from "./claims.js";
import type { FilterFunctions } from "./filters/filter-function.js";
import type { FractalHeap } from "./fractal-heap.js";
import type { GlobalHeaps } from "./global-heap.js";
import type { Links } from "./link.js";
import type { PagedBytes } from "./paged-bytes.js";
import type { ReadPlanner } from "./read-planner.js";
import type { StoredDataset } from "./stored-dataset.js";

/** The widths in bytes of the numbers whose width a file chooses (specification, II.A "Size of Offsets"). */
export interface NumberWidths {
  readonly offsets: number;
  readonly lengths: number;
}

/** What every structure of an open file needs to read another one. */
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
  /** The addresses of the fractal heaps in which messages that objects share lie, by the type of message. */
  readonly sharedMessages: ReadonlyMap<number, number>;
  /** Those heaps by their address, as far as they were opened. */
  readonly sharedHeaps: Map<number, FractalHeap>;
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

/** The bytes of the checksum that closes a structure. */
export const checksumBytes = 4;

/** The place of an object in errors: `model.h5!/model_weights/dense_1`. */
export function placeOf(file: { readonly name: string }, path: string): string {
  return `${file.name}!${printable(path)}`;
}

/** The bytes at an address as a cursor; `truncated` where they do not lie within the file. Only within `run`. */
export function openAt(file: FileAccess, address: number, length: number, place: string): Cursor {
  const start = file.base + address;
  checkInFile(file, start, length, place);
  return new Cursor(file.pages.bytes(start, length, place), place, start);
}

/** The same for a structure of which nothing is kept, not even a view. */
export function peekAt(file: FileAccess, address: number, length: number, place: string): Cursor {
  const start = file.base + address;
  checkInFile(file, start, length, place);
  return new Cursor(file.pages.view(start, length, place), place, start);
}

/** Throws `truncated` unless a stretch of the source lies within the file. */
export function checkInFile(file: FileAccess, start: number, length: number, place: string): void {
  if (Number.isSafeInteger(start + length) && start + length <= file.end) return;
  const message = `found a file that ends at byte ${file.end}, wanted ${length} bytes`;
  throw new KerasProofError("truncated", place, message, { offset: start });
}

/** Throws `limit` where a list that is told at the cursor is longer than `limits.objects`. */
export function checkCount(file: FileAccess, count: number, what: string, cursor: Cursor): void {
  const { objects } = file.limits;
  if (count > objects) cursor.fail("limit", `found ${count} ${what}, wanted at most ${objects}`);
}

/** An address of this file's width; undefined for "the undefined address", whose bits are all ones. */
export function readAddress(cursor: Cursor, widths: NumberWidths): number | undefined {
  return readUnlimited(cursor, widths.offsets);
}

/** A number of 2, 4 or 8 bytes; undefined where all bits are ones, which stands for no limit, or nothing. */
export function readUnlimited(cursor: Cursor, width: number): number | undefined {
  const start = cursor.position;
  if (readMost(cursor, width) === Infinity) return undefined;
  cursor.seek(start);
  return readUnsigned(cursor, width);
}

/** The same as `readRounded` gives it, `Infinity` where all bits are ones. */
export function readMost(cursor: Cursor, width: number): number {
  const most = readRounded(cursor, width);
  return most < 256 ** width - 1 ? most : Infinity;
}

/** An address that must be defined; `what` names the thing it leads to. */
export function readDefinedAddress(cursor: Cursor, widths: NumberWidths, what: string): number {
  return readAddress(cursor, widths) ?? cursor.fail("corrupt", `found the undefined address, wanted that of ${what}`);
}

/** A length or extent of this file's width. */
export function readLength(cursor: Cursor, widths: NumberWidths): number {
  return readUnsigned(cursor, widths.lengths);
}

/** A number of 1 to 8 bytes; `corrupt` above 2^53 - 1. */
export function readUnsigned(cursor: Cursor, width: number): number {
  if (width === 8) return cursor.uint64();
  if (width === 4) return cursor.uint32();
  const start = cursor.position;
  let value = 0;
  for (let i = 0; i < width; i++) value += cursor.uint8() * 256 ** i;
  if (value <= Number.MAX_SAFE_INTEGER) return value;
  cursor.seek(start);
  return cursor.fail("corrupt", `found the number ${value}, wanted one below 2^53`);
}

/** A number of 1 to 8 bytes, above 2^53 the nearest one that there is. */
export function readRounded(cursor: Cursor, width: number): number {
  return width === 8 ? cursor.uint32() + 2 ** 32 * cursor.uint32() : readUnsigned(cursor, width);
}

/** The width of numbers in bytes. */
export function readWidth(cursor: Cursor): number {
  const width = cursor.uint8();
  if (width === 2 || width === 4 || width === 8) return width;
  const code = width === 16 || width === 32 ? "unsupported-hdf5" : "corrupt";
  return cursor.fail(code, `found numbers of ${width} bytes, wanted 2, 4 or 8`);
}

/** The bytes that a number up to `limit` takes. */
export function bytesFor(limit: number): number {
  return Math.floor(Math.log2(Math.max(limit, 1)) / 8) + 1;
}

/** Reads a structure's signature; `corrupt` where it is another. */
export function expectSignature(cursor: Cursor, signature: string): void {
  let found = "";
  for (let i = 0; i < signature.length; i++) found += String.fromCharCode(cursor.uint8());
  if (found === signature) return;
  cursor.fail("corrupt", `found ${JSON.stringify(found)}, wanted the signature "${signature}"`);
}

/** Reads a structure's version; `unsupported-hdf5` where it is not among those that are read. */
export function expectVersion(cursor: Cursor, versions: readonly number[], what: string): number {
  const version = cursor.uint8();
  if (versions.includes(version)) return version;
  return cursor.fail(
    "unsupported-hdf5",
    `found ${what} of version ${version}, wanted version ${versions.join(" or ")}`,
  );
}

/** Throws `corrupt` where something, that `what` names, has another size than it must have. */
export function expectSize(cursor: Cursor, what: string, found: number, wanted: number): void {
  if (found !== wanted) cursor.fail("corrupt", `found ${what} of ${found} bytes, wanted ${wanted}`);
}
