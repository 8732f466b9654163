import { type ByteSource, checkRange } from "../byte-source.js";

/**
 * The bytes of a source, for parsers that run synchronously. A part that is not in memory yet interrupts the parser;
 * `run` fetches it and starts the parser again, so an operation given to `run` must be free of side effects until it
 * returns. Pages stay in memory: they hold what describes a file, while values are read from the source directly.
 */
export interface PagedBytes {
  readonly source: ByteSource;
  /** A view on the pages, or a copy where the stretch crosses a border. Only within `run`. */
  bytes(offset: number, length: number, name: string): Uint8Array;
  run<Result>(operation: () => Result): Promise<Result>;
}

/** A source up to this size is one page. */
const smallSource = 2 ** 20;
const pageBytes = 2 ** 16;
/** Each miss of one operation fetches twice as many pages as the one before, up to this many. */
const maxReadAhead = 256;

/** Says which pages a parser wanted that are not in memory; it never leaves this file. */
class PageMiss extends Error {
  readonly first: number;
  readonly last: number;

  constructor(first: number, last: number) {
    super("page miss");
    this.first = first;
    this.last = last;
  }
}

/** A cache of pages over a source, empty at first. */
export function pagedBytes(source: ByteSource): PagedBytes {
  const size = source.size <= smallSource ? Math.max(source.size, 1) : pageBytes;
  const lastPage = Math.floor((source.size - 1) / size);
  const pages = new Map<number, Uint8Array>();

  const fetchPages = async (first: number, last: number): Promise<void> => {
    const start = first * size;
    const stretch = await source.read(start, Math.min((last + 1) * size, source.size) - start);
    for (let page = first; page <= last; page++) {
      pages.set(page, stretch.subarray((page - first) * size, (page - first + 1) * size));
    }
  };

  return {
    source,
    bytes: (offset, length, name) => {
      checkRange(offset, length, source.size, name);
      if (length === 0) return new Uint8Array(0);
      const first = Math.floor(offset / size);
      const last = Math.floor((offset + length - 1) / size);
      for (let page = first; page <= last; page++) if (!pages.has(page)) throw new PageMiss(page, last);
      const start = offset - first * size;
      if (first === last) return pages.get(first)!.subarray(start, start + length);
      const joined = new Uint8Array(length);
      joined.set(pages.get(first)!.subarray(start));
      for (let page = first + 1; page < last; page++) joined.set(pages.get(page)!, (page - first) * size - start);
      const tail = (last - first) * size - start;
      joined.set(pages.get(last)!.subarray(0, length - tail), tail);
      return joined;
    },
    run: async (operation) => {
      for (let readAhead = 1; ; readAhead = Math.min(2 * readAhead, maxReadAhead)) {
        try {
          return operation();
        } catch (miss) {
          if (!(miss instanceof PageMiss)) throw miss;
          await fetchPages(miss.first, Math.min(Math.max(miss.last, miss.first + readAhead - 1), lastPage));
        }
      }
    },
  };
}
