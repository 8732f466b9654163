import type { NumericData } from "../ndarray.js";
import type { ByteStream } from "./byte-stream.js";
import { placesOf, reorder } from "./fortran-units.js";
import type { Words } from "./transpose.js";

/**
 * Reads elements that a stream has in Fortran order (first axis fastest), and puts them in `target`, which has a buffer
 * of its own, in C order (last axis fastest). An element has `step` words; a word takes `storedBytes` in the stream, and
 * `decode` makes words of a block of it. Beside the target no more than a block is held, or a 64th of the target where
 * that is more, and 2 MiB.
 */
export async function readFortranOrder(
  stream: ByteStream,
  shape: readonly number[],
  { step, storedBytes }: { readonly step: number; readonly storedBytes: number },
  target: Words,
  decode: (block: Uint8Array) => Words,
): Promise<void> {
  const { atOnce, place, finish } = reorder(shape, step, target, stream.blockBytes / target.BYTES_PER_ELEMENT);
  for (let at = 0; at < target.length; at += atOnce) {
    place(decode(await stream.next(Math.min(atOnce, target.length - at) * storedBytes)));
  }
  finish();
}

/**
 * Rearranges numbers from Fortran order to C order, in memory of their own. `entries` in a row make one element and stay
 * together.
 */
export function numbersFromFortranOrder(data: NumericData, shape: readonly number[], entries: number): NumericData {
  const rearranged = data.slice();
  // No number is looked at, for NaNs have bits that only words keep.
  const wordBytes = Math.min(data.BYTES_PER_ELEMENT, 4);
  const [source, target] = [asWords(data, wordBytes), asWords(rearranged, wordBytes)];
  const { atOnce, place, finish } = reorder(shape, (entries * data.BYTES_PER_ELEMENT) / wordBytes, target, 0);
  for (let at = 0; at < target.length; at += atOnce) place(source.subarray(at, at + atOnce));
  finish();
  return rearranged;
}

/** The same for texts. */
export function textsFromFortranOrder(texts: readonly string[], shape: readonly number[]): string[] {
  // The order of the reversed axes is the inverse of that of the axes.
  return Array.from(placesOf(shape.toReversed(), 1), (place) => texts[place]!);
}

/** The bytes of a view as words; a copy where they do not lie as words do. */
export function asWords(view: ArrayBufferView, wordBytes: number): Words {
  const kind = wordBytes === 1 ? Uint8Array : wordBytes === 2 ? Uint16Array : Int32Array;
  const buffer = view.buffer as ArrayBuffer;
  const { byteOffset: start, byteLength: length } = view;
  if (start % wordBytes === 0) return new kind(buffer, start, length / wordBytes);
  return new kind(buffer.slice(start, start + length));
}
