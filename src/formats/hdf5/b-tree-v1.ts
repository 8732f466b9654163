import type { Cursor } from "../cursor.js";
import { firstIndex } from "./bisect.js";
import { claim, type StructureOwner } from "./claims.js";
import type { FileAccess } from "./file-access.js";
import { failAt, peekAt } from "./file-cursor.js";
import { readDefinedAddress, readLength } from "./number-widths.js";
import { expectSignature } from "./structure-frame.js";

/**
 * Hands the symbol table nodes of a group in the order of their names to `readLeaf`: the leaves of its version 1 B-tree
 * (specification, III.A.1, node type 0). Each node must lie one level below the one that leads to it and be met once,
 * else the tree is `corrupt`; so a loop cannot be followed. What is returned is for `PagedBytes.run`: when it is
 * started again it goes on where it was interrupted, at a node or within `readLeaf`. With `isUpTo`, only the node is
 * handed over in which one name would stand: it tells whether that is not above the name at an offset of the group's
 * heap.
 */
export function walkGroupBTree(
  group: StructureOwner,
  rootAddress: number,
  readLeaf: (address: number) => void,
  isUpTo?: (last: number) => boolean,
): () => void {
  /** The type of nodes over the links of a group. */
  const groupNode = 0;
  const { file, place } = group;
  const seen = new Set<number>();
  /** Nodes with their level, the leaves being at level -1; that of the root is not known. */
  const pending: { readonly address: number; readonly level: number | undefined }[] = [
    { address: rootAddress, level: undefined },
  ];
  return () => {
    for (let node = pending.at(-1); node !== undefined; node = pending.at(-1)) {
      if (node.level === -1) {
        readLeaf(node.address);
        pending.pop();
        continue;
      }
      const opened = openNodeV1(group, node.address, node.level, groupNode, file.widths.lengths);
      const children = readChildren(file, opened, isUpTo);
      pending.pop();
      for (const child of children.reverse()) {
        if (seen.has(child)) {
          failAt(file, node.address, place, "corrupt", "found a B-tree that meets a node twice");
        }
        seen.add(child);
        pending.push({ address: child, level: opened.level - 1 });
      }
    }
  };
}

/** A node of a version 1 B-tree. */
interface NodeV1 {
  /** 0 for a leaf. */
  readonly level: number;
  /** The number of its children. */
  readonly used: number;
  /** Keys and addresses of children in turn; a key is the first and the last of them. */
  readonly entries: Cursor;
}

/**
 * Opens a node of a version 1 B-tree (specification, III.A.1) of a type, with keys of `keyBytes`. `corrupt` where it is
 * of another type, or of another level than the one that leads to it says.
 */
export function openNodeV1(
  { file, owner, place }: StructureOwner,
  address: number,
  expectedLevel: number | undefined,
  type: number,
  keyBytes: number,
): NodeV1 {
  const { offsets } = file.widths;
  const headerBytes = 8 + 2 * offsets;
  const header = peekAt(file, address, headerBytes, place);
  expectSignature(header, "TREE");
  const found = header.uint8();
  if (found !== type) header.fail("corrupt", `found a B-tree node of type ${found}, wanted ${type}`);
  const level = header.uint8();
  if (expectedLevel !== undefined && level !== expectedLevel) {
    header.fail("corrupt", `found a B-tree node of level ${level}, wanted level ${expectedLevel}`);
  }
  const used = header.uint16();
  // Then come the addresses of the siblings, which a walk from the root does not need.
  const length = used * (keyBytes + offsets) + keyBytes;
  const entries = peekAt(file, address + headerBytes, length, place);
  claim(file, address, headerBytes + length, owner, place);
  return { level, used, entries };
}

/** The addresses of the children, or with `isUpTo` of the one in which the name would stand. */
function readChildren(
  { widths }: FileAccess,
  { used, entries }: NodeV1,
  isUpTo: ((last: number) => boolean) | undefined,
): number[] {
  // Between two children stands the last name of the first.
  const keyAt = (child: number): number => {
    entries.seek(child * (widths.lengths + widths.offsets));
    return readLength(entries, widths);
  };
  let first = 0;
  let end = used;
  if (isUpTo !== undefined && used > 0) {
    end = firstIndex(1, used, (child) => isUpTo(keyAt(child)));
    first = end - 1;
  }
  const children: number[] = [];
  for (let child = first; child < end; child++) {
    keyAt(child);
    children.push(readDefinedAddress(entries, widths, "a child node"));
  }
  return children;
}
