import type { Cursor } from "../cursor.js";
import { walkBTreeV2 } from "./b-tree-v2.js";
import type { FileAccess } from "./file-access.js";
import { type FractalHeap, openFractalHeap } from "./fractal-heap.js";

/**
 * Reads the links or attributes that lie in a fractal heap, by the records of a B-tree of a type: all, or those
 * that are wanted by `walkBTreeV2`'s `compare`. What is returned is for `PagedBytes.run`: when it is started again it
 * goes on where it was interrupted. Heap and B-tree are those of the object whose header is at `owner`.
 */
export function walkDenseStorage<Item>(
  file: FileAccess,
  heapAddress: number,
  index: { readonly address: number; readonly type: number },
  readItem: (record: Cursor, heap: FractalHeap) => Item,
  owner: number,
  place: string,
  compare?: (record: Cursor) => number,
): () => Item[] {
  const heap = openFractalHeap(file, heapAddress, owner, place);
  return walkBTreeV2(file, index.address, index.type, (record) => readItem(record, heap), owner, place, compare);
}
