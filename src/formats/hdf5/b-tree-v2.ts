import type { Cursor } from "../cursor.js";
import { expectChecksum } from "./checksum.js";
import {
  expectSignature,
  expectVersion,
  type FileAccess,
  openAt,
  readDefinedAddress,
  readLength,
  readUnsigned,
} from "./file-access.js";

/** What the nodes of a tree have in common. */
interface Tree {
  readonly file: FileAccess;
  readonly type: number;
  readonly nodeBytes: number;
  readonly recordBytes: number;
  /** The width of the number of records of a child. */
  readonly countWidth: number;
  /** By the level of a node, leaves being 0: the width of the number of records in and below it. */
  readonly totalWidths: readonly number[];
}

/** Signature, version, type and checksum. */
const nodeOverhead = 10;

/**
 * All records of a version 2 B-tree (specification, III.A.2) in the order of their keys. `readRecord` reads one from a
 * cursor over its bytes alone. A tree of another type, one that meets a node twice, and one with more or fewer records
 * than it says is `corrupt`. Only within `PagedBytes.run`.
 */
export function readBTreeV2<Item>(
  file: FileAccess,
  address: number,
  type: number,
  readRecord: (record: Cursor, index: number) => Item,
  place: string,
): Item[] {
  const header = openAt(file, address, 22 + file.widths.offsets + file.widths.lengths, place);
  expectSignature(header, "BTHD");
  expectVersion(header, [0], "a version 2 B-tree");
  expectType(header, type);
  const nodeBytes = header.uint32();
  const recordBytes = header.uint16();
  const depth = header.uint16();
  // At how many per cent nodes are split and merged.
  header.skip(2);
  const rootAt = header.position;
  header.skip(file.widths.offsets);
  const rootCount = header.uint16();
  const total = readLength(header, file.widths);
  expectChecksum(header);
  const items: Item[] = [];
  if (total === 0) return items;
  if (recordBytes === 0 || total > (file.end - file.base) / recordBytes) {
    header.fail("corrupt", `found ${total} records of ${recordBytes} bytes, wanted no more than the file holds`);
  }
  header.seek(rootAt);
  const tree = {
    file,
    type,
    nodeBytes,
    recordBytes,
    ...measure(header, file.widths.offsets, nodeBytes, recordBytes, depth),
  };
  const seen = new Set<number>();
  const readNode = (nodeAddress: number, level: number, count: number): void => {
    const node = openNode(tree, nodeAddress, level, count, place);
    if (seen.has(nodeAddress) || items.length + count > total) {
      node.fail("corrupt", `found a B-tree that meets a node twice, or has more records than its ${total}`);
    }
    seen.add(nodeAddress);
    const recordsAt = node.position;
    let childAt = recordsAt + count * recordBytes;
    for (let i = 0; i <= count; i++) {
      if (level > 0) {
        node.seek(childAt);
        const child = readDefinedAddress(node, file.widths, "a child node");
        const childCount = readUnsigned(node, tree.countWidth);
        childAt = node.position + tree.totalWidths[level - 1]!;
        readNode(child, level - 1, childCount);
      }
      if (i === count) break;
      node.seek(recordsAt + i * recordBytes);
      items.push(readRecord(node.window(recordBytes), items.length));
    }
  };
  readNode(readDefinedAddress(header, file.widths, "the root of a B-tree"), depth, rootCount);
  if (items.length !== total) header.fail("corrupt", `found ${items.length} records in a B-tree, wanted ${total}`);
  return items;
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
  let capacity = Math.floor((nodeBytes - nodeOverhead) / recordBytes);
  const countWidth = widthOf(capacity);
  const totalWidths = [0];
  for (let level = 1; level <= depth; level++) {
    const pointerBytes = offsetWidth + countWidth + totalWidths[level - 1]!;
    const records = Math.floor((nodeBytes - nodeOverhead - pointerBytes) / (recordBytes + pointerBytes));
    capacity = (records + 1) * capacity + records;
    if (records < 1 || !(capacity < 2 ** 53))
      header.fail("corrupt", `found a B-tree of depth ${depth}, wanted a lower one`);
    totalWidths.push(widthOf(capacity));
  }
  return { countWidth, totalWidths };
}

/** The bytes that a number up to `limit` takes. */
function widthOf(limit: number): number {
  return limit < 1 ? 1 : Math.floor(Math.floor(Math.log2(limit)) / 8) + 1;
}

/** Opens a leaf (level 0) or internal node of `count` records, verified, at the first of them. */
function openNode(tree: Tree, address: number, level: number, count: number, place: string): Cursor {
  const { file, recordBytes, countWidth, totalWidths } = tree;
  const pointers = level === 0 ? 0 : (count + 1) * (file.widths.offsets + countWidth + totalWidths[level - 1]!);
  const length = nodeOverhead + count * recordBytes + pointers;
  const node = openAt(file, address, length, place);
  expectSignature(node, level === 0 ? "BTLF" : "BTIN");
  expectVersion(node, [0], "a B-tree node");
  expectType(node, tree.type);
  if (length > tree.nodeBytes) node.fail("corrupt", `found ${count} records, wanted a node of ${tree.nodeBytes} bytes`);
  const start = node.position;
  node.seek(length - 4);
  expectChecksum(node);
  node.seek(start);
  return node;
}

function expectType(cursor: Cursor, expected: number): void {
  const type = cursor.uint8();
  if (type !== expected) cursor.fail("corrupt", `found a B-tree of type ${type}, wanted ${expected}`);
}
