/**
 * The bytes of one field of all records, one after the other in memory of their own: `size` bytes from byte `offset` of
 * every `stride` bytes.
 */
export function gatherField(bytes: Uint8Array, stride: number, offset: number, size: number): Uint8Array {
  const count = bytes.length / stride;
  const gathered = new Uint8Array(count * size);
  if (gathered.length === 0) return gathered;
  const start = bytes.byteOffset + offset;
  if (size % 4 === 0 && size <= 16 && stride % 4 === 0 && start % 4 === 0) {
    copyWords(new Uint32Array(bytes.buffer, start, (bytes.length - offset) >>> 2), gathered, stride >>> 2, size >>> 2);
  } else if (size > 16) {
    for (let i = 0, from = offset; i < count; i++, from += stride) {
      gathered.set(bytes.subarray(from, from + size), i * size);
    }
  } else {
    for (let i = 0, from = offset, to = 0; i < count; i++, from += stride) {
      for (let k = 0; k < size; k++) gathered[to++] = bytes[from + k]!;
    }
  }
  return gathered;
}

function copyWords(words: Uint32Array, gathered: Uint8Array, stride: number, size: number): void {
  const target = new Uint32Array(gathered.buffer);
  for (let from = 0, to = 0; to < target.length; from += stride) {
    for (let k = 0; k < size; k++) target[to++] = words[from + k]!;
  }
}
