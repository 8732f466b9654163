import type { Cursor } from "../../cursor.js";
import { openNodeV1 } from "../b-tree-v1.js";
import { failAt } from "../file-cursor.js";
import { readDefinedAddress } from "../number-widths.js";
import { type ChunkGroups, isWanted, type StoredChunk, type WantedChunks } from "./stored-chunk.js";
import { comparePlaces, expectOrder } from "./chunk-order.js";

interface ChunkKey {
  readonly size: number;
  readonly mask: number;
  readonly at: readonly number[];
}

interface PendingNode {
  readonly address: number;
  /** What the node above says of this one; undefined for the root. */
  readonly expected: { readonly level: number; readonly from: ChunkKey; readonly to: ChunkKey } | undefined;
}

/**
 * The wanted chunks by a version 1 B-tree of nodes of type 1 (specification, III.A.1), one group for each leaf. Nodes
 * whose keys show that they hold nothing wanted are not read. Each node must lie one level below the one that leads to
 * it and be met once, and chunks must be in order, else the tree is `corrupt`.
 */
export async function* readBTreeV1Index(wanted: WantedChunks, address: number): ChunkGroups {
  const { file, place } = wanted;
  const seen = new Set<number>();
  const pending: PendingNode[] = [{ address, expected: undefined }];
  let last: StoredChunk | undefined;
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const { address } = node;
    const { chunks, children } = await file.pages.run(() => readNode(wanted, node));
    for (const child of [...chunks, ...children]) {
      if (seen.has(child.address)) failAt(file, address, place, "corrupt", "found a B-tree that meets a node twice");
      seen.add(child.address);
    }
    expectOrder(wanted, address, chunks, last);
    last = chunks.at(-1) ?? last;
    for (let i = children.length - 1; i >= 0; i--) pending.push(children[i]!);
    yield chunks;
  }
}

function readNode(
  wanted: WantedChunks,
  { address, expected }: PendingNode,
): { readonly chunks: readonly StoredChunk[]; readonly children: readonly PendingNode[] } {
  /** The type of nodes over the chunks of a dataset. */
  const chunkNode = 1;
  const { file, chunkShape } = wanted;
  // A size, a mask, and the first index along each axis, the last one within an element.
  const keyBytes = 16 + 8 * chunkShape.length;
  const { level, used, entries } = openNodeV1(wanted, address, expected?.level, chunkNode, keyBytes);
  wanted.look(keyBytes * used);
  const chunks: StoredChunk[] = [];
  const children: PendingNode[] = [];
  const first = readKey(entries, wanted);
  let key = first;
  for (let i = 0; i < used; i++) {
    const child = readDefinedAddress(entries, file.widths, "a child node");
    const next = readKey(entries, wanted);
    if (level > 0) {
      if (reachesWanted(wanted, key.at, next.at)) {
        children.push({ address: child, expected: { level: level - 1, from: key, to: next } });
      }
    } else if (isWanted(wanted, key.at)) chunks.push({ ...key, address: child });
    key = next;
  }
  if (
    expected !== undefined &&
    (comparePlaces(expected.from.at, first.at) > 0 || comparePlaces(key.at, expected.to.at) > 0)
  ) {
    entries.fail("corrupt", "found a B-tree node with chunks outside of the keys that lead to it");
  }
  return { chunks, children };
}

function readKey(cursor: Cursor, { chunkShape, elementBytes }: WantedChunks): ChunkKey {
  const size = cursor.uint32();
  const mask = cursor.uint32();
  const readMultiple = (extent: number): number => {
    const offset = cursor.uint64();
    if (offset % extent === 0) return offset / extent;
    return cursor.fail("corrupt", `found a chunk from the index ${offset} on, wanted a multiple of ${extent}`);
  };
  const at = chunkShape.map(readMultiple);
  // The offset within an element.
  readMultiple(elementBytes);
  return { size, mask, at };
}

/**
 * False where no wanted chunk can lie in the order of chunks from one key up to another: there, the axes before the
 * first one on which the keys differ are settled, and on that one the chunks lie between them.
 */
function reachesWanted({ first, last }: WantedChunks, from: readonly number[], to: readonly number[]): boolean {
  for (let axis = 0; axis < from.length; axis++) {
    if (to[axis]! < first[axis]! || from[axis]! > last[axis]!) return false;
    if (from[axis] !== to[axis]) return true;
  }
  return true;
}
