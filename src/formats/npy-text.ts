import { KerasProofError } from "../errors.js";
import { type ArrayCosts, spend, startList } from "./array-costs.js";
import type { ByteOrder } from "./byte-order.js";
import { type ByteStream, readElements } from "./byte-stream.js";
import { decodeText } from "./escaped-text.js";

/** Texts of a fixed size, as NumPy stores them, filled up with zeros. */
export interface NpyTextType {
  readonly dtype: "string";
  /** `S` is bytes, which are read as UTF-8, and `U` UCS-4 with surrogates allowed. */
  readonly kind: "S" | "U";
  readonly itemBytes: number;
  readonly byteOrder: ByteOrder;
}

/**
 * Reads `count` texts from a stream, without the zeros at their ends. Of `S`, bytes that are no UTF-8
 * are kept without loss, as `decodeText`. Throws `corrupt` for a number in `U` that is no code point, and `limit` where
 * the texts take more than is allowed.
 */
export async function readTexts(
  stream: ByteStream,
  { kind, itemBytes, byteOrder }: NpyTextType,
  count: number,
  costs: ArrayCosts,
): Promise<string[]> {
  startList(costs, count, 0);
  // One that is longer than a block is held beside them.
  if (itemBytes > stream.blockBytes) spend(costs, itemBytes);
  // A list that grows takes up to two and a half times as much.
  const texts: string[] = [];
  texts.length = count;
  texts.fill("");
  const characterBytes = kind === "U" ? 4 : 1;
  /** Of UTF-8, a byte is at most a character of 2 bytes; of UCS-4, 4 bytes are at most two of these. */
  const bytesEach = kind === "U" ? 1 : 2;
  let unspent = 0;
  await readElements(stream, itemBytes, count, (block, first, length) => {
    for (let i = 0; i < length; i++) {
      const start = i * itemBytes;
      const end = endOfText(block, start, start + itemBytes, characterBytes);
      unspent += bytesEach * (end - start);
      if (unspent > spentTogether) {
        spend(costs, 0, unspent);
        unspent = 0;
      }
      texts[first + i] =
        kind === "U"
          ? decodeUcs4(block, start, end, byteOrder, costs.place)
          : decodeText(block.subarray(start, end), costs.place);
    }
  });
  spend(costs, 0, unspent);
  return texts;
}

/** Bytes of short texts that are counted at once. */
const spentTogether = 2 ** 16;

/** Where a text ends without the characters that are zeros. */
function endOfText(block: Uint8Array, start: number, end: number, characterBytes: 1 | 4): number {
  let last = end;
  while (last > start && block[last - 1] === 0) last -= 1;
  return start + Math.ceil((last - start) / characterBytes) * characterBytes;
}

function decodeUcs4(block: Uint8Array, start: number, end: number, byteOrder: ByteOrder, place: string): string {
  const shifts = byteOrder === "little" ? ([0, 8, 16, 24] as const) : ([24, 16, 8, 0] as const);
  const codeAt = (at: number): number => {
    const low = (block[at]! << shifts[0]) | (block[at + 1]! << shifts[1]);
    const code = (low | (block[at + 2]! << shifts[2]) | (block[at + 3]! << shifts[3])) >>> 0;
    if (code <= 0x10ffff) return code;
    throw new KerasProofError("corrupt", place, `found the character number ${code}, wanted one of Unicode`);
  };
  let text = "";
  if (end - start <= shortText) {
    for (let at = start; at < end; at += 4) text += String.fromCodePoint(codeAt(at));
    return text;
  }
  for (let at = start; at < end;) {
    const codes: number[] = [];
    for (; at < end && codes.length < together; at += 4) codes.push(codeAt(at));
    text += String.fromCodePoint(...codes);
  }
  return text;
}

/** Up to these bytes joining characters one by one is faster; of longer ones each then keeps some 40 bytes of memory. */
const shortText = 64;
/** Characters of longer texts that are joined at once. */
const together = 1024;
