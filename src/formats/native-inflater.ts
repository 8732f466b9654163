import type * as Zlib from "node:zlib";
import type { DeflateFormat } from "./deflate-stream.js";

/** Node's zlib in this thread, piece by piece, into memory of the caller. */
export interface NativeInflater {
  /**
   * Inflates on, from `bytes` into `target`, until one of them or the stream is at its end; `isLast` where no bytes
   * follow these. Throws where they are no such stream, or end before it does.
   */
  inflate(bytes: Uint8Array, target: Uint8Array, isLast: boolean): void;
  /** What the last call left: room of the target, and bytes. */
  readonly left: Uint32Array & { readonly 0: number; readonly 1: number };
  /** Gives the inflater back; who has it must not use it any more. */
  release(): void;
}

/** What streams of `node:zlib` work with inside, undocumented but the same from Node 10 on: npm itself needs it. */
interface ZlibStream {
  readonly _handle: {
    writeSync(flush: number, ...spans: [...Span, ...Span]): void;
  };
  readonly _writeState: NativeInflater["left"];
  reset(): void;
}
type Span = [bytes: Uint8Array, offset: number, length: number];

/** The inflaters of this thread that nobody uses now, at the beginning of a stream. */
const idle: { readonly [format in DeflateFormat]: NativeInflater[] } = { deflate: [], "deflate-raw": [] };

/** An inflater for one stream; undefined where there is no zlib of Node. */
export function takeInflater(format: DeflateFormat): NativeInflater | undefined {
  const zlib = globalThis.process?.getBuiltinModule?.("node:zlib");
  return zlib && (idle[format].pop() ?? openInflater(zlib, format));
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
  const inflater: NativeInflater = {
    inflate: (bytes, target, isLast) => {
      failure = undefined;
      handle.writeSync(isLast ? Z_FINISH : Z_SYNC_FLUSH, bytes, 0, bytes.length, target, 0, target.length);
      if (failure !== undefined) throw new Error(failure);
    },
    left,
    release: () => {
      stream.reset();
      idle[format].push(inflater);
    },
  };
  try {
    Object.assign(handle, { onerror: (message: string) => void (failure = message) });
    // The letter x, in both formats.
    const known = Uint8Array.of(120, 156, 171, 0, 0, 0, 121, 0, 121);
    const target = new Uint8Array(2);
    inflater.inflate(isRaw ? known.subarray(2) : known, target, true);
    stream.reset();
    return left[0] === 1 && target[0] === 120 ? inflater : undefined;
  } catch {
    return undefined;
  }
}
