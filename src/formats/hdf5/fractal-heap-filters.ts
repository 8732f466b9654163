import { Cursor } from "../cursor.js";
import { claim, type StructureOwner } from "./claims.js";
import type { FileAccess } from "./file-access.js";
import { openAt } from "./file-cursor.js";
import { readFilterPipeline } from "./filter-pipeline.js";
import { undoFilters } from "./filters/undo-filters.js";
import type { Hdf5Filter } from "./hdf5-object.js";
import { Interruption } from "./interruption.js";
import { readLength } from "./number-widths.js";
import type { PagedBytes } from "./paged-bytes.js";
import { perFile } from "./per-file.js";

/** What a heap whose blocks and huge objects went through filters says about them. */
export interface HeapFilters {
  readonly pipeline: readonly Hdf5Filter[];
  /** Of the root block, where that holds objects itself. */
  readonly root: FilteredSize;
}

/** How a block or huge object is stored: its bytes in the file, and which filters were left out. */
export interface FilteredSize {
  readonly storedBytes: number;
  readonly mask: number;
}

/** The most that all filtered blocks of a file may take when the filters are undone. */
export const maxPlainBytes: number = 2 ** 25;

/** What filters were undone for. */
interface PlainBlocks {
  readonly byAddress: Map<number, Uint8Array>;
  /** Of all of them. */
  bytes: number;
}

const plainBlocksOf = perFile((_pages: PagedBytes): PlainBlocks => ({ byAddress: new Map(), bytes: 0 }));

/**
 * Reads the part of a heap's header about filters (specification, III.G), of which the pipeline takes `length` bytes.
 */
export function readHeapFilters(file: FileAccess, header: Cursor, length: number): HeapFilters {
  const root = readFilteredSize(file, header);
  return { root, pipeline: readFilterPipeline(header.window(length)) };
}

/** Reads the size and the mask that stand behind the address of a filtered block or object. */
export function readFilteredSize(file: FileAccess, cursor: Cursor): FilteredSize {
  return { storedBytes: readLength(cursor, file.widths), mask: cursor.uint32() };
}

/** A heap whose blocks and huge objects may have gone through filters; they are claimed for its header. */
export interface FilteredHeap extends StructureOwner {
  readonly filters: HeapFilters | undefined;
}

/**
 * The `size` bytes of a block or huge object; where it went through filters, as `filtered` says, without these. Undoing
 * them takes its time, which interrupts the parser once. Only within `PagedBytes.run`.
 */
export function openPlain(
  { file, owner, place, filters }: FilteredHeap,
  address: number,
  size: number,
  filtered: FilteredSize | undefined,
): Cursor {
  const length = filtered?.storedBytes ?? size;
  claim(file, address, length, owner, place);
  const stored = openAt(file, address, length, place);
  if (filtered === undefined || filters === undefined) return stored;
  const blocks = plainBlocksOf(file.pages);
  const plain = blocks.byAddress.get(address);
  if (plain?.length === size) return new Cursor(plain, place, stored.base);
  const total = blocks.bytes + size;
  if (plain !== undefined || total > maxPlainBytes) {
    stored.fail("limit", `found filtered heap blocks of ${total} bytes, wanted at most ${maxPlainBytes}`);
  }
  throw new Interruption(async () => {
    const chunk = { stored: stored.bytes(length), mask: filtered.mask, offset: stored.base };
    const block = await undoFilters(chunk, { filters: filters.pipeline, size, registered: file.filters, place });
    // Meanwhile others may have done the same.
    blocks.bytes += size - (blocks.byAddress.get(address)?.length ?? 0);
    blocks.byAddress.set(address, block);
  });
}
