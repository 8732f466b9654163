import type { Cursor } from "../cursor.js";
import { expectVersion, type NumberWidths, readLength } from "./file-access.js";

const maxRank = 32;

/**
 * Reads the shape from a Dataspace message (specification, IV.A.2.b): the empty shape for a scalar and, for the null
 * dataspace, which has no elements at all, the shape of an empty list.
 */
export function readDataspace(cursor: Cursor, widths: NumberWidths): readonly number[] {
  const version = expectVersion(cursor, [1, 2], "a dataspace");
  const rank = cursor.uint8();
  if (rank > maxRank) cursor.fail("corrupt", `found ${rank} dimensions, wanted at most ${maxRank}`);
  cursor.skip(1);
  const type = cursor.uint8();
  if (version === 1) cursor.skip(4);
  else if (type > 2) cursor.fail("corrupt", `found the dataspace type ${type}, wanted 0, 1 or 2`);
  else if (type !== 1 && rank !== 0) cursor.fail("corrupt", `found ${rank} dimensions without extents, wanted none`);
  else if (type === 2) return [0];
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) shape.push(readLength(cursor, widths));
  return shape;
}

/** The number of elements; inexact, Infinity or NaN where a product of extents is beyond 2^53. */
export function countElements(shape: readonly number[]): number {
  let count = 1;
  for (const extent of shape) count *= extent;
  return count;
}
