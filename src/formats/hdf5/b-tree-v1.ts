import type { Cursor } from "../cursor.js";
import { firstIndex } from "./bisect.js";
import { claim } from "./claims.js";
import { expectSignature, type FileAccess, peekAt, readDefinedAddress, readLength } from "./file-access.js";

/**
 * Hands the symbol table nodes of a group in the order of their names to `readLeaf`: the leaves of its version 1 B-tree
 * (specification, III.A.1, node type 0). Each node must lie one level below the one that leads to it and be met once,
 * else the tree is `corrupt`; so a loop cannot be followed. They are claimed for the group whose header is at `group`.
 * What is returned is for `PagedBytes.run`: when it is started again it goes on where it was interrupted, at a node or
 * within `readLeaf`. With `isUpTo`, only the node is handed over in which one name would stand: it tells whether that
 * is not above the name at an offset of the group's heap.
 */
export function walkGroupBTree(
  file: FileAccess,
  rootAddress: number,
  group: number,
  readLeaf: (address: number) => void,
  place: string,
  isUpTo?: (last: number) => boolean,
): () => void {
  /** The type of nodes over the links of a group. */
  const groupNode = 0;
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
      const opened = openNodeV1(file, node.address, groupNode, node.level, file.widths.lengths, 0, group, place);
      const children = readChildren(file, opened, isUpTo);
      pending.pop();
      for (const child of children.reverse()) {
        if (seen.has(child)) {
          peekAt(file, node.address, 0, place).fail("corrupt", "found a B-tree that meets a node twice");
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
  /** Keys and addresses of children in turn, and what closes them. */
  readonly entries: Cursor;
}

/**
 * Opens a node of a version 1 B-tree (specification, III.A.1) of a type, with keys of `keyBytes`, and with
 * `closingBytes` behind its last child, and claims it for the object whose header is at `owner`. `corrupt` where it is
 * of another type, or of another level than the one that leads to it says.
 */
export function openNodeV1(
  file: FileAccess,
  address: number,
  type: number,
  expectedLevel: number | undefined,
  keyBytes: number,
  closingBytes: number,
  owner: number,
  place: string,
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
  const length = used * (keyBytes + offsets) + closingBytes;
  const entries = peekAt(file, address + headerBytes, length, place);
  claim(file, address, headerBytes + length, owner, place);
  return { level, used, entries };
}

function readChildren(
  file: FileAccess,
  { used, entries }: NodeV1,
  isUpTo: ((last: number) => boolean) | undefined,
): number[] {
  const { offsets, lengths } = file.widths;
  // Between two children stands the last name of the first.
  const keyAt = (i: number): number => {
    entries.seek(i * (lengths + offsets));
    return readLength(entries, file.widths);
  };
  const end =
    isUpTo === undefined
      ? used
      : Math.min(
          used,
          firstIndex(1, used, (i) => isUpTo(keyAt(i))),
        );
  const children: number[] = [];
  for (let i = isUpTo === undefined ? 0 : Math.max(end - 1, 0); i < end; i++) {
    keyAt(i);
    children.push(readDefinedAddress(entries, file.widths, "a child node"));
  }
  return children;
}
