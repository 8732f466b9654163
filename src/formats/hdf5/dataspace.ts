import type { Cursor } from "../cursor.js";
import type { Hdf5Array } from "./hdf5-array.js";
import { type NumberWidths, readLength, readMost } from "./number-widths.js";
import { expectVersion } from "./structure-frame.js";

/** The extents of an array. */
export interface Dataspace {
  /** The empty shape for a scalar; that of an empty list for the null dataspace, which has no elements at all. */
  readonly shape: readonly number[];
  /** The extents that it can grow to, `Infinity` for no limit; undefined where it cannot grow. */
  readonly maxShape: readonly number[] | undefined;
  /** Whether it is the null dataspace. */
  readonly isNull?: true;
}

/** The most axes that an array has: `H5S_MAX_RANK`. */
export const maxRank = 32;

/** Reads a Dataspace message (specification, IV.A.2.b). */
export function readDataspace(cursor: Cursor, widths: NumberWidths): Dataspace {
  const version = expectVersion(cursor, [1, 2], "a dataspace");
  const rank = cursor.uint8();
  if (rank > maxRank) cursor.fail("corrupt", `found ${rank} dimensions, wanted at most ${maxRank}`);
  const flags = cursor.uint8();
  const type = cursor.uint8();
  if (version === 1) cursor.skip(4);
  else if (type > 2) cursor.fail("corrupt", `found the dataspace type ${type}, wanted 0, 1 or 2`);
  else if (type !== 1 && rank !== 0) cursor.fail("corrupt", `found ${rank} dimensions without extents, wanted none`);
  else if (type === 2) return { shape: [0], maxShape: undefined, isNull: true };
  const shape = Array.from({ length: rank }, () => readLength(cursor, widths));
  if ((flags & 0x01) === 0) return { shape, maxShape: undefined };
  // All bits ones are `H5S_UNLIMITED`. Behind them version 1 may permute the axes, which no library ever did.
  const maxShape = shape.map(() => readMost(cursor, widths.lengths));
  return { shape, maxShape: maxShape.some((extent, axis) => extent !== shape[axis]) ? maxShape : undefined };
}

/** Values with the mark of the null dataspace where they are of it. */
export function markNull(values: Hdf5Array, { isNull }: Pick<Dataspace, "isNull">): Hdf5Array {
  return isNull === undefined ? values : { ...values, isNull };
}

/** The number of elements; inexact, Infinity or NaN where a product of extents is beyond 2^53. */
export function countElements(shape: readonly number[]): number {
  return shape.reduce((count, extent) => count * extent, 1);
}
