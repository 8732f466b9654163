import { KerasProofError } from "../../errors.js";
import type { Cursor } from "../cursor.js";
import { at, attempt } from "./attempt.js";

/** What was parsed of long messages of one kind, by file. */
export type Memory<Parsed extends object> = WeakMap<object, MemoryOfFile<Parsed>>;

interface MemoryOfFile<Parsed> {
  /** By the place in memory and what is left of the message there. */
  readonly parts: Map<string, Part<Parsed>>;
  /** Of the messages of all parts, from where they begin. */
  bytes: number;
}

interface Part<Parsed> {
  /** The memory in which the message is. */
  readonly buffer: ArrayBufferLike;
  readonly result: Parsed | KerasProofError;
  /** The position after it. */
  readonly end: number;
}

/**
 * What a function parses at a cursor, which thousands of objects of a file may share: where it is long it is parsed
 * once, and forgotten only after megabytes of others.
 */
export function remember<Parsed extends object>(
  memory: Memory<Parsed>,
  file: object,
  cursor: Cursor,
  parse: () => Parsed,
): Parsed {
  /** Shorter ones are parsed each time. */
  const longBytes = 2 ** 10;
  /** The most bytes of which is kept what was parsed, which takes some ten times as many. */
  const mostBytes = 2 ** 22;
  const { remaining } = cursor;
  if (remaining <= longBytes) return parse();
  const known = memory.get(file) ?? { parts: new Map<string, Part<Parsed>>(), bytes: 0 };
  memory.set(file, known);
  const { buffer, byteOffset } = cursor.bytes(0);
  const key = `${byteOffset} ${remaining}`;
  let part = known.parts.get(key);
  if (part?.buffer !== buffer) {
    part = { buffer, result: attempt(parse), end: cursor.position };
    known.parts.set(key, part);
    known.bytes += remaining;
    if (known.bytes > mostBytes) memory.delete(file);
  }
  cursor.seek(part.end);
  if (part.result instanceof KerasProofError) throw at(part.result, cursor.name);
  return part.result;
}
