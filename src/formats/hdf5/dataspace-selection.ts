import type { Cursor } from "../cursor.js";
import { maxRank } from "./dataspace.js";
import type { Hdf5RegularAxis } from "./hdf5-array.js";
import { readDefined, readUnsigned, readWidth } from "./number-widths.js";

/**
 * A part of a dataspace as it is stored with region references and virtual datasets. What lists its elements has them
 * in one stretch of numbers, so that it takes no more than four times the memory of the file's own list.
 */
export type Selection =
  | { readonly kind: "none" | "all" }
  /** Single elements, in the order of the file: `rank` indices for each. */
  | { readonly kind: "points"; readonly rank: number; readonly indices: Float64Array }
  /** Boxes that do not overlap: for each the `rank` first indices, then the `rank` last ones, which belong to it. */
  | { readonly kind: "boxes"; readonly rank: number; readonly corners: Float64Array }
  /** Equal blocks at equal distances along each axis. */
  | { readonly kind: "regular"; readonly axes: readonly Hdf5RegularAxis[] };

/**
 * Reads a serialised selection (specification, VIII.A "Dataspace Selection"; `H5S_select_deserialize` of libhdf5): of
 * points in versions 1 and 2, of hyperslabs in versions 1 to 3. `corrupt` where it has another rank than the one
 * given, or contradicts itself.
 */
export function readSelection(cursor: Cursor, rank?: number): Selection {
  const type = cursor.uint32();
  const version = cursor.uint32();
  const newest = [1, 2, 3, 1][type];
  if (newest === undefined) return cursor.fail("corrupt", `found the selection type ${type}, wanted 0 to 3`);
  if (version < 1 || version > newest) {
    return cursor.fail("unsupported-hdf5", `found a selection of version ${version}, wanted 1 to ${newest}`);
  }
  if (type === 1) return readPoints(cursor, version, rank);
  if (type === 2) return readHyperslab(cursor, version, rank);
  // A reserved word and the length of what follows: 0.
  cursor.skip(8);
  return { kind: type === 0 ? "none" : "all" };
}

function readPoints(cursor: Cursor, version: number, wantedRank: number | undefined): Selection {
  const width = version === 1 ? 4 : readWidth(cursor);
  if (version === 1) cursor.skip(8);
  const rank = readRank(cursor, wantedRank);
  const count = readUnsigned(cursor, width);
  return { kind: "points", rank, indices: readNumbers(cursor, width, count * rank) };
}

function readHyperslab(cursor: Cursor, version: number, wantedRank: number | undefined): Selection {
  const regular = version > 1 && (cursor.uint8() & 0x01) !== 0;
  const width = [4, 8][version - 1] ?? readWidth(cursor);
  // The length of what follows, after a reserved word in version 1.
  cursor.skip([8, 4, 0][version - 1]!);
  const rank = readRank(cursor, wantedRank);
  if (regular) {
    const axes = Array.from({ length: rank }, () => readAxis(cursor, width));
    return axes.some(({ count, block }) => count === 0 || block === 0) ? { kind: "none" } : { kind: "regular", axes };
  }
  const count = readUnsigned(cursor, width);
  const corners = readNumbers(cursor, width, count * 2 * rank);
  for (let at = 0; at < corners.length; at++) {
    const second = at % (2 * rank) >= rank;
    if (second && corners[at]! < corners[at - rank]!) cursor.fail("corrupt", "found a box that ends before it begins");
  }
  return count === 0 ? { kind: "none" } : { kind: "boxes", rank, corners };
}

function readAxis(cursor: Cursor, width: number): Hdf5RegularAxis {
  const start = readUnsigned(cursor, width);
  const stride = readUnsigned(cursor, width);
  // All bits ones are `H5S_UNLIMITED`.
  const count = readDefined(cursor, width) ?? Infinity;
  const block = readDefined(cursor, width) ?? Infinity;
  if (count > 1 && stride < block)
    cursor.fail("corrupt", `found blocks of ${block} every ${stride}, wanted them apart`);
  const end = start + (count > 1 ? (count - 1) * stride : 0) + block;
  if (end < Infinity && !Number.isSafeInteger(end)) cursor.fail("corrupt", `found a selection up to ${end}`);
  return { start, stride, count, block };
}

function readRank(cursor: Cursor, wanted: number | undefined): number {
  const rank = cursor.uint32();
  if (rank >= 1 && rank <= maxRank && (wanted ?? rank) === rank) return rank;
  return cursor.fail("corrupt", `found a selection of rank ${rank}, wanted ${wanted ?? `1 to ${maxRank}`}`);
}

/** Numbers that the stretch is known to hold before memory is taken for them. */
function readNumbers(cursor: Cursor, width: number, count: number): Float64Array {
  const numbers = cursor.window(count * width);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = readUnsigned(numbers, width);
  return values;
}
