import type { ByteSource } from "../byte-source.js";
import { Interruption } from "./interruption.js";

/** What was read of a source, as long as it is likely to be wanted again. */
export interface PageCache {
  /** A stretch within the source, as a view if possible; an `Interruption` where not all of it is there. */
  readonly view: (offset: number, length: number) => Uint8Array;
  /** Whether views may be kept: they hold on to little more. */
  readonly isSmall: boolean;
  /** Whether a stretch is there. */
  has(offset: number, length: number): boolean;
  /** Begins and ends a time in which nothing may be dropped, for an operation waits and counts on finding it. */
  hold(): void;
  release(): void;
}

/** What one read fetched: whole pages, but for the last of the source. */
interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly bytes: Uint8Array;
}

/** A read that is under way. */
interface Reading {
  readonly first: number;
  readonly last: number;
  readonly done: Promise<void>;
}

/**
 * A cache over a source, empty at first. Reads grow as long as at least an eighth of all that was fetched was wanted,
 * and shrink else: so many small objects cost few reads, and some between large ones not much more than themselves.
 * Operations that run side by side wait for the same reads.
 */
export function openPageCache(source: ByteSource, signal: AbortSignal | undefined): PageCache {
  /** A source up to this size is read at once. */
  const smallSource = 2 ** 20;
  const pageBytes = 2 ** 12;
  /** The pages that reads fetch at first, at least and at most, unless more or fewer are left or wanted. */
  const firstPages = 2 ** 4;
  const leastPages = 2 ** 1;
  const mostPages = 2 ** 11;
  /** What is kept while no operation waits. */
  const maxBytes = 2 ** 26;
  const lastPage = Math.max(Math.ceil(source.size / pageBytes) - 1, 0);
  /** In the order in which they were read. */
  const stretches = new Set<Stretch>();
  const pages = new Map<number, Stretch>();
  const wanted = new Set<number>();
  const reading = new Set<Reading>();
  let cachedBytes = 0;
  let held = 0;
  const isSmall = source.size <= smallSource;
  let readPages = isSmall ? lastPage + 1 : firstPages;
  let fetchedPages = 0;
  let wantedPages = 0;

  const read = async (first: number, last: number): Promise<void> => {
    const start = first * pageBytes;
    const length = Math.min((last + 1) * pageBytes, source.size) - start;
    const bytes = await source.read(start, length, { signal });
    const stretch = { first, last, bytes };
    stretches.add(stretch);
    cachedBytes += length;
    for (let page = first; page <= last; page++) pages.set(page, stretch);
  };

  /** Fetches a page that is missing and those behind it: up to the last that is wanted too, and what seems worth it. */
  const fetch = async (first: number, wantedLast: number): Promise<void> => {
    for (const one of reading) if (first >= one.first && first <= one.last) return one.done;
    if (fetchedPages > 0) {
      const worthIt = 8 * wantedPages >= fetchedPages;
      readPages = worthIt ? Math.min(2 * readPages, mostPages) : Math.max(readPages / 2, leastPages);
    }
    const end = Math.min(Math.max(wantedLast, first + readPages - 1), lastPage);
    let last = first;
    while (last < end && !pages.has(last + 1)) last += 1;
    for (const one of reading) if (one.first > first) last = Math.min(last, one.first - 1);
    fetchedPages += last - first + 1;
    const one = { first, last, done: read(first, last).finally(() => reading.delete(one)) };
    reading.add(one);
    return one.done;
  };

  const want = (page: number, last: number): Stretch => {
    const stretch = pages.get(page);
    if (stretch === undefined) throw new Interruption(() => fetch(page, last));
    if (!wanted.has(page)) {
      wanted.add(page);
      wantedPages += 1;
    }
    return stretch;
  };

  const drop = (stretch: Stretch): void => {
    stretches.delete(stretch);
    cachedBytes -= stretch.bytes.length;
    for (let page = stretch.first; page <= stretch.last; page++) {
      pages.delete(page);
      wanted.delete(page);
    }
  };

  return {
    isSmall,
    view: (offset, length) => {
      if (length === 0) return new Uint8Array(0);
      const first = Math.floor(offset / pageBytes);
      const last = Math.floor((offset + length - 1) / pageBytes);
      // Nothing is allocated before all of it is there.
      const whole = want(first, last);
      for (let page = first + 1; page <= last; page++) want(page, last);
      const start = offset - whole.first * pageBytes;
      if (whole.last >= last) return whole.bytes.subarray(start, start + length);
      const joined = new Uint8Array(length);
      for (let page = first; page <= last;) {
        const stretch = want(page, last);
        const from = offset - stretch.first * pageBytes;
        joined.set(stretch.bytes.subarray(Math.max(from, 0), from + length), Math.max(-from, 0));
        page = stretch.last + 1;
      }
      return joined;
    },
    has: (offset, length) => {
      const last = Math.floor((offset + length - 1) / pageBytes);
      for (let page = Math.floor(offset / pageBytes); page <= last; page++) if (!pages.has(page)) return false;
      return true;
    },
    hold: () => {
      held += 1;
    },
    release: () => {
      held -= 1;
      if (held > 0) return;
      for (const stretch of stretches) {
        if (cachedBytes <= maxBytes) return;
        drop(stretch);
      }
    },
  };
}
