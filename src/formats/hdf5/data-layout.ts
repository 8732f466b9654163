import type { Cursor } from "../cursor.js";
import type { ChunkIndexKind } from "./hdf5-object.js";
import { type NumberWidths, readAddress, readRounded } from "./number-widths.js";
import { rareParts } from "./on-demand.js";
import { expectVersion } from "./structure-frame.js";

/** Where the values of a dataset lie. */
export type DataLayout = CompactLayout | ContiguousLayout | ChunkedLayout | VirtualLayout;

/** Within the object header. */
export interface CompactLayout {
  readonly kind: "compact";
  readonly bytes: Uint8Array;
  /** The byte of the source where they begin. */
  readonly offset: number;
}

/** In one stretch. */
export interface ContiguousLayout {
  readonly kind: "contiguous";
  /** Undefined where nothing was ever written. */
  readonly address: number | undefined;
  /**
   * Undefined in old files, where the shape alone says it; above 2^53 the nearest number, of what was never written.
   */
  readonly size: number | undefined;
}

/** In boxes of equal extents, each stored on its own, which an index finds. */
export interface ChunkedLayout {
  readonly kind: "chunked";
  readonly index: ChunkIndexKind;
  /** That of the index, or of the chunks themselves; undefined where nothing was ever written. */
  readonly address: number | undefined;
  /** In elements, one extent for each axis, each at least 1. */
  readonly chunkShape: readonly number[];
  readonly elementBytes: number;
  /** Whether chunks that reach over the end of the dataset skip the filters. */
  readonly plainEdges: boolean;
  /** Of the index `single`, where its chunk went through filters. */
  readonly single: { readonly size: number; readonly mask: number } | undefined;
}

/** In parts of other datasets, which an object of the global heap lists. */
export interface VirtualLayout {
  readonly kind: "virtual";
  /** Of the collection of the global heap; undefined where nothing is listed. */
  readonly address: number | undefined;
  /** Of the object in it. */
  readonly index: number;
}

/**
 * Reads a Data Layout message (specification, IV.A.2.i): versions 1 and 2 of HDF5 up to 1.6.2, and 3 to 5. Only within
 * `PagedBytes.run`.
 */
export function readDataLayout(cursor: Cursor, widths: NumberWidths): DataLayout {
  const version = expectVersion(cursor, [1, 2, 3, 4, 5], "a data layout");
  const rank = version < 3 ? cursor.uint8() : 0;
  const layoutClass = cursor.uint8();
  if (version < 3) cursor.skip(5);
  switch (layoutClass) {
    case 0: {
      if (version < 3) cursor.skip(4 * rank);
      const size = version < 3 ? cursor.uint32() : cursor.uint16();
      return { kind: "compact", offset: cursor.base + cursor.position, bytes: cursor.bytes(size) };
    }
    case 1:
      return {
        kind: "contiguous",
        address: readAddress(cursor, widths),
        size: version < 3 ? undefined : readRounded(cursor, widths.lengths),
      };
    case 2:
      return rareParts().readChunkedLayout(cursor, widths, version, rank);
    case 3:
      if (version > 3) return { kind: "virtual", address: readAddress(cursor, widths), index: cursor.uint32() };
      break;
    default:
      break;
  }
  return cursor.fail("corrupt", `found the layout class ${layoutClass}, wanted 0 to 3`);
}
