import { KerasProofError } from "../../errors.js";
import type { Cursor } from "../cursor.js";
import { at, attempt } from "./attempt.js";
import { perFile } from "./per-file.js";

/** A message that was parsed. */
interface Part<Parsed> {
  /** The memory in which the message is. */
  readonly buffer: ArrayBufferLike;
  readonly result: Parsed | KerasProofError;
  /** The position after it. */
  readonly end: number;
}

/** What a function parses at a cursor, or parsed there before. */
type Remember<Parsed> = (file: object, cursor: Cursor, parse: () => Parsed) => Parsed;

/**
 * A memory for messages of one kind, which thousands of objects of a file may share: a long one is parsed once, and
 * forgotten only after megabytes of others.
 */
export function openMemory<Parsed extends object>(): Remember<Parsed> {
  /** Messages up to this length are parsed each time. */
  const longBytes = 2 ** 10;
  /** The most bytes of messages of which is kept what was parsed; that takes some ten times as many. */
  const mostBytes = 2 ** 22;
  /** By the place in memory and what is left of the message there; `bytes` are those of the messages of all parts. */
  const knownOf = perFile((_file: object) => ({ parts: new Map<string, Part<Parsed>>(), bytes: 0 }));
  return (file, cursor, parse) => {
    const { remaining } = cursor;
    if (remaining <= longBytes) return parse();
    const known = knownOf(file);
    const { buffer, byteOffset } = cursor.bytes(0);
    const key = `${byteOffset} ${remaining}`;
    let part = known.parts.get(key);
    if (part?.buffer !== buffer) {
      part = { buffer, result: attempt(parse), end: cursor.position };
      known.parts.set(key, part);
      known.bytes += remaining;
      if (known.bytes > mostBytes) {
        known.parts.clear();
        known.bytes = 0;
      }
    }
    cursor.seek(part.end);
    if (part.result instanceof KerasProofError) throw at(part.result, cursor.name);
    return part.result;
  };
}
