import type { Cursor } from "../cursor.js";
import { walkBTreeV2 } from "./b-tree-v2.js";
import { type FileAccess, readAddress, readDefinedAddress } from "./file-access.js";
import { type FractalHeap, openFractalHeap } from "./fractal-heap.js";

/**
 * Reads the links or attributes that lie in a fractal heap, by the index of their names, a B-tree of a type: all, or
 * those that are wanted by `walkBTreeV2`'s `compare`. The addresses of both stand at the cursor; undefined where there
 * is no heap. What is returned is for `PagedBytes.run`: when it is started again it goes on where it was interrupted.
 * Heap and B-tree are those of the object whose header is at `owner`.
 */
export function walkDenseStorage<Item>(
  file: FileAccess,
  info: Cursor,
  type: number,
  readItem: (record: Cursor, heap: FractalHeap) => Item,
  owner: number,
  place: string,
  compare?: (record: Cursor) => number,
): (() => Item[]) | undefined {
  const heapAddress = readAddress(info, file.widths);
  if (heapAddress === undefined) return undefined;
  const indexAddress = readDefinedAddress(info, file.widths, "an index of names");
  const heap = openFractalHeap(file, heapAddress, owner, place);
  return walkBTreeV2(file, indexAddress, type, (record) => readItem(record, heap), owner, place, compare);
}
