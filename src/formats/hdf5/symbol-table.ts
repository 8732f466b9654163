import { walkGroupBTree } from "./b-tree-v1.js";
import { claim } from "./claims.js";
import { addLink, compareNames, type Link, type Links } from "./link.js";
import {
  checkCount,
  expectSignature,
  expectVersion,
  type FileAccess,
  peekAt,
  readDefinedAddress,
  readLength,
  readRounded,
} from "./file-access.js";
import { type LocalHeap, readLocalHeap } from "./local-heap.js";
import type { StoredMessage } from "./object-header.js";
import { openMessage } from "./shared-message.js";

/**
 * Reads the links of a group of the older kind from its Symbol Table message (specification, IV.A.2.r), in the order of
 * their names. What is returned is for `PagedBytes.run`: when it is started again it goes on where it was interrupted.
 * With a name it reads only the node in which that would stand by the order of the names, and gives the links there.
 * `group` is the address of the group's header, which claims what it reads.
 */
export function openSymbolTable(
  file: FileAccess,
  message: StoredMessage,
  group: number,
  place: string,
  name?: string,
): () => Links {
  const links = new Map<string, Link>();
  let walk: (() => void) | undefined;
  return () => {
    // A search reads names one by one, at each of which it may be interrupted: it is short, and begins anew then.
    if (walk === undefined || name !== undefined) {
      links.clear();
      const cursor = openMessage(file, message, place);
      const treeAddress = readDefinedAddress(cursor, file.widths, "a group's B-tree");
      const heapAddress = readDefinedAddress(cursor, file.widths, "a group's heap");
      const heap = readLocalHeap(file, heapAddress, group, place, name !== undefined);
      const isUpTo =
        name === undefined ? undefined : (last: number): boolean => compareNames(name, heap.readText(last)) <= 0;
      const readLeaf = (address: number): void => {
        readNode(file, address, group, heap, links, place);
      };
      walk = walkGroupBTree(file, treeAddress, group, readLeaf, place, isUpTo);
    }
    walk();
    return links;
  };
}

/** Reads a symbol table node and its entries (specification, III.B and III.C). */
function readNode(
  file: FileAccess,
  address: number,
  group: number,
  heap: LocalHeap,
  links: Map<string, Link>,
  place: string,
): void {
  const softLinkCache = 2;
  const scratchBytes = 16;
  const header = peekAt(file, address, 8, place);
  expectSignature(header, "SNOD");
  expectVersion(header, [1], "a symbol table node");
  header.skip(1);
  const count = header.uint16();
  checkCount(file, links.size + count, "links", header);
  const length = count * (file.widths.lengths + file.widths.offsets + 8 + scratchBytes);
  const entries = peekAt(file, address + 8, length, place);
  claim(file, address, 8 + length, group, place);
  for (let i = 0; i < count; i++) {
    const name = heap.readText(readLength(entries, file.widths));
    const objectAddress = readRounded(entries, file.widths.offsets);
    const cacheType = entries.uint32();
    entries.skip(4);
    const scratch = entries.window(scratchBytes);
    if (cacheType > softLinkCache) entries.fail("corrupt", `found the cache type ${cacheType}, wanted 0, 1 or 2`);
    // A soft link has no object header: its target lies in the heap.
    const link: Link =
      cacheType === softLinkCache
        ? { kind: "soft", target: heap.readText(scratch.uint32()) }
        : { kind: "hard", address: objectAddress };
    addLink(links, name, link, entries);
  }
}
