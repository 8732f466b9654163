import { KerasProofError } from "../errors.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decodes UTF-8 without loss: a byte that is not UTF-8 becomes the lone surrogate U+DC80 to U+DCFF, as Python's
 * `surrogateescape` does it, with which h5py reads texts. Such a text is not well-formed (`isWellFormed`), and
 * `encodeText` gives its bytes back. A text longer than the engine's strings is `limit`.
 */
export function decodeText(bytes: Uint8Array, place: string): string {
  /** Up to this many bytes the loop below is faster than the engine's decoder. */
  const shortText = 12;
  try {
    try {
      if (bytes.length > shortText) return decoder.decode(bytes);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    return decodeEscaping(bytes);
  } catch (cause) {
    const message = `found ${bytes.length} bytes, wanted a text that fits in memory`;
    throw new KerasProofError("limit", place, message, { cause });
  }
}

/** The bytes of a text that `decodeText` gave; `usage` for anything else than a text. */
export function encodeText(text: string): Uint8Array {
  if (typeof text !== "string") throw new KerasProofError("usage", "encodeText", `found ${typeof text}, wanted a text`);
  const pieces = text.split(/([\udc80-\udcff]+)/u).map((piece, i) => {
    if (i % 2 === 0) return new TextEncoder().encode(piece);
    return Uint8Array.from(piece, (escaped) => escaped.charCodeAt(0) - 0xdc00);
  });
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const bytes = new Uint8Array(length);
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes;
}

function decodeEscaping(bytes: Uint8Array): string {
  /** Characters that are joined one by one keep some 40 bytes of memory for each. */
  const together = 1024;
  const codes: number[] = [];
  let text = "";
  for (let i = 0; i < bytes.length;) {
    const lead = bytes[i]!;
    // As many as the sequence has bytes that it begins; none for ASCII.
    const leadingOnes = Math.clz32(~lead << 24);
    const code = leadingOnes === 0 ? lead : codePoint(bytes, i, leadingOnes);
    codes.push(code ?? 0xdc00 + lead);
    i += (code && leadingOnes) || 1;
    if (codes.length === together) text += String.fromCodePoint(...codes.splice(0));
  }
  return text + String.fromCodePoint(...codes);
}

/** The code point of a sequence; undefined where it is none, cut, overlong, a surrogate or beyond Unicode. */
function codePoint(bytes: Uint8Array, start: number, length: number): number | undefined {
  /** What a sequence of 2, 3 or 4 bytes stands for at least. */
  const least = [0x80, 0x800, 0x10000][length - 2];
  if (least === undefined || start + length > bytes.length) return undefined;
  let code = bytes[start]! & (0xff >> (length + 1));
  for (let i = start + 1; i < start + length; i++) {
    const byte = bytes[i]!;
    if ((byte & 0xc0) !== 0x80) return undefined;
    code = (code << 6) | (byte & 0x3f);
  }
  // Surrogates have the same first bits.
  return code >= least && code <= 0x10ffff && code >> 11 !== 0xd800 >> 11 ? code : undefined;
}
