import type { Cursor } from "../cursor.js";
import { claim, type StructureOwner } from "./claims.js";
import { openAt } from "./file-cursor.js";
import type { FileAccess } from "./file-access.js";
import { maxPlainBytes, readHeapFilters } from "./fractal-heap-filters.js";
import { expectChecksum } from "./checksum.js";
import { openHugeObjects } from "./fractal-heap-huge.js";
import { readDoublingTable } from "./doubling-table.js";
import { openManagedObjects } from "./fractal-heap-managed.js";
import { readAddress } from "./number-widths.js";
import { expectSignature, expectVersion } from "./structure-frame.js";

/** A heap of links, attributes or shared messages. */
export interface FractalHeap {
  /** The object that a heap ID, all that is left of the cursor, means. Only within `PagedBytes.run`. */
  readObject(id: Cursor): Cursor;
}

/**
 * Reads the header of a fractal heap (specification, III.G). Its blocks are claimed for the heap itself. The objects
 * that are read from it may not be longer together than the file (and what its filtered blocks may take), each counted
 * once: objects lie side by side, and ones that overlap could otherwise claim more than the file holds. Only within
 * `PagedBytes.run`.
 */
export function openFractalHeap({ file, owner, place }: StructureOwner, address: number): FractalHeap {
  /** What an ID says in its bits 4 and 5. */
  const managedKind = 0;
  const hugeKind = 1;
  const tinyKind = 2;
  /** The longest object that an ID of the short form holds. */
  const shortTiny = 16;
  const { offsets, lengths } = file.widths;
  const header = openHeader(file, address, place);
  claim(file, address, header.length, owner, place);
  expectSignature(header, "FRHP");
  expectVersion(header, [0], "a fractal heap");
  const idBytes = header.uint16();
  const filterBytes = header.uint16();
  const checksummed = (header.uint8() & 0x02) !== 0;
  const maxManagedBytes = header.uint32();
  // The number of the next huge object.
  header.skip(lengths);
  const hugeIndex = readAddress(header, file.widths);
  // Free space and statistics.
  header.skip(lengths + offsets + 8 * lengths);
  const table = readDoublingTable(header, file.widths);
  const filters = filterBytes === 0 ? undefined : readHeapFilters(file, header, filterBytes);
  expectChecksum(header);
  const heap = { file, owner: address, place, filters };
  const managed = openManagedObjects({ ...heap, ...table, checksummed, maxManagedBytes });
  const huge = openHugeObjects({ ...heap, index: hugeIndex, idBytes });
  const openObject = (id: Cursor): Cursor => {
    const first = id.uint8();
    if (first >> 6 !== 0) id.fail("unsupported-hdf5", `found a heap ID of version ${first >> 6}, wanted version 0`);
    switch (first >> 4) {
      case managedKind:
        return managed(id);
      case hugeKind:
        return huge(id);
      case tinyKind: {
        // A longer ID can hold a longer object: then the length goes on in the next byte.
        const length = idBytes - 1 <= shortTiny ? first & 0x0f : ((first & 0x0f) << 8) | id.uint8();
        return id.window(length + 1);
      }
      default:
        return id.fail("corrupt", "found a heap ID of kind 3, wanted 0, 1 or 2");
    }
  };
  const most = file.end - file.base + (filters === undefined ? 0 : maxPlainBytes);
  const met = new Set<string>();
  let used = 0;
  return {
    readObject: (id) => {
      const object = openObject(id);
      const key = `${object.base} ${object.length}`;
      if (!met.has(key)) used += object.length;
      met.add(key);
      if (used > most) id.fail("corrupt", `found heap objects that overlap, wanted each in a place of its own`);
      return object;
    },
  };
}

/** The bytes of a header, whose length depends on that of the filters. */
function openHeader(file: FileAccess, address: number, place: string): Cursor {
  const { offsets, lengths } = file.widths;
  const plainBytes = 26 + 12 * lengths + 3 * offsets;
  const header = openAt(file, address, plainBytes, place);
  header.seek(7);
  const filterBytes = header.uint16();
  header.seek(0);
  return filterBytes === 0 ? header : openAt(file, address, plainBytes + lengths + 4 + filterBytes, place);
}
