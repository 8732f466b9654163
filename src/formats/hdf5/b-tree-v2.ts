import type { Cursor } from "../cursor.js";
import { type BTreeV2, expectType, nodeOverhead, openBTreeV2 } from "./b-tree-v2-header.js";
import { expectLastChecksum } from "./checksum.js";
import { claim, type StructureOwner } from "./claims.js";
import { failAt, openAt } from "./file-cursor.js";
import { readDefinedAddress, readUnsigned } from "./number-widths.js";
import { expectSignature, expectVersion } from "./structure-frame.js";

/**
 * All records of a version 2 B-tree (specification, III.A.2) in the order of their keys. `readRecord` reads one from a
 * cursor over its bytes alone. A tree of another type, one that meets a node twice, and one with more or fewer records
 * than it says is `corrupt`. What is returned is for `PagedBytes.run`: when it is started again it goes on where it was
 * interrupted, at a node or within `readRecord`. With `compare`, only the records are handed over that are equal to
 * what is wanted, and only the nodes read in which they may be: it tells how what is wanted compares with a record.
 */
export function walkBTreeV2<Item>(
  object: StructureOwner,
  address: number,
  type: number,
  readRecord: (record: Cursor, index: number) => Item,
  compare?: (record: Cursor) => number,
): () => Item[] {
  const { file, place } = object;
  const items: Item[] = [];
  const seen = new Set<number>();
  const path: OpenNode[] = [];
  let tree: BTreeV2 | undefined;
  const enter = (tree: BTreeV2, nodeAddress: number, level: number, count: number): void => {
    const cursor = openNode(tree, nodeAddress, level, count);
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
      const opened = openBTreeV2(object, address, type);
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
      failAt(file, address, place, "corrupt", message);
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

/** The size of a child pointer in a node above the leaves. */
function childBytes(tree: BTreeV2, level: number): number {
  return tree.file.widths.offsets + tree.countWidth + tree.totalWidths[level - 1]!;
}

/** Opens a leaf (level 0) or internal node of `count` records, verified, at the first of them. */
function openNode(tree: BTreeV2, address: number, level: number, count: number): Cursor {
  const { file, owner, place } = tree;
  const pointers = level === 0 ? 0 : (count + 1) * childBytes(tree, level);
  const length = nodeOverhead + count * tree.recordBytes + pointers;
  claim(file, address, length, owner, place);
  const node = openAt(file, address, length, place);
  expectSignature(node, level === 0 ? "BTLF" : "BTIN");
  expectVersion(node, [0], "a B-tree node");
  expectType(node, tree.type);
  if (length > tree.nodeBytes) node.fail("corrupt", `found ${count} records, wanted a node of ${tree.nodeBytes} bytes`);
  expectLastChecksum(node);
  return node;
}
