import type { Cursor } from "../cursor.js";
import { expectVersion, type NumberWidths, readAddress, readLength } from "./file-access.js";

const maxRank = 32;

/** The shape of an array. */
export interface Dataspace {
  /** The empty shape for a scalar; `[0]` for the null dataspace, which has no elements at all. */
  readonly shape: readonly number[];
  /** The extents that the array can grow to, `Infinity` for no limit; undefined where it cannot grow. */
  readonly maxShape: readonly number[] | undefined;
}

const hasMaxFlag = 0x01;

/** Reads a Dataspace message (specification, IV.A.2.b). A permutation of the axes, which no library writes, is ignored. */
export function readDataspace(cursor: Cursor, widths: NumberWidths): Dataspace {
  const version = expectVersion(cursor, [1, 2], "a dataspace");
  const rank = cursor.uint8();
  if (rank > maxRank) cursor.fail("corrupt", `found ${rank} dimensions, wanted at most ${maxRank}`);
  const flags = cursor.uint8();
  const type = cursor.uint8();
  if (version === 1) cursor.skip(4);
  else if (type > 2) cursor.fail("corrupt", `found the dataspace type ${type}, wanted 0, 1 or 2`);
  else if (type !== 1 && rank !== 0) cursor.fail("corrupt", `found ${rank} dimensions without extents, wanted none`);
  else if (type === 2) return { shape: [0], maxShape: undefined };
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) shape.push(readLength(cursor, widths));
  if ((flags & hasMaxFlag) === 0) return { shape, maxShape: undefined };
  // The undefined length, all bits ones, stands for no limit.
  const unlimited = { offsets: widths.lengths, lengths: widths.lengths };
  const maxShape = shape.map(() => readAddress(cursor, unlimited) ?? Infinity);
  const axis = shape.findIndex((extent, axis) => extent > maxShape[axis]!);
  if (axis >= 0) cursor.fail("corrupt", `found the extent ${shape[axis]}, wanted at most ${maxShape[axis]}`);
  return { shape, maxShape: maxShape.every((extent, axis) => extent === shape[axis]) ? undefined : maxShape };
}

/** The number of elements; inexact, Infinity or NaN where a product of extents is beyond 2^53. */
export function countElements(shape: readonly number[]): number {
  let count = 1;
  for (const extent of shape) count *= extent;
  return count;
}
