import type { Cursor } from "../cursor.js";
import { type NumberWidths, readAddress, readLength } from "./number-widths.js";

/**
 * How the space of a heap is divided into blocks (specification, III.G, "doubling table"): rows of `width` blocks, the
 * first two of blocks of `startBytes`, each further one of blocks twice as large.
 */
export interface DoublingTable {
  readonly width: number;
  readonly startBytes: number;
  /** The size of the largest direct blocks, which hold objects; larger blocks are indirect, and divided in turn. */
  readonly maxDirectBytes: number;
  /** The width of an offset within the heap's space. */
  readonly offsetBytes: number;
  readonly rootAddress: number | undefined;
  /** The rows of the root block; 0 where it is a direct one. */
  readonly rootRows: number;
}

/** Reads the part of a heap's header that describes its blocks. */
export function readDoublingTable(header: Cursor, widths: NumberWidths): DoublingTable {
  const width = header.uint16();
  const startBytes = readLength(header, widths);
  const maxDirectBytes = readLength(header, widths);
  const offsetBytes = Math.ceil(header.uint16() / 8);
  // The rows that a root block starts with.
  header.skip(2);
  const rootAddress = readAddress(header, widths);
  const rootRows = header.uint16();
  if (![width, startBytes, maxDirectBytes].every(isPowerOf2) || maxDirectBytes < startBytes || offsetBytes > 8) {
    const found = `${width} blocks of ${startBytes} to ${maxDirectBytes} bytes`;
    header.fail("corrupt", `found rows of ${found}, wanted powers of 2`);
  }
  return { width, startBytes, maxDirectBytes, offsetBytes, rootAddress, rootRows };
}

/** The rows of an indirect block that stands for `size` bytes; below 1 where it could have none. */
export function rowsOf(heap: DoublingTable, size: number): number {
  return Math.log2(size / (heap.width * heap.startBytes)) + 1;
}

function isPowerOf2(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}
