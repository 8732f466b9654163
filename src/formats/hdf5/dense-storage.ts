import type { Cursor } from "../cursor.js";
import { walkBTreeV2 } from "./b-tree-v2.js";
import type { StructureOwner } from "./claims.js";
import { type FractalHeap, openFractalHeap } from "./fractal-heap.js";
import { readAddress, readDefinedAddress } from "./number-widths.js";

/**
 * Reads the links or attributes that lie in a fractal heap, by the index of their names, a B-tree of a type: all, or
 * those that are wanted by `walkBTreeV2`'s `compare`. The addresses of both stand at the cursor; undefined where there
 * is no heap. What is returned is for `PagedBytes.run`: when it is started again it goes on where it was interrupted.
 */
export function walkDenseStorage<Item>(
  object: StructureOwner,
  info: Cursor,
  type: number,
  readItem: (record: Cursor, heap: FractalHeap) => Item,
  compare?: (record: Cursor) => number,
): (() => Item[]) | undefined {
  const { widths } = object.file;
  const heapAddress = readAddress(info, widths);
  if (heapAddress === undefined) return undefined;
  const indexAddress = readDefinedAddress(info, widths, "an index of names");
  const heap = openFractalHeap(object, heapAddress);
  return walkBTreeV2(object, indexAddress, type, (record) => readItem(record, heap), compare);
}
