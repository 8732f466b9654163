/** Reads bits one after the other, from the highest of each byte to the lowest. */
export interface BitReader {
  /** The next bits, 1 to 32 of them, as an unsigned number. Beyond the end they are zeros; callers count before. */
  take(count: number): number;
  /** The number of zeros before the next one, which is taken too; where there is none, `left` is negative then. */
  takeZeros(): number;
  /** How many bits are left; negative where more were taken than there are. */
  left(): number;
}

/** The bits of `bytes` from the byte `start` on. */
export function readBits(bytes: Uint8Array, start: number): BitReader {
  // Up to 32 bits that begin within a byte take five.
  const padded = new Uint8Array(bytes.length - start + 5);
  padded.set(bytes.subarray(start));
  const view = new DataView(padded.buffer);
  const end = 8 * (bytes.length - start);
  let at = 0;
  return {
    take: (count) => {
      const byte = Math.floor(at / 8);
      const shift = at & 7;
      at += count;
      return ((view.getInt32(byte) << shift) | (padded[byte + 4]! >> (8 - shift))) >>> (32 - count);
    },
    takeZeros: () => {
      const start = at;
      while (at < end) {
        // What is left of the byte, and the next two.
        const byte = Math.floor(at / 8);
        const zeros = Math.clz32(
          ((padded[byte]! << 24) | (padded[byte + 1]! << 16) | (padded[byte + 2]! << 8)) << (at & 7),
        );
        const most = 24 - (at & 7);
        at += Math.min(zeros, most);
        if (zeros < most) break;
      }
      return at++ - start;
    },
    left: () => end - at,
  };
}
