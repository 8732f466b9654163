import { lookup3 } from "../../src/formats/hdf5/checksum.js";
import { ascii, type MadeFile, type Message, nowhere, word } from "./made-file.js";

/** A number of some bytes, little-endian. */
export function number(value: number, width: number): number[] {
  return word(value).slice(0, width);
}

/** Pieces one after the other. */
export function joined(...pieces: readonly (readonly number[] | Uint8Array)[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** A structure and the checksum that closes it. */
export function closed(...pieces: readonly (readonly number[] | Uint8Array)[]): Uint8Array {
  const bytes = joined(...pieces);
  return joined(bytes, number(lookup3(bytes), 4));
}

/** Where `addHeap` put a fractal heap, and what stands before the objects of its only block. */
export const blockPrefix = 17;

/** A fractal heap of one block, unchecked, that holds some bytes; gives its address. IDs are those of `heapId`. */
export function addHeap({ add }: MadeFile, content: Uint8Array): number {
  const blockBytes = 2 ** Math.ceil(Math.log2(content.length + blockPrefix));
  const block = new Uint8Array(blockBytes);
  const address = add(new Uint8Array(0)) + blockBytes;
  block.set([...ascii("FHDB"), 0, ...word(address)]);
  block.set(content, blockPrefix);
  const root = add(block);
  const largest = 2 ** 24;
  return add(
    closed(
      [...ascii("FRHP"), 0, ...number(8, 2), ...number(0, 2), 0, ...number(largest, 4)],
      [...word(0), ...nowhere, ...Array.from({ length: 80 }, () => 0)],
      [...number(1, 2), ...word(blockBytes), ...word(largest), ...number(32, 2), ...number(0, 2), ...word(root)],
      number(0, 2),
    ),
  );
}

/** The ID of an object in the block of `addHeap`, by its place in the content. */
export function heapId(offset: number, length: number): number[] {
  return [0, ...number(blockPrefix + offset, 4), ...number(length, 3)];
}

/** A version 2 B-tree of one leaf, of a type, with these records; gives its address. */
export function addTree({ add }: MadeFile, type: number, records: readonly (readonly number[])[]): number {
  const leaf = closed([...ascii("BTLF"), 0, type], joined(...records));
  const root = add(leaf);
  return add(
    closed(
      [...ascii("BTHD"), 0, type, ...number(leaf.length, 4), ...number(records[0]!.length, 2), ...number(0, 2)],
      [100, 40, ...word(root), ...number(records.length, 2), ...word(records.length)],
    ),
  );
}

/** A collection of the global heap with these objects, of which the first has the index 1; gives its address. */
export function addGlobalHeap({ add }: MadeFile, objects: readonly Uint8Array[]): number {
  const pieces = objects.map((object, i) =>
    joined([...number(i + 1, 2), 0, 0, 0, 0, 0, 0, ...word(object.length)], object, filling(object.length)),
  );
  const length = pieces.reduce((sum, piece) => sum + piece.length, 16);
  return add(joined([...ascii("GCOL"), 1, 0, 0, 0, ...word(length)], ...pieces));
}

function filling(length: number): Uint8Array {
  return new Uint8Array((8 - (length % 8)) % 8);
}

/** The message of a group whose links lie in a heap. */
export function linkInfo(heap: number, tree: number): Message {
  return [2, [0, 0, ...word(heap), ...word(tree)]];
}

/** The message of an object whose attributes lie in a heap. */
export function attributeInfo(heap: number, tree: number): Message {
  return [21, [0, 0, ...word(heap), ...word(tree)]];
}

/** The body of a Link message to an address. */
export function hardLink(name: readonly number[], address: number): number[] {
  return [1, 2, ...number(name.length, 4), ...name, ...word(address)];
}
