import { pick, type Random } from "./random.js";

/** Numbers at which checks are wrong most often, for a file of `size` bytes. */
export function hardNumbers(size: number): readonly bigint[] {
  const powers = [7, 8, 15, 16, 24, 31, 32, 47, 52, 53, 62, 63, 64].map((power) => 1n << BigInt(power));
  const around = [0n, ...powers, BigInt(size), BigInt(size >> 1)];
  return around.flatMap((value) => [value - 1n, value, value + 1n]).concat([2n, 3n, 4n, 8n, 12n, 33n, 255n, 1000n]);
}

/** Overwrites `width` bytes with a number, little-endian; what does not fit is cut off. */
export function writeNumber(bytes: Uint8Array, at: number, width: number, value: bigint): void {
  let rest = value;
  for (let i = at; i < Math.min(at + width, bytes.length); i++) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

/** Changes bytes without moving others: bits, bytes, fields of 1, 2, 4 or 8 bytes, a stretch over another. */
export function changeInPlace(bytes: Uint8Array, at: number, random: Random): void {
  const width = 1 << random(4);
  switch (random(7)) {
    case 0:
      bytes[at]! ^= 1 << random(8);
      break;
    case 1:
      bytes[at] = random(256);
      break;
    case 2:
      bytes[at] = random(24);
      break;
    case 3:
      bytes[at]! += random(2) === 0 ? 1 + random(8) : -1 - random(8);
      break;
    case 4:
      writeNumber(bytes, at, width, pick(hardNumbers(bytes.length), random));
      break;
    case 5: {
      const from = random(bytes.length);
      bytes.copyWithin(at, from, Math.min(from + 1 + random(48), from + bytes.length - at));
      break;
    }
    default:
      bytes.fill(pick([0, 0xff, 0x41], random), at, at + 1 + random(16));
  }
}

/** A copy with a stretch cut out, doubled, replaced by another file's, or with a word of `words` put in. */
export function rearranged(
  bytes: Uint8Array,
  other: Uint8Array,
  words: readonly Uint8Array[],
  random: Random,
): Uint8Array {
  const start = random(bytes.length + 1);
  const end = Math.min(bytes.length, start + 1 + random(random(4) === 0 ? 400 : 24));
  const kind = random(words.length === 0 ? 4 : 6);
  if (kind === 0) return joined([bytes.subarray(0, start), bytes.subarray(end)]);
  if (kind === 1) return joined([bytes.subarray(0, end), bytes.subarray(start)]);
  if (kind === 2) {
    const from = random(other.length + 1);
    const until = Math.min(other.length, from + 1 + random(64));
    return joined([bytes.subarray(0, start), other.subarray(from, until), bytes.subarray(end)]);
  }
  if (kind === 3) return bytes.slice(0, start);
  const word = pick(words, random);
  return joined([bytes.subarray(0, start), word, bytes.subarray(kind === 4 ? start : end)]);
}

/**
 * A damaged copy for formats without checksums: up to eight changes, of which some move what follows. `words` are
 * stretches that mean something to the format.
 */
export function mutateBytes(
  bytes: Uint8Array,
  other: Uint8Array,
  words: readonly Uint8Array[],
  random: Random,
): Uint8Array {
  let changed: Uint8Array = bytes.slice();
  for (let changes = 1 << random(4); changes > 0; changes = random(changes)) {
    if (changed.length === 0 || random(3) === 0) changed = rearranged(changed, other, words, random);
    else changeInPlace(changed, random(changed.length), random);
  }
  return changed;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
