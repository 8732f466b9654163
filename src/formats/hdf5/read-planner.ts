import { type ByteSource, checkAborted } from "../byte-source.js";
import { openTaskWindow } from "./task-window.js";
import type { StoredBytes } from "./values/stored-bytes.js";

/** Reads the values of a file, as opposed to what describes them. */
export interface ReadPlanner {
  readonly source: ByteSource;
  /**
   * The bytes of one stretch of the source. Stretches that are asked for at once are sorted, and read together where
   * they lie close to each other. With `own` they come in memory of their own wherever that takes no further copy, and
   * never hold on to that of others; without, they may be a view on a larger read. `aborted` where `signal` says so.
   */
  read(
    offset: number,
    length: number,
    options: { readonly own: boolean; readonly signal: AbortSignal | undefined },
  ): Promise<StoredBytes>;
}

interface ReadRequest {
  readonly offset: number;
  readonly length: number;
  readonly own: boolean;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (stored: StoredBytes) => void;
  readonly reject: (reason: unknown) => void;
}

/** Requests that one read serves, in the order of their offsets. */
interface ReadRun {
  readonly start: number;
  end: number;
  readonly requests: ReadRequest[];
}

/** Requests closer than this are read together: a read costs as much as that many bytes. */
const largestGap = 2 ** 18;
const largestRun = 2 ** 23;
/** From this length on a request is read alone, for its memory is then its own without a copy. */
const largeRequest = 2 ** 20;
/** The bytes of the runs that are read side by side. */
const readingBytes = 3 * largestRun;
/** A plan is made when this many turns of the microtask queue brought no request. */
const quietTurns = 8;

/** A planner over a source. Memory is never waited for nor copied. */
export function planReads(source: ByteSource, name: string): ReadPlanner {
  let waiting: ReadRequest[] = [];
  const window = openTaskWindow(readingBytes);

  const readRun = async ({ start, end, requests }: ReadRun): Promise<void> => {
    const signal = requests[0]!.signal;
    const shared = signal !== undefined && requests.every((request) => request.signal === signal);
    try {
      const bytes = await source.read(start, end - start, shared ? { signal } : {});
      const alone = requests.length === 1;
      for (const { offset, length, own, resolve } of requests) {
        if (alone) resolve({ bytes, fresh: source.fresh === true });
        else if (own) resolve({ bytes: bytes.slice(offset - start, offset - start + length), fresh: true });
        else resolve({ bytes: bytes.subarray(offset - start, offset - start + length), fresh: false });
      }
    } catch (reason) {
      for (const { reject } of requests) reject(reason);
    }
  };

  const readWaiting = async (): Promise<void> => {
    for (let known = 0; known < waiting.length;) {
      known = waiting.length;
      for (let turn = 0; turn < quietTurns; turn++) await Promise.resolve();
    }
    const requests = waiting;
    waiting = [];
    for (const run of groupRequests(requests)) {
      await window.add(Math.min(run.end - run.start, largestRun), () => readRun(run));
    }
  };

  return {
    source,
    read: async (offset, length, { own, signal }) => {
      checkAborted(signal, name);
      if (source.memory !== undefined) return { bytes: source.memory.subarray(offset, offset + length), fresh: false };
      const stored = await new Promise<StoredBytes>((resolve, reject) => {
        waiting.push({ offset, length, own, signal, resolve, reject });
        if (waiting.length === 1) void readWaiting();
      });
      checkAborted(signal, name);
      return stored;
    },
  };
}

/** Sorts requests and puts neighbours together. */
function groupRequests(requests: ReadRequest[]): ReadRun[] {
  requests.sort((a, b) => a.offset - b.offset);
  const runs: ReadRun[] = [];
  let open: ReadRun | undefined;
  for (const request of requests) {
    const end = request.offset + request.length;
    if (request.length >= largeRequest) {
      runs.push({ start: request.offset, end, requests: [request] });
    } else if (open !== undefined && request.offset - open.end < largestGap && end - open.start <= largestRun) {
      open.requests.push(request);
      open.end = Math.max(open.end, end);
    } else {
      open = { start: request.offset, end, requests: [request] };
      runs.push(open);
    }
  }
  return runs;
}
