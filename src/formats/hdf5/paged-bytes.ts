import { type ByteSource, checkAborted, checkRange } from "../byte-source.js";
import { Interruption } from "./interruption.js";
import { openPageCache } from "./page-cache.js";

/**
 * The bytes of a source, for parsers that run synchronously. A part that is not in memory yet interrupts the parser;
 * `run` fetches it and starts the parser again, so an operation given to `run` must be free of side effects until it
 * returns. They serve what describes a file; values are read from the source directly.
 */
export interface PagedBytes {
  readonly source: ByteSource;
  /** A view where all of the source is in memory, else memory that holds on to no more. Only within `run`. */
  bytes(offset: number, length: number, name: string): Uint8Array;
  /** The same, to be looked at and not to be kept: it may hold on to more. */
  view(offset: number, length: number, name: string): Uint8Array;
  /** Such a view where the bytes are there already, at any time; undefined where they would have to be waited for. */
  known(offset: number, length: number): Uint8Array | undefined;
  run<Result>(operation: () => Result): Promise<Result>;
}

/** The bytes of a source: views where it is in memory, else by a cache. `signal` stops `run` with `aborted`. */
export function pagedBytes(source: ByteSource, name: string, signal?: AbortSignal): PagedBytes {
  const { memory } = source;
  const cache = memory === undefined ? openPageCache(source, signal) : undefined;
  const read = cache?.view ?? ((offset, length) => memory!.subarray(offset, offset + length));
  const view = (offset: number, length: number, place: string): Uint8Array => {
    checkRange(offset, length, source.size, place);
    return read(offset, length);
  };
  const mayKeep = cache === undefined || cache.isSmall;
  const runAgain = async <Result>(operation: () => Result, first: Interruption): Promise<Result> => {
    cache?.hold();
    try {
      for (let interruption = first; ;) {
        await interruption.wait();
        checkAborted(signal, name);
        try {
          return operation();
        } catch (error) {
          if (!(error instanceof Interruption)) throw error;
          interruption = error;
        }
      }
    } finally {
      cache?.release();
    }
  };
  return {
    source,
    view,
    bytes: mayKeep ? view : (offset, length, place) => new Uint8Array(view(offset, length, place)),
    known: (offset, length) => (cache === undefined || cache.has(offset, length) ? read(offset, length) : undefined),
    // Nearly every operation ends at its first start, and need not wait then.
    run: (operation) => {
      try {
        checkAborted(signal, name);
        return Promise.resolve(operation());
      } catch (error) {
        return error instanceof Interruption ? runAgain(operation, error) : Promise.reject(error);
      }
    },
  };
}
