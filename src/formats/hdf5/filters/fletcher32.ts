import { KerasProofError } from "../../../errors.js";
import { hex } from "../checksum.js";
import { brokenBytes, type FilteredBytes } from "./built-in-filter.js";

/**
 * Filter 3: a checksum of 4 bytes after the others (libhdf5's `H5Zfletcher32.c`); `bad-checksum` where it is wrong.
 * libhdf5 before 1.6.3 stored it with the bytes of each half exchanged, which is right, too.
 */
export function undoFletcher32(filtered: FilteredBytes): Uint8Array {
  const { bytes, place } = filtered;
  const checksumBytes = 4;
  const length = bytes.length - checksumBytes;
  if (length < 0) throw brokenBytes(filtered, "fletcher32");
  const checked = bytes.subarray(0, length);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + length).getUint32(0, true);
  const computed = fletcher32(checked);
  const exchanged = (((computed & 0x00ff00ff) << 8) | ((computed >>> 8) & 0x00ff00ff)) >>> 0;
  if (stored === computed || stored === exchanged) return checked;
  const message = `found values with the checksum ${hex(stored)}, wanted ${hex(computed)}`;
  throw new KerasProofError("bad-checksum", place, message);
}

/** Fletcher's checksum over big-endian words of 16 bits (`H5_checksum_fletcher32`); a zero follows an odd last byte. */
function fletcher32(bytes: Uint8Array): number {
  /** As many words can be added up in 32 bits before the sums are folded. */
  const blockWords = 360;
  const words = bytes.length >> 1;
  let sum1 = 0;
  let sum2 = 0;
  for (let word = 0; word < words;) {
    const end = Math.min(words, word + blockWords);
    for (; word < end; word++) {
      sum1 = (sum1 + ((bytes[2 * word]! << 8) | bytes[2 * word + 1]!)) | 0;
      sum2 = (sum2 + sum1) | 0;
    }
    sum1 = folded(sum1);
    sum2 = folded(sum2);
  }
  if (bytes.length % 2 === 1) {
    sum1 = folded(sum1 + (bytes[bytes.length - 1]! << 8));
    sum2 = folded(sum2 + sum1);
  }
  return ((folded(sum2) << 16) | folded(sum1)) >>> 0;
}

function folded(sum: number): number {
  return (sum & 0xffff) + (sum >>> 16);
}
