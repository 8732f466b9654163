import type { StructureOwner } from "../claims.js";

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
