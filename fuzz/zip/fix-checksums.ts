import { inflateRawSync } from "node:zlib";
import { crc32 } from "../../src/formats/zip/crc32.js";

const entrySignature = "PK\x01\x02";
const mostInflated = 2 ** 20;

/**
 * Makes the CRC-32 of each member, and its size where it is deflated, that of the bytes it has now, in the directory
 * and in the local header; members that cannot be found or inflated are left as they are.
 */
export function fixZipChecksums(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  for (let at = text.indexOf(entrySignature); at !== -1; at = text.indexOf(entrySignature, at + 4)) {
    if (at + 46 > bytes.length) return;
    const local = view.getUint32(at + 42, true);
    if (local + 30 > bytes.length) continue;
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const stored = bytes.subarray(start, start + view.getUint32(at + 20, true));
    const content = view.getUint16(at + 10, true) === 8 ? inflated(stored) : stored;
    if (content === undefined) continue;
    for (const [entry, field] of [
      [at, 16],
      [local, 14],
    ] as const) {
      view.setUint32(entry + field, crc32(content), true);
      if (content !== stored) view.setUint32(entry + field + 8, content.length, true);
    }
  }
}

function inflated(stored: Uint8Array): Uint8Array | undefined {
  try {
    return inflateRawSync(stored, { maxOutputLength: mostInflated });
  } catch {
    return undefined;
  }
}
