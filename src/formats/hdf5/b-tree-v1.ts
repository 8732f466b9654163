import { expectSignature, type FileAccess, openAt, readAddress, readDefinedAddress } from "./file-access.js";

const groupNodeType = 0;

/**
 * The addresses of the symbol table nodes of a group in the order of their names: the leaves of its version 1 B-tree
 * (specification, III.A.1, node type 0). Each node must lie one level below the one that leads to it and be met once,
 * else the tree is `corrupt`; so a loop cannot be followed.
 */
export function readGroupBTree(file: FileAccess, rootAddress: number, place: string): number[] {
  const leaves: number[] = [];
  const seen = new Set<number>();
  const pending: { readonly address: number; readonly level: number | undefined }[] = [
    { address: rootAddress, level: undefined },
  ];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const { level, children } = readNode(file, node.address, node.level, place);
    for (let i = 0; i < children.length; i++) {
      const child = level === 0 ? children[i]! : children[children.length - 1 - i]!;
      if (seen.has(child)) {
        openAt(file, node.address, 0, place).fail("corrupt", "found a B-tree that meets a node twice");
      }
      seen.add(child);
      if (level === 0) leaves.push(child);
      else pending.push({ address: child, level: level - 1 });
    }
  }
  return leaves;
}

function readNode(
  file: FileAccess,
  address: number,
  expectedLevel: number | undefined,
  place: string,
): { readonly level: number; readonly children: readonly number[] } {
  const { offsets, lengths } = file.widths;
  const headerBytes = 8 + 2 * offsets;
  const header = openAt(file, address, headerBytes, place);
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
  const entries = openAt(file, address + headerBytes, used * (lengths + offsets), place);
  const children: number[] = [];
  for (let i = 0; i < used; i++) {
    entries.skip(lengths);
    children.push(readDefinedAddress(entries, file.widths, "a child node"));
  }
  return { level, children };
}
