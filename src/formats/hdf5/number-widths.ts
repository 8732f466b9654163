import type { Cursor } from "../cursor.js";

/** The widths in bytes of the numbers whose width a file chooses (specification, II.A). */
export interface NumberWidths {
  /** "Size of Offsets", that of addresses. */
  readonly offsets: number;
  /** "Size of Lengths", that of lengths, extents and counts. */
  readonly lengths: number;
}

/** Reads one of the two widths. */
export function readWidth(cursor: Cursor): number {
  const width = cursor.uint8();
  if (width === 2 || width === 4 || width === 8) return width;
  const code = width === 16 || width === 32 ? "unsupported-hdf5" : "corrupt";
  return cursor.fail(code, `found numbers of ${width} bytes, wanted 2, 4 or 8`);
}

/** An address; undefined for "the undefined address", whose bits are all ones. */
export function readAddress(cursor: Cursor, widths: NumberWidths): number | undefined {
  return readDefined(cursor, widths.offsets);
}

/** An address that must be defined; `what` names the thing it leads to. */
export function readDefinedAddress(cursor: Cursor, widths: NumberWidths, what: string): number {
  return readAddress(cursor, widths) ?? cursor.fail("corrupt", `found the undefined address, wanted that of ${what}`);
}

/** A length, extent or count. */
export function readLength(cursor: Cursor, widths: NumberWidths): number {
  return readUnsigned(cursor, widths.lengths);
}

/** A number of 2, 4 or 8 bytes; undefined where all bits are ones. `corrupt` above 2^53 - 1. */
export function readDefined(cursor: Cursor, width: number): number | undefined {
  const start = cursor.position;
  if (readMost(cursor, width) === Infinity) return undefined;
  cursor.seek(start);
  return readUnsigned(cursor, width);
}

/** An upper bound of 2, 4 or 8 bytes, above 2^53 the nearest number; `Infinity`, no bound, where all bits are ones. */
export function readMost(cursor: Cursor, width: number): number {
  const most = readRounded(cursor, width);
  return most < 256 ** width - 1 ? most : Infinity;
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

/** A number of 1 to 8 bytes; above 2^53 the nearest one that JavaScript has. */
export function readRounded(cursor: Cursor, width: number): number {
  return width === 8 ? cursor.uint32() + 2 ** 32 * cursor.uint32() : readUnsigned(cursor, width);
}

/** The bytes that a number up to `limit` takes. */
export function bytesFor(limit: number): number {
  return Math.floor(Math.log2(Math.max(limit, 1)) / 8) + 1;
}
