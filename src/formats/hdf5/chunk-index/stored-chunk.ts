import { KerasProofError } from "../../../errors.js";
import type { StructureOwner } from "../claims.js";
import { failAt } from "../file-cursor.js";
import { byteOffset } from "../strided-copy.js";

/** Where one chunk of a dataset is stored. */
export interface StoredChunk {
  /** The number of the chunk along each axis. */
  readonly at: readonly number[];
  readonly address: number;
  /** Its bytes as they are stored. */
  readonly size: number;
  /** A bit for each filter that it did not go through, bit 0 for the first filter. */
  readonly mask: number;
}

/** The chunks of a dataset of which some are wanted. */
export interface WantedChunks extends StructureOwner {
  /**
   * Counts bytes of the index before they are looked through; `limit` where they are too many. A virtual dataset may
   * have the same index looked through for each of thousands of mappings.
   */
  readonly look: (bytes: number) => void;
  readonly chunkShape: readonly number[];
  readonly elementBytes: number;
  /** Whether the dataset has filters: then an index tells of each chunk how long it is, and which were left out. */
  readonly filtered: boolean;
  /** The bytes of a chunk before filters. */
  readonly chunkBytes: number;
  /** How many chunks the dataset can have along each axis; `Infinity` where that is not limited. */
  readonly most: readonly number[];
  /** The number of the first chunk that is wanted along each axis. */
  readonly first: readonly number[];
  /** The number of the last chunk that is wanted along each axis. */
  readonly last: readonly number[];
}

/** What an index finds, in groups: stored chunks that are wanted, each at most once, in any order. */
export type ChunkGroups = AsyncIterable<readonly StoredChunk[]>;

/** True for a chunk that lies among the wanted ones. */
export function isWanted({ first, last }: WantedChunks, at: readonly number[]): boolean {
  return at.every((number, axis) => number >= first[axis]! && number <= last[axis]!);
}

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
