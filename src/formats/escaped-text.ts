import { KerasProofError } from "../errors.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The least code point that a sequence of 1 to 4 bytes may stand for. */
const leastOf = [0, 0, 0x80, 0x800, 0x10000];

/**
 * Decodes UTF-8 without loss: a byte that is not UTF-8 becomes the lone surrogate U+DC80 to U+DCFF, as Python's
 * `surrogateescape` does it, with which h5py reads texts. Such a text is not well-formed (`isWellFormed`), and
 * `encodeText` gives its bytes back. A text longer than the engine's strings is `limit`.
 */
export function decodeText(bytes: Uint8Array, place: string): string {
  /** Up to this many bytes our own loop is faster than a call of the engine's decoder. */
  const shortText = 12;
  try {
    if (bytes.length <= shortText) return decodeEscaping(bytes);
    try {
      return decoder.decode(bytes);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return decodeEscaping(bytes);
    }
  } catch (cause) {
    const message = `found ${bytes.length} bytes, wanted a text that fits in memory`;
    throw new KerasProofError("limit", place, message, { cause });
  }
}

/** The bytes of a text that `decodeText` gave. */
export function encodeText(text: string): Uint8Array {
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
  let text = "";
  for (let i = 0; i < bytes.length;) {
    const lead = bytes[i]!;
    const length = sequenceLength(lead);
    const code = length === 1 ? lead : codePoint(bytes, i, length);
    text += String.fromCodePoint(code ?? 0xdc00 + lead);
    i += code === undefined ? 1 : length;
  }
  return text;
}

/** How many bytes a sequence takes that begins with a byte; 0 where none begins with it. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** The code point of a sequence; undefined where it is cut, overlong, a surrogate or beyond Unicode. */
function codePoint(bytes: Uint8Array, start: number, length: number): number | undefined {
  if (length === 0 || start + length > bytes.length) return undefined;
  let code = bytes[start]! & (0xff >> (length + 1));
  for (let i = start + 1; i < start + length; i++) {
    const byte = bytes[i]!;
    if ((byte & 0xc0) !== 0x80) return undefined;
    code = (code << 6) | (byte & 0x3f);
  }
  const valid = code >= leastOf[length]! && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return valid ? code : undefined;
}
