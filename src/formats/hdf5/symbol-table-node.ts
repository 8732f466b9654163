import { claim, type StructureOwner } from "./claims.js";
import { checkCount } from "./file-access.js";
import { peekAt } from "./file-cursor.js";
import { addLink, type Link } from "./link.js";
import type { LocalHeap } from "./local-heap.js";
import { readLength, readRounded } from "./number-widths.js";
import { expectSignature, expectVersion } from "./structure-frame.js";

/** Reads a symbol table node and its entries (specification, III.B and III.C). */
export function readSymbolTableNode(
  { file, owner, place }: StructureOwner,
  address: number,
  heap: LocalHeap,
  links: Map<string, Link>,
): void {
  const softLinkCache = 2;
  const scratchBytes = 16;
  const header = peekAt(file, address, 8, place);
  expectSignature(header, "SNOD");
  expectVersion(header, [1], "a symbol table node");
  header.skip(1);
  const count = header.uint16();
  checkCount(file, links.size + count, "links", header);
  // The offset of a name has the width of lengths (`H5G_SIZEOF_ENTRY` of libhdf5).
  const length = count * (file.widths.lengths + file.widths.offsets + 8 + scratchBytes);
  const entries = peekAt(file, address + 8, length, place);
  claim(file, address, 8 + length, owner, place);
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
