import { spend, startList } from "../../array-costs.js";
import { decodeText } from "../../escaped-text.js";
import type { StringPadding } from "../datatype.js";
import { cutAtZero } from "../terminated-text.js";
import { type Decoding, readElements, type Steps } from "./decoding.js";
import { openHeapElements, readHeapBytes } from "./heap-element.js";

/** Texts of `length` bytes each, without their padding; `limit` for more than `checkListed` allows. */
export function decodeFixedTexts(
  decoding: Decoding,
  bytes: Uint8Array,
  length: number,
  padding: StringPadding,
): string[] {
  /**
   * What a text of one byte takes beside its place in the list: nothing where it is ASCII, which the engine has once.
   */
  const ownBytes = 36;
  const isByte = length === 1;
  startList(decoding, bytes.length / length, isByte ? (3 - ownBytes) * bytes.length : bytes.length);
  const texts: string[] = [];
  for (let start = 0; start < bytes.length; start += length) {
    const stored = bytes.subarray(start, start + length);
    const text = cutPadding(stored, padding);
    spend(decoding, 0, isByte ? ownBytes * (stored[0]! >> 7) : 2 * text.length);
    texts.push(decodeText(text, decoding.place));
  }
  return texts;
}

function cutPadding(stored: Uint8Array, padding: StringPadding): Uint8Array {
  if (padding === "null-terminated") return cutAtZero(stored);
  const filler = padding === "null-padded" ? 0x00 : 0x20;
  let end = stored.length;
  while (end > 0 && stored[end - 1] === filler) end -= 1;
  return stored.subarray(0, end);
}

/**
 * Texts of the global heap, each up to its first zero byte. A long one that many elements name is the same text for all
 * of them, and short ones count against the file's size, so that a small file cannot claim a large memory.
 */
export function decodeVariableTexts(decoding: Decoding, bytes: Uint8Array, elementBytes: number): Steps<string[]> {
  /** Texts longer than this are decoded once, however many elements name them. */
  const longText = 256;
  const elementAt = openHeapElements(decoding, bytes, elementBytes);
  return readElements(decoding, bytes.length / elementBytes, (i) => {
    const element = elementAt(i);
    if (element === undefined) return "";
    const key = element.count > longText ? `${element.address} ${element.index}` : "";
    const known = decoding.texts.get(key);
    if (known !== undefined) return known;
    const stored = readHeapBytes(decoding, element, 1);
    spend(decoding, 0, 2 * stored.length);
    const text = decodeText(cutAtZero(stored), decoding.place);
    if (key !== "") decoding.texts.set(key, text);
    return text;
  });
}
