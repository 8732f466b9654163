import { walkGroupBTree } from "./b-tree-v1.js";
import type { StructureOwner } from "./claims.js";
import type { StoredMessage } from "./header-message.js";
import { compareNames, type Link, type Links } from "./link.js";
import { readLocalHeap } from "./local-heap.js";
import { readDefinedAddress } from "./number-widths.js";
import { openMessage } from "./shared-message.js";
import { readSymbolTableNode } from "./symbol-table-node.js";

/**
 * Reads the links of a group of the older kind from its Symbol Table message (specification, IV.A.2.r), in the order of
 * their names. What is returned is for `PagedBytes.run`: when it is started again it goes on where it was interrupted.
 * With a name it reads only the node in which that would stand by the order of the names, and gives the links there.
 */
export function openSymbolTable(group: StructureOwner, message: StoredMessage, name?: string): () => Links {
  const { file, place } = group;
  const links = new Map<string, Link>();
  let walk: (() => void) | undefined;
  return () => {
    // A search reads names one by one, at each of which it may be interrupted: it is short, and begins anew then.
    if (walk === undefined || name !== undefined) {
      links.clear();
      const cursor = openMessage(file, message, place);
      const treeAddress = readDefinedAddress(cursor, file.widths, "a group's B-tree");
      const heapAddress = readDefinedAddress(cursor, file.widths, "a group's heap");
      const heap = readLocalHeap(group, heapAddress, name !== undefined);
      const isUpTo =
        name === undefined ? undefined : (last: number): boolean => compareNames(name, heap.readText(last)) <= 0;
      walk = walkGroupBTree(group, treeAddress, (node) => readSymbolTableNode(group, node, heap, links), isUpTo);
    }
    walk();
    return links;
  };
}
