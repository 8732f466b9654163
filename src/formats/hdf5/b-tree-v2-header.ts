import type { Cursor } from "../cursor.js";
import { expectChecksum } from "./checksum.js";
import type { StructureOwner } from "./claims.js";
import { openAt } from "./file-cursor.js";
import { bytesFor, readAddress, readLength } from "./number-widths.js";
import { expectSignature, expectVersion } from "./structure-frame.js";

/** The bytes of a node beside its records and child pointers: signature, version, type and checksum. */
export const nodeOverhead = 10;

/** What the header of a version 2 B-tree says. */
export interface BTreeV2 extends StructureOwner {
  readonly type: number;
  /** The size of every node, whether it is full or not. */
  readonly nodeBytes: number;
  readonly recordBytes: number;
  /** The level of the root, leaves being 0. */
  readonly depth: number;
  readonly rootAddress: number;
  readonly rootCount: number;
  /** The records of all nodes. */
  readonly total: number;
  /** The width of the number of records of a child. */
  readonly countWidth: number;
  /** By the level of a node, leaves being 0: the width of the number of records in and below it. */
  readonly totalWidths: readonly number[];
}

/**
 * Reads the header of a version 2 B-tree (specification, III.A.2). `corrupt` where it is of another type, has more
 * records than the file has bytes for, or could hold more than 2^53.
 */
export function openBTreeV2(object: StructureOwner, address: number, type: number): BTreeV2 {
  const { file, place } = object;
  const header = openAt(file, address, 22 + file.widths.offsets + file.widths.lengths, place);
  expectSignature(header, "BTHD");
  expectVersion(header, [0], "a version 2 B-tree");
  expectType(header, type);
  const nodeBytes = header.uint32();
  const recordBytes = header.uint16();
  const depth = header.uint16();
  // At how many per cent nodes are split and merged.
  header.skip(2);
  const rootAddress = readAddress(header, file.widths);
  const rootCount = header.uint16();
  const total = readLength(header, file.widths);
  expectChecksum(header);
  if (recordBytes === 0 || total > (file.end - file.base) / recordBytes || (total > 0 && rootAddress === undefined)) {
    header.fail("corrupt", `found ${total} records of ${recordBytes} bytes, wanted no more than the file holds`);
  }
  const widths = measure(header, file.widths.offsets, nodeBytes, recordBytes, depth);
  return { ...object, type, nodeBytes, recordBytes, depth, rootAddress: rootAddress ?? 0, rootCount, total, ...widths };
}

/**
 * The widths of the numbers in a node's child pointers, which follow from how many records fit below it. A tree that
 * could hold more than 2^53 records is `corrupt`, so none is deep.
 */
function measure(
  header: Cursor,
  offsetWidth: number,
  nodeBytes: number,
  recordBytes: number,
  depth: number,
): { readonly countWidth: number; readonly totalWidths: readonly number[] } {
  const space = nodeBytes - nodeOverhead;
  let capacity = Math.floor(space / recordBytes);
  const countWidth = bytesFor(capacity);
  const totalWidths = [0];
  for (let level = 1; level <= depth; level++) {
    const pointerBytes = offsetWidth + countWidth + totalWidths[level - 1]!;
    const records = Math.floor((space - pointerBytes) / (recordBytes + pointerBytes));
    capacity = (records + 1) * capacity + records;
    if (records < 1 || !(capacity < 2 ** 53))
      header.fail("corrupt", `found a B-tree of depth ${depth}, wanted a lower one`);
    totalWidths.push(bytesFor(capacity));
  }
  return { countWidth, totalWidths };
}

/** Reads the type that the header and each node begin with, after their version; `corrupt` where it is another. */
export function expectType(cursor: Cursor, expected: number): void {
  const type = cursor.uint8();
  if (type !== expected) cursor.fail("corrupt", `found a B-tree of type ${type}, wanted ${expected}`);
}
