export type ByteOrder = "little" | "big";

/** The order in which this machine's typed arrays hold the bytes of a number. */
export const hostByteOrder: ByteOrder = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? "little" : "big";

/**
 * Turns the byte order of each element around, in place. `bytes` holds whole elements; those of 2, 4 and 8 bytes go by
 * whole words where the memory is aligned to 4 bytes.
 */
export function reverseElements(bytes: Uint8Array, elementBytes: number): void {
  const fast = elementBytes === 2 || elementBytes === 4 || elementBytes === 8;
  const words = fast && bytes.byteOffset % 4 === 0 ? bytes.length >>> 2 : 0;
  if (words > 0) reverseWords(new Uint32Array(bytes.buffer, bytes.byteOffset, words), elementBytes);
  for (let start = 4 * words; start + elementBytes <= bytes.length; start += elementBytes) {
    for (let low = start, high = start + elementBytes - 1; low < high; low++, high--) {
      const byte = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = byte;
    }
  }
}

function reverseWords(words: Uint32Array, elementBytes: number): void {
  const { length } = words;
  if (elementBytes === 2) {
    for (let i = 0; i < length; i++) {
      const word = words[i]!;
      words[i] = ((word & 0x00ff00ff) << 8) | ((word >>> 8) & 0x00ff00ff);
    }
  } else if (elementBytes === 4) {
    for (let i = 0; i < length; i++) words[i] = reverseWord(words[i]!);
  } else {
    for (let i = 0; i + 1 < length; i += 2) {
      const first = words[i]!;
      words[i] = reverseWord(words[i + 1]!);
      words[i + 1] = reverseWord(first);
    }
  }
}

function reverseWord(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
