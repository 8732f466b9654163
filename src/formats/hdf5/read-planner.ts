import { type ByteSource, checkAborted } from "../byte-source.js";
import { freeMemory } from "../free-memory.js";
import { openMemoryBudget } from "./memory-budget.js";
import type { StoredBytes } from "./stored-dataset.js";
import { openTaskWindow } from "./task-window.js";

/**
 * Reads the values of a file, as opposed to what describes them. Stretches that are asked for at once are sorted, and
 * read together where they lie close to each other. `aborted` where the signal says so.
 */
export interface ReadPlanner {
  readonly source: ByteSource;
  /**
   * The bytes of one stretch of the source, in memory of their own wherever that takes no further copy; they never hold
   * on to that of others.
   */
  read(offset: number, length: number, signal: AbortSignal | undefined): Promise<StoredBytes>;
  /** Lends the bytes, which may be a view on a larger read, to a task. Its memory is freed when all tasks on it end. */
  lend(
    offset: number,
    length: number,
    signal: AbortSignal | undefined,
    task: (bytes: Uint8Array) => Promise<void> | void,
  ): Promise<void>;
}

interface ReadRequest {
  readonly offset: number;
  readonly length: number;
  readonly lent: boolean;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (answer: ReadAnswer) => void;
  readonly reject: (reason: unknown) => void;
}

interface ReadAnswer extends StoredBytes {
  /** Ends a loan. */
  readonly giveBack: () => void;
}

/** Requests that one read serves, in the order of their offsets. */
interface ReadRun {
  readonly start: number;
  end: number;
  readonly requests: ReadRequest[];
}

/** The most bytes that one read fetches for several requests. */
const largestRun = 2 ** 23;

/** A planner over a source. Memory is never waited for nor copied. */
export function planReads(source: ByteSource, name: string): ReadPlanner {
  /** A plan is made when this many turns of the microtask queue brought no request. */
  const quietTurns = 8;
  /** The bytes of the runs that are read side by side. */
  const readingBytes = 3 * largestRun;
  let waiting: ReadRequest[] = [];
  const window = openTaskWindow(openMemoryBudget(readingBytes));

  const readRun = async ({ start, end, requests }: ReadRun): Promise<void> => {
    const signal = requests[0]!.signal;
    const shared = signal !== undefined && requests.every((request) => request.signal === signal);
    try {
      const bytes = await source.read(start, end - start, shared ? { signal } : {});
      const { fresh = false } = source;
      const alone = requests.length === 1;
      let loans = requests.filter(({ lent }) => lent).length;
      const giveBack = (): void => {
        loans -= 1;
        if (loans === 0 && fresh) freeMemory(bytes.buffer);
      };
      for (const { offset, length, lent, resolve } of requests) {
        const from = offset - start;
        if (lent) resolve({ bytes: bytes.subarray(from, from + length), fresh: false, giveBack });
        else if (alone) resolve({ bytes, fresh, giveBack });
        else resolve({ bytes: bytes.slice(from, from + length), fresh: true, giveBack });
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

  const ask = async (
    offset: number,
    length: number,
    signal: AbortSignal | undefined,
    lent: boolean,
  ): Promise<ReadAnswer> => {
    checkAborted(signal, name);
    if (source.memory !== undefined) {
      return { bytes: source.memory.subarray(offset, offset + length), fresh: false, giveBack: () => undefined };
    }
    const answer = await new Promise<ReadAnswer>((resolve, reject) => {
      waiting.push({ offset, length, lent, signal, resolve, reject });
      if (waiting.length === 1) void readWaiting();
    });
    checkAborted(signal, name);
    return answer;
  };

  return {
    source,
    read: (offset, length, signal) => ask(offset, length, signal, false),
    lend: async (offset, length, signal, task) => {
      const { bytes, giveBack } = await ask(offset, length, signal, true);
      await task(bytes);
      giveBack();
    },
  };
}

/** Sorts requests and puts neighbours together. */
function groupRequests(requests: ReadRequest[]): ReadRun[] {
  /** Requests closer than this are read together: a read costs as much as that many bytes. */
  const largestGap = 2 ** 18;
  /** From this length on a request is read alone, for its memory is then its own without a copy. */
  const largeRequest = 2 ** 20;
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
