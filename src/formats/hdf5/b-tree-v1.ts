import { firstIndex } from "./bisect.js";
import {
  expectSignature,
  type FileAccess,
  peekAt,
  readAddress,
  readDefinedAddress,
  readLength,
} from "./file-access.js";

const groupNodeType = 0;

/**
 * Hands the symbol table nodes of a group in the order of their names to `readLeaf`: the leaves of its version 1 B-tree
 * (specification, III.A.1, node type 0). Each node must lie one level below the one that leads to it and be met once,
 * else the tree is `corrupt`; so a loop cannot be followed. What is returned is for `PagedBytes.run`: when it is started
 * again it goes on where it was interrupted, at a node or within `readLeaf`. With `isUpTo`, only the node is handed over in
 * which one name would stand: it tells whether that is not above the name at an offset of the group's heap.
 */
export function walkGroupBTree(
  file: FileAccess,
  rootAddress: number,
  readLeaf: (address: number) => void,
  place: string,
  isUpTo?: (last: number) => boolean,
): () => void {
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
      const { level, children } = readNode(file, node.address, node.level, place, isUpTo);
      pending.pop();
      for (const child of children.reverse()) {
        if (seen.has(child)) {
          peekAt(file, node.address, 0, place).fail("corrupt", "found a B-tree that meets a node twice");
        }
        seen.add(child);
        pending.push({ address: child, level: level - 1 });
      }
    }
  };
}

function readNode(
  file: FileAccess,
  address: number,
  expectedLevel: number | undefined,
  place: string,
  isUpTo?: (last: number) => boolean,
): { readonly level: number; readonly children: number[] } {
  const { offsets, lengths } = file.widths;
  const headerBytes = 8 + 2 * offsets;
  const header = peekAt(file, address, headerBytes, place);
  expectSignature(header, "TREE");
  const type = header.uint8();
  if (type !== groupNodeType) header.fail("corrupt", `found a B-tree node of type ${type}, wanted 0, that of groups`);
  const level = header.uint8();
  if (expectedLevel !== undefined && level !== expectedLevel) {
    header.fail("corrupt", `found a B-tree node of level ${level}, wanted level ${expectedLevel}`);
  }
  const used = header.uint16();
  // The addresses of the siblings, which a walk from the root does not need.
  readAddress(header, file.widths);
  readAddress(header, file.widths);
  const entries = peekAt(file, address + headerBytes, used * (lengths + offsets), place);
  const children: number[] = [];
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
  for (let i = isUpTo === undefined ? 0 : Math.max(end - 1, 0); i < end; i++) {
    keyAt(i);
    children.push(readDefinedAddress(entries, file.widths, "a child node"));
  }
  return { level, children };
}
