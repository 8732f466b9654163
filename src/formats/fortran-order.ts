import type { NumericData } from "../ndarray.js";
import type { ByteStream } from "./byte-stream.js";
import { fortranTiles, moveTile } from "./fortran-tiles.js";

/** Bytes as words of one, two or four. */
export type Words = Uint8Array | Uint16Array | Uint32Array;

/**
 * Reads elements that a stream has in Fortran order, and puts them in `target` in C order: `entries` words each, as
 * which `decode` hands out a block of the stream, in which a word takes `storedBytes`. Beside the target no more than a
 * block is held, or a 64th of the target where that is more, and 1 MiB at least.
 */
export async function readFortranOrder(
  stream: ByteStream,
  shape: readonly number[],
  { entries, storedBytes }: { readonly entries: number; readonly storedBytes: number },
  target: Words,
  decode: (block: Uint8Array) => Words,
): Promise<void> {
  const usual = stream.blockBytes / target.BYTES_PER_ELEMENT;
  const most = Math.max(usual, 2 ** 20 / target.BYTES_PER_ELEMENT, target.length / 64);
  for (const tile of fortranTiles(shape, entries, usual, most)) {
    const block = await stream.next(tile.rows.length * tile.columns * storedBytes);
    moveTile(tile, decode(block), 0, target);
  }
}

/**
 * Rearranges numbers from Fortran order to C order, in memory of their own. `entries` in a row make one element and stay
 * together.
 */
export function numbersFromFortranOrder(data: NumericData, shape: readonly number[], entries: number): NumericData {
  const rearranged = data.slice();
  // No number is looked at, for NaNs have bits that only words keep.
  const wordBytes = Math.min(data.BYTES_PER_ELEMENT, 4);
  const words = asWords(data, wordBytes);
  rearrange(words, asWords(rearranged, wordBytes), shape, (entries * data.BYTES_PER_ELEMENT) / wordBytes);
  return rearranged;
}

/** The same for texts. */
export function textsFromFortranOrder(texts: readonly string[], shape: readonly number[]): string[] {
  const rearranged = [...texts];
  rearrange(texts, rearranged, shape, 1);
  return rearranged;
}

function rearrange<Element>(
  source: { readonly [index: number]: Element; readonly length: number },
  target: { [index: number]: Element; readonly length: number },
  shape: readonly number[],
  entries: number,
): void {
  let first = 0;
  for (const tile of fortranTiles(shape, entries, 2 ** 14, 2 ** 20)) {
    moveTile(tile, source, first, target);
    first += tile.rows.length * tile.columns;
  }
}

/** The bytes of a view as words; a copy where they do not lie as words do. */
export function asWords(view: ArrayBufferView, wordBytes: number): Words {
  const kind = wordBytes === 1 ? Uint8Array : wordBytes === 2 ? Uint16Array : Uint32Array;
  const buffer = view.buffer as ArrayBuffer;
  const { byteOffset: start, byteLength: length } = view;
  if (start % wordBytes === 0) return new kind(buffer, start, length / wordBytes);
  return new kind(buffer.slice(start, start + length));
}
