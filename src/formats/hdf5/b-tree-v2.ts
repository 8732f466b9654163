import { KerasProofError } from "../../errors.js";
import type { Cursor } from "../cursor.js";
import { expectChecksum } from "./checksum.js";
import { claim } from "./claims.js";
import {
  bytesFor,
  checksumBytes,
  expectSignature,
  expectVersion,
  type FileAccess,
  openAt,
  readAddress,
  readDefinedAddress,
  readLength,
  readUnsigned,
} from "./file-access.js";

/** The bytes of a node beside its records and child pointers: signature, version, type and checksum. */
const nodeOverhead = 10;

/** What the header of a tree says. */
interface Tree {
  readonly file: FileAccess;
  readonly type: number;
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
 * All records of a version 2 B-tree (specification, III.A.2) in the order of their keys. `readRecord` reads one from a
 * cursor over its bytes alone. A tree of another type, one that meets a node twice, and one with more or fewer records
 * than it says is `corrupt`. The nodes are claimed for the object whose header is at `owner`. What is returned is for
 * `PagedBytes.run`: when it is started again it goes on where it was interrupted, at a node or within `readRecord`.
 * With `compare`, only the records are handed over that are equal to what is wanted, and only the nodes read in which
 * they may be: it tells how what is wanted compares with a record.
 */
export function walkBTreeV2<Item>(
  file: FileAccess,
  address: number,
  type: number,
  readRecord: (record: Cursor, index: number) => Item,
  owner: number,
  place: string,
  compare?: (record: Cursor) => number,
): () => Item[] {
  const items: Item[] = [];
  const seen = new Set<number>();
  const path: OpenNode[] = [];
  let tree: Tree | undefined;
  const enter = (tree: Tree, nodeAddress: number, level: number, count: number): void => {
    const cursor = openNode(tree, nodeAddress, level, count, owner, place);
    if (seen.has(nodeAddress) || items.length + count > tree.total) {
      cursor.fail("corrupt", `found a B-tree that meets a node twice, or has more records than its ${tree.total}`);
    }
    seen.add(nodeAddress);
    path.push({ cursor, level, count, start: cursor.position, record: 0, child: 0 });
  };
  /** How what is wanted compares with a record of a node; 0 where all are. */
  const comparisonWith = ({ cursor, start }: OpenNode, index: number, recordBytes: number): number => {
    if (compare === undefined) return 0;
    cursor.seek(start + index * recordBytes);
    return compare(cursor.window(recordBytes));
  };
  return () => {
    if (tree === undefined) {
      const opened = openTree(file, address, type, place);
      if (opened.total > 0) enter(opened, opened.rootAddress, opened.depth, opened.rootCount);
      tree = opened;
    }
    const { recordBytes, total } = tree;
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const { cursor, level, count, start } = node;
      // A node's records stand between its children.
      if (level > 0 && node.child === node.record) {
        const at = node.child;
        const isAfter = at === 0 || comparisonWith(node, at - 1, recordBytes) >= 0;
        if (isAfter && (at === count || comparisonWith(node, at, recordBytes) <= 0)) {
          cursor.seek(start + count * recordBytes + at * childBytes(tree, level));
          const child = readDefinedAddress(cursor, file.widths, "a child node");
          enter(tree, child, level - 1, readUnsigned(cursor, tree.countWidth));
        }
        node.child += 1;
      } else if (node.record < count) {
        if (comparisonWith(node, node.record, recordBytes) === 0) {
          cursor.seek(start + node.record * recordBytes);
          items.push(readRecord(cursor.window(recordBytes), items.length));
        }
        node.record += 1;
      } else path.pop();
    }
    if (compare === undefined && items.length !== total) {
      const message = `found ${items.length} records in a B-tree, wanted ${total}`;
      throw new KerasProofError("corrupt", place, message, { offset: file.base + address });
    }
    return items;
  };
}

/** A node on the way from the root, and how far it was read. */
interface OpenNode {
  readonly cursor: Cursor;
  readonly level: number;
  /** Its records, of which the first stands at `start`. */
  readonly count: number;
  readonly start: number;
  record: number;
  child: number;
}

/** Reads the header of a tree. */
function openTree(file: FileAccess, address: number, type: number, place: string): Tree {
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
  return { file, type, nodeBytes, recordBytes, depth, rootAddress: rootAddress ?? 0, rootCount, total, ...widths };
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

/** The size of a child pointer in a node above the leaves. */
function childBytes(tree: Tree, level: number): number {
  return tree.file.widths.offsets + tree.countWidth + tree.totalWidths[level - 1]!;
}

/** Opens a leaf (level 0) or internal node of `count` records, verified, at the first of them. */
function openNode(tree: Tree, address: number, level: number, count: number, owner: number, place: string): Cursor {
  const pointers = level === 0 ? 0 : (count + 1) * childBytes(tree, level);
  const length = nodeOverhead + count * tree.recordBytes + pointers;
  claim(tree.file, address, length, owner, place);
  const node = openAt(tree.file, address, length, place);
  expectSignature(node, level === 0 ? "BTLF" : "BTIN");
  expectVersion(node, [0], "a B-tree node");
  expectType(node, tree.type);
  if (length > tree.nodeBytes) node.fail("corrupt", `found ${count} records, wanted a node of ${tree.nodeBytes} bytes`);
  const start = node.position;
  node.seek(length - checksumBytes);
  expectChecksum(node);
  node.seek(start);
  return node;
}

function expectType(cursor: Cursor, expected: number): void {
  const type = cursor.uint8();
  if (type !== expected) cursor.fail("corrupt", `found a B-tree of type ${type}, wanted ${expected}`);
}
