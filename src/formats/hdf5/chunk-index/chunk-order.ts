import { KerasProofError } from "../../../errors.js";
import { failAt } from "../file-cursor.js";
import { byteOffset } from "../strided-copy.js";
import type { StoredChunk, WantedChunks } from "./stored-chunk.js";

/**
 * Throws `corrupt` where chunks do not come each after the one before in C order, as those of a tree at `address` do;
 * `before` is the last of an earlier part. Out of order, one could come twice.
 */
export function expectOrder(
  { file, place }: WantedChunks,
  address: number,
  chunks: readonly StoredChunk[],
  before?: StoredChunk,
): void {
  let last = before;
  for (const chunk of chunks) {
    if (last !== undefined && comparePlaces(last.at, chunk.at) >= 0) {
      failAt(file, address, place, "corrupt", "found a B-tree whose chunks are not in order");
    }
    last = chunk;
  }
}

/** How the chunks of a dataset are counted in one row. */
export interface ChunkOrder {
  /** The first and the last number that a wanted chunk can have. */
  readonly low: number;
  readonly high: number;
  /** How far the number goes up with an index along each axis. */
  readonly strides: readonly number[];
  /** Where the chunk of a number lies along each axis. */
  readonly locate: (number: number) => number[];
}

/**
 * The order in which the last axis runs fastest, and slowest the one without limit, or else the first. `corrupt` unless
 * there are as many axes without limit as an index of chunks in one row is for.
 */
export function orderChunks({ place, most, first, last }: WantedChunks, endless: 0 | 1): ChunkOrder {
  const found = most.filter((count) => count === Infinity).length;
  if (found !== endless) {
    const message = `found a chunk index for ${endless} axes without limit, wanted one for ${found}`;
    throw new KerasProofError("corrupt", place, message);
  }
  const slowest = endless === 0 ? 0 : most.indexOf(Infinity);
  const axes = [slowest, ...[...most.keys()].filter((axis) => axis !== slowest)];
  const strides: number[] = [];
  let stride = 1;
  for (const axis of axes.toReversed()) {
    strides[axis] = stride;
    stride *= most[axis]!;
  }
  return {
    low: byteOffset(first, strides),
    high: byteOffset(last, strides),
    strides,
    locate: (number) => {
      const at: number[] = [];
      let rest = number;
      for (const axis of axes) {
        at[axis] = Math.floor(rest / strides[axis]!);
        rest %= strides[axis]!;
      }
      return at;
    },
  };
}

/** Below 0 where a chunk comes before another in the order of chunks, 0 for the same, else above 0. */
export function comparePlaces(a: readonly number[], b: readonly number[]): number {
  const axis = a.findIndex((number, i) => number !== b[i]);
  return axis === -1 ? 0 : a[axis]! - b[axis]!;
}
