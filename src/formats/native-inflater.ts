import type * as Zlib from "node:zlib";
import type { DeflateFormat } from "./deflate-stream.js";

/** Node's zlib, piece by piece, into memory of the caller. */
export interface NativeInflater {
  /**
   * Inflates on, from `bytes` into `target`, until one of them or the stream is at its end; `isLast` where no bytes
   * follow these. Throws where they are no such stream, or end before it does.
   */
  inflate(bytes: Uint8Array, target: Uint8Array, isLast: boolean): void;
  /**
   * The same in another thread, with the last bytes of a stream, where `canInflateAside`. The inflater and the memory of
   * both must be left alone meanwhile.
   */
  inflateAside(bytes: Uint8Array, target: Uint8Array): Promise<void>;
  /** What the last call left: room of the target, and bytes. */
  readonly left: Uint32Array & { readonly 0: number; readonly 1: number };
  /** Gives the inflater back; who has it must not use it any more. */
  release(): void;
}

/** What streams of `node:zlib` work with inside, undocumented but the same from Node 12 on: npm itself needs it. */
interface ZlibStream {
  readonly _handle: ZlibHandle;
  readonly _writeState: NativeInflater["left"];
  /** Where this is set, the end of `write` is told to `cb` alone, and what was inflated is not given to readers. */
  destroyed: boolean;
  reset(): void;
}

interface ZlibHandle {
  writeSync(flush: number, ...spans: [...Span, ...Span]): void;
  write(flush: number, ...spans: [...Span, ...Span]): void;
}

type Span = [bytes: Uint8Array, offset: number, length: number];

/** Work of another thread, whose memory the garbage collector must not take before the end. */
interface AsideWork {
  readonly bytes: Uint8Array;
  readonly target: Uint8Array;
  readonly end: () => void;
}

/** The inflaters of this thread that nobody uses now, at the beginning of a stream. */
const idle: { readonly [format in DeflateFormat]: NativeInflater[] } = { deflate: [], "deflate-raw": [] };

/** An inflater for one stream; undefined where there is no zlib of Node. */
export function takeInflater(format: DeflateFormat): NativeInflater | undefined {
  const zlib = globalThis.process?.getBuiltinModule?.("node:zlib");
  return zlib && (idle[format].pop() ?? openInflater(zlib, format));
}

/** Whether a first try of `inflateAside` came to its end; undefined before that try. */
let cameBack: boolean | undefined;

/** Whether this `zlib` is known to tell the end of `inflateAside`. The first call tries it, and does not wait. */
export function canInflateAside(): boolean {
  if (cameBack === undefined) {
    cameBack = false;
    // A `zlib` that refuses is none that comes back.
    tryAside().catch(() => undefined);
  }
  return cameBack;
}

async function tryAside(): Promise<void> {
  const inflater = takeInflater("deflate");
  if (inflater === undefined) return;
  const target = new Uint8Array(2);
  await inflater.inflateAside(letter, target);
  cameBack = isLetter(inflater, target);
  inflater.release();
}

/** A stream of zlib for the letter x; without its first two bytes, a bare one. */
const letter = Uint8Array.of(120, 156, 171, 0, 0, 0, 121, 0, 121);

function isLetter({ left }: NativeInflater, target: Uint8Array): boolean {
  return left[0] === target.length - 1 && target[0] === 120;
}

/**
 * The functions of `node:zlib` make a stream and its buffers for each call: for chunks of some kilobytes that takes as
 * long as inflating, and leaves tens of megabytes to the garbage collector. Here one stream begins anew each time, and
 * fills memory that is there. Undefined where a first try shows that streams of this `zlib` are others inside.
 */
function openInflater(zlib: typeof Zlib, format: DeflateFormat): NativeInflater | undefined {
  const isRaw = format === "deflate-raw";
  const stream = zlib[isRaw ? "createInflateRaw" : "createInflate"]() as unknown as ZlibStream;
  const { _handle: handle, _writeState: left } = stream;
  const { Z_SYNC_FLUSH, Z_FINISH } = zlib.constants;
  let failure: string | undefined;
  let aside: AsideWork | undefined;
  const checkFailure = (): void => {
    if (failure !== undefined) throw new Error(failure);
  };
  const inflater: NativeInflater = {
    inflate: (bytes, target, isLast) => {
      failure = undefined;
      handle.writeSync(isLast ? Z_FINISH : Z_SYNC_FLUSH, bytes, 0, bytes.length, target, 0, target.length);
      checkFailure();
    },
    inflateAside: async (bytes, target) => {
      failure = undefined;
      await new Promise<void>((end) => {
        aside = { bytes, target, end };
        handle.write(Z_FINISH, bytes, 0, bytes.length, target, 0, target.length);
      });
      aside = undefined;
      checkFailure();
    },
    left,
    release: () => {
      stream.reset();
      idle[format].push(inflater);
    },
  };
  try {
    stream.destroyed = true;
    Object.assign(handle, {
      cb: () => aside?.end(),
      onerror: (message: string) => {
        failure = message;
        aside?.end();
      },
    });
    const target = new Uint8Array(2);
    inflater.inflate(isRaw ? letter.subarray(2) : letter, target, true);
    stream.reset();
    return isLetter(inflater, target) ? inflater : undefined;
  } catch {
    return undefined;
  }
}
