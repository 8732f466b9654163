import { type ByteSource, checkRange } from "../byte-source.js";
import { throwIfAborted } from "./read-planner.js";

/**
 * The bytes of a source, for parsers that run synchronously. A part that is not in memory yet interrupts the parser;
 * `run` fetches it and starts the parser again, so an operation given to `run` must be free of side effects until it
 * returns. They serve what describes a file; values are read from the source directly.
 */
export interface PagedBytes {
  readonly source: ByteSource;
  /** A view on memory that others share, or a copy where the stretch crosses a border. Only within `run`. */
  bytes(offset: number, length: number, name: string): Uint8Array;
  run<Result>(operation: () => Result): Promise<Result>;
}

/** A source up to this size is read at once. */
const smallSource = 2 ** 20;
const pageBytes = 2 ** 16;
/** The most that one read fetches. */
const maxReadPages = 256;
/** What is kept, if no operation waits. */
const maxCachedPages = 1024;

interface Page {
  readonly bytes: Uint8Array;
  /** Whether a parser wanted it. */
  wanted: boolean;
}

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

/**
 * The bytes of a source: views where it is in memory, else a cache of pages, empty at first. Reads grow as long as at
 * least a quarter of what the last one fetched was wanted, so a stretch of small objects costs few of them and an object
 * between large ones not much more than itself. Operations that run side by side wait for the same reads.
 */
export function pagedBytes(source: ByteSource, name: string, signal?: AbortSignal): PagedBytes {
  const { memory } = source;
  if (memory === undefined) return cachedPages(source, name, signal);
  return {
    source,
    bytes: (offset, length, place) => {
      checkRange(offset, length, memory.length, place);
      return memory.subarray(offset, offset + length);
    },
    run: async (operation) => {
      throwIfAborted(signal, name);
      return operation();
    },
  };
}

function cachedPages(source: ByteSource, name: string, signal: AbortSignal | undefined): PagedBytes {
  const size = source.size <= smallSource ? Math.max(source.size, 1) : pageBytes;
  const lastPage = Math.floor((source.size - 1) / size);
  /** In the order in which they were fetched. */
  const pages = new Map<number, Page>();
  const fetching = new Map<number, Promise<void>>();
  let lastFetched: readonly Page[] = [];
  let readPages = 1;
  let waiting = 0;

  const fetchPages = async (first: number, last: number): Promise<void> => {
    const start = first * size;
    const length = Math.min((last + 1) * size, source.size) - start;
    const stretch = await source.read(start, length, signal === undefined ? {} : { signal });
    const fetched: Page[] = [];
    for (let page = first; page <= last; page++) {
      const bytes = stretch.subarray((page - first) * size, (page - first + 1) * size);
      fetched.push({ bytes, wanted: false });
      pages.set(page, fetched.at(-1)!);
    }
    lastFetched = fetched;
  };

  /** Fetches the first page that is missing and, with it, as many behind it as seem worth it. */
  const resolve = async (miss: PageMiss): Promise<void> => {
    throwIfAborted(signal, name);
    const underway = fetching.get(miss.first);
    if (underway !== undefined) return underway;
    if (lastFetched.length > 0) {
      const wanted = lastFetched.filter((page) => page.wanted).length;
      readPages = 4 * wanted >= lastFetched.length ? Math.min(2 * readPages, maxReadPages) : Math.ceil(readPages / 2);
    }
    const end = Math.min(Math.max(miss.last, miss.first + readPages - 1), lastPage);
    let last = miss.first;
    while (last < end && !pages.has(last + 1) && !fetching.has(last + 1)) last += 1;
    const promise = fetchPages(miss.first, last).finally(() => {
      for (let page = miss.first; page <= last; page++) fetching.delete(page);
    });
    for (let page = miss.first; page <= last; page++) fetching.set(page, promise);
    return promise;
  };

  /** Drops the pages that were fetched first, unless an operation counts on finding them when it starts again. */
  const shrink = (): void => {
    if (waiting > 0) return;
    for (const page of pages.keys()) {
      if (pages.size <= maxCachedPages) return;
      pages.delete(page);
    }
  };

  const want = (page: number, last: number): Uint8Array => {
    const found = pages.get(page);
    if (found === undefined) throw new PageMiss(page, last);
    found.wanted = true;
    return found.bytes;
  };

  return {
    source,
    bytes: (offset, length, place) => {
      checkRange(offset, length, source.size, place);
      if (length === 0) return new Uint8Array(0);
      const first = Math.floor(offset / size);
      const last = Math.floor((offset + length - 1) / size);
      const start = offset - first * size;
      if (first === last) return want(first, last).subarray(start, start + length);
      // A stretch is not allocated before all of it is there.
      for (let page = first; page <= last; page++) want(page, last);
      const joined = new Uint8Array(length);
      joined.set(want(first, last).subarray(start));
      for (let page = first + 1; page < last; page++) joined.set(want(page, last), (page - first) * size - start);
      const tail = (last - first) * size - start;
      joined.set(want(last, last).subarray(0, length - tail), tail);
      return joined;
    },
    run: async (operation) => {
      throwIfAborted(signal, name);
      let interrupted = false;
      try {
        for (;;) {
          try {
            return operation();
          } catch (miss) {
            if (!(miss instanceof PageMiss)) throw miss;
            if (!interrupted) waiting += 1;
            interrupted = true;
            await resolve(miss);
          }
        }
      } finally {
        if (interrupted) waiting -= 1;
        shrink();
      }
    },
  };
}
