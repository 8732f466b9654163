import type { FilteredBytes } from "./built-in-filter.js";
import { newMemory, type StepMemory } from "./scratch-memory.js";

/**
 * Filter 2: the first bytes of all elements, then the second bytes of all, and so on; what is left of the last, partial
 * element stays at the end (libhdf5's `H5Zshuffle.c`). The parameter is the size of an element; 0 and 1 change nothing.
 */
export function undoShuffle({ bytes, parameters }: FilteredBytes, { take }: StepMemory = newMemory): Uint8Array {
  const size = parameters[0] ?? 0;
  // By operators on bits: of a division Bun makes floats, with which the loops below take six times as long.
  const count = (bytes.length / size) >>> 0;
  if (size <= 1 || count <= 1) return bytes;
  const elements = take(bytes.length);
  if (size === 2) joinPairs(bytes, elements, count);
  else if (size % 4 === 0) joinWords(bytes, elements, count, size >>> 2);
  else joinBytes(bytes, elements, count, size);
  elements.set(bytes.subarray(count * size), count * size);
  return elements;
}

/** Four bytes of four elements at once: a square of bytes is turned over its diagonal. */
function joinWords(bytes: Uint8Array, elements: Uint8Array, count: number, wordsEach: number): void {
  const from = new DataView(bytes.buffer, bytes.byteOffset);
  const to = new DataView(elements.buffer, elements.byteOffset);
  const squares = count - (count % 4);
  for (let word = 0; word < wordsEach; word++) {
    const plane = 4 * word * count;
    for (let i = 0; i < squares; i += 4) {
      const a = from.getInt32(plane + i, true);
      const b = from.getInt32(plane + count + i, true);
      const c = from.getInt32(plane + 2 * count + i, true);
      const d = from.getInt32(plane + 3 * count + i, true);
      // The lower halves of elements 0 and 2, of 1 and 3, then their upper halves.
      const low02 = (a & 0x00ff00ff) | ((b & 0x00ff00ff) << 8);
      const low13 = ((a >>> 8) & 0x00ff00ff) | (b & 0xff00ff00);
      const high02 = (c & 0x00ff00ff) | ((d & 0x00ff00ff) << 8);
      const high13 = ((c >>> 8) & 0x00ff00ff) | (d & 0xff00ff00);
      const at = 4 * (i * wordsEach + word);
      to.setInt32(at, (low02 & 0xffff) | (high02 << 16), true);
      to.setInt32(at + 4 * wordsEach, (low13 & 0xffff) | (high13 << 16), true);
      to.setInt32(at + 8 * wordsEach, (low02 >>> 16) | (high02 & 0xffff0000), true);
      to.setInt32(at + 12 * wordsEach, (low13 >>> 16) | (high13 & 0xffff0000), true);
    }
  }
  joinBytes(bytes, elements, count, 4 * wordsEach, squares);
}

function joinPairs(bytes: Uint8Array, elements: Uint8Array, count: number): void {
  const to = new DataView(elements.buffer, elements.byteOffset);
  for (let i = 0; i < count; i++) to.setUint16(2 * i, bytes[i]! | (bytes[count + i]! << 8), true);
}

function joinBytes(bytes: Uint8Array, elements: Uint8Array, count: number, size: number, first = 0): void {
  for (let byte = 0; byte < size; byte++) {
    for (let i = first; i < count; i++) elements[i * size + byte] = bytes[byte * count + i]!;
  }
}
