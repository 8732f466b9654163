import { firstIndex } from "./bisect.js";
import type { PagedBytes } from "./paged-bytes.js";

/** Bytes that stand for those of a source from a place on. */
export interface Overlay {
  /** The byte of the source from which they stand. */
  readonly start: number;
  readonly bytes: Uint8Array;
}

/**
 * The bytes of a source with others laid over them; `overlays` are in the order of their places and do not overlap.
 * What lies in one is a view on it and is not read from the source. `known`, through which values come, is as before.
 */
export function layOver(pages: PagedBytes, overlays: readonly Overlay[]): PagedBytes {
  const over =
    (read: PagedBytes["bytes"]): PagedBytes["bytes"] =>
    (offset, length, name) => {
      let at = firstIndex(0, overlays.length, (i) => overlays[i]!.start + overlays[i]!.bytes.length > offset);
      let next = overlays[at];
      if (next === undefined || next.start >= offset + length) return read(offset, length, name);
      const from = offset - next.start;
      if (from >= 0 && from + length <= next.bytes.length) return next.bytes.subarray(from, from + length);
      const mixed = new Uint8Array(read(offset, length, name));
      for (; next !== undefined && next.start < offset + length; next = overlays[(at += 1)]) {
        const to = next.start - offset;
        mixed.set(next.bytes.subarray(Math.max(-to, 0), length - to), Math.max(to, 0));
      }
      return mixed;
    };
  return {
    ...pages,
    bytes: over((offset, length, name) => pages.bytes(offset, length, name)),
    view: over((offset, length, name) => pages.view(offset, length, name)),
  };
}
