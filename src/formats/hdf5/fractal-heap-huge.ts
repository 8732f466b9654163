import type { Cursor } from "../cursor.js";
import { walkBTreeV2 } from "./b-tree-v2.js";
import { type FilteredHeap, openPlain, readFilteredSize } from "./fractal-heap-filters.js";
import { readDefinedAddress, readLength, readUnsigned } from "./number-widths.js";

/** Where the huge objects of a heap are found. */
interface HugeHeap extends FilteredHeap {
  /** The address of the B-tree that finds those whose IDs are numbers. */
  readonly index: number | undefined;
  readonly idBytes: number;
}

/**
 * Reads objects that are too large for a heap's blocks and lie in the file on their own (specification, III.G, "huge"):
 * an ID that is long enough holds their place itself, a shorter one a number that a B-tree leads on from.
 */
export function openHugeObjects(heap: HugeHeap): (id: Cursor) => Cursor {
  /** The types of the B-trees over huge objects whose IDs are numbers, without and with filters. */
  const plainIndex = 1;
  const filteredIndex = 2;
  const { file, filters } = heap;
  const { lengths, offsets } = file.widths;
  const placeBytes = offsets + lengths + (filters === undefined ? 0 : 4 + lengths);
  const openPlace = (cursor: Cursor): Cursor => {
    const address = readDefinedAddress(cursor, file.widths, "a huge object");
    const filtered = filters && readFilteredSize(file, cursor);
    return openPlain(heap, address, readLength(cursor, file.widths), filtered);
  };
  let places: ReadonlyMap<number, Cursor> | undefined;
  return (id) => {
    if (placeBytes <= heap.idBytes - 1) return openPlace(id);
    if (heap.index === undefined) return id.fail("corrupt", "found a huge object without an index, wanted one");
    const type = filters === undefined ? plainIndex : filteredIndex;
    places ??= new Map(
      walkBTreeV2(heap, heap.index, type, (record) => record)().map((record) => {
        record.seek(placeBytes);
        return [readLength(record, file.widths), record];
      }),
    );
    const number = readUnsigned(id, Math.min(id.remaining, 8));
    const record = places.get(number) ?? id.fail("corrupt", `found the huge object ${number}, which the index lacks`);
    record.seek(0);
    return openPlace(record);
  };
}
