/**
 * Makes bytes booleans, in place: every other byte than 0 is true, and becomes 1, as in NumPy. `bytes` has a buffer of its
 * own, from the first byte on. Four at once, five times as fast as `takeNumbers`, which pages are to load in few bytes.
 */
export function toBooleans(bytes: Uint8Array): Uint8Array {
  const words = new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    // Where a byte has any bit, the highest one is set or carried into; none carries into the next byte.
    words[i] = ((((word & 0x7f7f7f7f) + 0x7f7f7f7f) | word) >>> 7) & 0x01010101;
  }
  for (let i = 4 * words.length; i < bytes.length; i++) bytes[i] &&= 1;
  return bytes;
}
