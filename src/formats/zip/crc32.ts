const polynomial = 0xedb88320;

/** `tables[256 * k + byte]`: what `byte` does to the remainder after k further zero bytes. */
const tables = buildTables();

/**
 * The CRC-32 of ZIP (APPNOTE 4.4.7), an unsigned 32-bit number, of `bytes` after others whose CRC-32 is `previous`. By
 * Node's zlib where it has one, else eight bytes a step.
 */
export function crc32(bytes: Uint8Array, previous: number = 0): number {
  const native = globalThis.process?.getBuiltinModule?.("node:zlib") as NativeCrc32 | undefined;
  if (native?.crc32 !== undefined) return native.crc32(bytes, previous);
  let crc = ~previous;
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      tables[1792 + (crc & 0xff)]! ^
      tables[1536 + ((crc >>> 8) & 0xff)]! ^
      tables[1280 + ((crc >>> 16) & 0xff)]! ^
      tables[1024 + (crc >>> 24)]! ^
      tables[768 + bytes[at + 4]!]! ^
      tables[512 + bytes[at + 5]!]! ^
      tables[256 + bytes[at + 6]!]! ^
      tables[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[at]!) & 0xff]!;
  return ~crc >>> 0;
}

/** In Node since 20.15 and 22.2. */
interface NativeCrc32 {
  readonly crc32?: (bytes: Uint8Array, previous: number) => number;
}

function buildTables(): Int32Array {
  const built = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    built[byte] = crc;
  }
  for (let i = 256; i < built.length; i++) {
    const previous = built[i - 256]!;
    built[i] = (previous >>> 8) ^ built[previous & 0xff]!;
  }
  return built;
}
