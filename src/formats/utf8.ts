import { type ErrorCode, KerasProofError } from "../errors.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decodes UTF-8 strictly; a byte order mark stays in the text. Bytes that are not UTF-8 throw `code` with the offset
 * of the first of them, a text longer than the engine's strings throws `limit`. `base` is the byte of the source with
 * which `bytes` begin.
 */
export function decodeUtf8(bytes: Uint8Array, path: string, code: ErrorCode = "corrupt", base: number = 0): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) {
      throw new KerasProofError("limit", path, `found ${bytes.length} bytes, wanted a text that fits in memory`, {
        cause,
        offset: base,
      });
    }
    const offset = validPrefix(bytes);
    const found = offset < bytes.length ? `found the byte 0x${hex(bytes[offset])}` : "found half a character";
    throw new KerasProofError(code, path, `${found}, wanted UTF-8 text`, { cause, offset: base + offset });
  }
}

/** The length of the longest prefix that could go on as UTF-8, by bisection. */
function validPrefix(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length + 1;
  while (valid + 1 < invalid) {
    const middle = (valid + invalid) >> 1;
    if (couldGoOn(bytes.subarray(0, middle))) valid = middle;
    else invalid = middle;
  }
  return valid;
}

function couldGoOn(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function hex(byte = 0): string {
  return byte.toString(16).padStart(2, "0");
}
