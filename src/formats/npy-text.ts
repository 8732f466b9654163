import { KerasProofError } from "../errors.js";
import { decodeText } from "./escaped-text.js";
import type { ByteOrder } from "./number-values.js";

/**
 * Decodes NumPy's `S` strings as UTF-8, the zero bytes at the end of each taken off; bytes that are no UTF-8 without
 * loss, as `decodeText`.
 */
export function readByteStrings(values: Uint8Array, count: number, itemBytes: number, path: string): string[] {
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    const item = values.subarray(i * itemBytes, (i + 1) * itemBytes);
    let end = itemBytes;
    while (end > 0 && item[end - 1] === 0) end -= 1;
    texts.push(decodeText(item.subarray(0, end), path));
  }
  return texts;
}

/**
 * Decodes NumPy's `U` strings, UCS-4 with surrogates allowed, the zero characters at the end of each taken off. Throws
 * `corrupt` for a number that is no code point.
 */
export function readUcs4Strings(
  values: Uint8Array,
  count: number,
  itemBytes: number,
  byteOrder: ByteOrder,
  path: string,
): string[] {
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    let end = (i + 1) * itemBytes;
    while (end > i * itemBytes && view.getUint32(end - 4) === 0) end -= 4;
    let text = "";
    for (let at = i * itemBytes; at < end; at += 4) {
      const code = view.getUint32(at, byteOrder === "little");
      if (code > 0x10ffff) {
        const message = `found the character number ${code}, wanted one of Unicode`;
        throw new KerasProofError("corrupt", path, message);
      }
      text += String.fromCodePoint(code);
    }
    texts.push(text);
  }
  return texts;
}
