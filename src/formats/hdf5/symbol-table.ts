import { KerasProofError } from "../../errors.js";
import { readGroupBTree } from "./b-tree-v1.js";
import { expectSignature, expectVersion, type FileAccess, openAt, readDefinedAddress } from "./file-access.js";
import { addLink, type Link } from "./link.js";
import { type LocalHeap, readLocalHeap } from "./local-heap.js";
import type { HeaderMessage } from "./object-header.js";
import { openMessage } from "./shared-message.js";

const softLinkCache = 2;
const scratchBytes = 16;

/** Reads the links of a group of the older kind from its Symbol Table message (specification, IV.A.2.r). */
export function readSymbolTable(
  file: FileAccess,
  message: HeaderMessage,
  links: Map<string, Link>,
  place: string,
): void {
  const cursor = openMessage(file, message, place);
  const treeAddress = readDefinedAddress(cursor, file.widths, "a group's B-tree");
  const heap = readLocalHeap(file, readDefinedAddress(cursor, file.widths, "a group's heap"), place);
  for (const address of readGroupBTree(file, treeAddress, place)) readNode(file, address, heap, links, place);
}

/** Reads a symbol table node and its entries (specification, III.B and III.C). */
function readNode(file: FileAccess, address: number, heap: LocalHeap, links: Map<string, Link>, place: string): void {
  const header = openAt(file, address, 8, place);
  expectSignature(header, "SNOD");
  expectVersion(header, [1], "a symbol table node");
  header.skip(1);
  const count = header.uint16();
  if (links.size + count > file.limits.objects) {
    throw new KerasProofError(
      "limit",
      place,
      `found ${links.size + count} links in a group, wanted at most ${file.limits.objects}`,
    );
  }
  const entries = openAt(file, address + 8, count * (2 * file.widths.offsets + 8 + scratchBytes), place);
  for (let i = 0; i < count; i++) {
    const name = heap.readText(readDefinedAddress(entries, file.widths, "a link's name"));
    // A soft link has no object header: its address is undefined and its target lies in the heap.
    const headerStart = entries.position;
    entries.skip(file.widths.offsets);
    const cacheType = entries.uint32();
    entries.skip(4);
    const scratch = entries.window(scratchBytes);
    if (cacheType > softLinkCache) entries.fail("corrupt", `found the cache type ${cacheType}, wanted 0, 1 or 2`);
    if (cacheType === softLinkCache) {
      addLink(links, name, { kind: "soft", target: heap.readText(scratch.uint32()) }, entries);
      continue;
    }
    const end = entries.position;
    entries.seek(headerStart);
    const headerAddress = readDefinedAddress(entries, file.widths, "an object");
    entries.seek(end);
    addLink(links, name, { kind: "hard", address: headerAddress }, entries);
  }
}
