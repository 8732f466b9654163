import type { BuiltInFilter } from "./built-in-filter.js";
import { printable } from "../../printable.js";
import { KerasProofError } from "../../../errors.js";
import { isBytes } from "../../byte-source.js";
import { undoFletcher32 } from "./fletcher32.js";
import type { Hdf5Filter } from "../hdf5-object.js";
import type { FilterFunction, FilterFunctions } from "./filter-function.js";
import { undoLzf } from "./lzf.js";
import { undoShuffle } from "./shuffle.js";
import { undoDeflate } from "./deflate.js";
import { undoScaleOffset } from "./scale-offset.js";
import { undoNbit } from "./nbit.js";
import { at } from "../attempt.js";
import { undoSzip } from "./szip.js";
import { newMemory, type StepMemory } from "./scratch-memory.js";

const builtIn: { readonly [id: number]: BuiltInFilter | undefined } = {
  1: undoDeflate,
  2: undoShuffle,
  3: undoFletcher32,
  4: undoSzip,
  5: undoNbit,
  6: undoScaleOffset,
  32000: undoLzf,
};

/** Filters that chunks, or blocks of a heap, went through. */
export interface FilterPipeline {
  readonly filters: readonly Hdf5Filter[];
  /** The bytes before any filter, which must come out. */
  readonly size: number;
  readonly registered: FilterFunctions;
  readonly place: string;
}

/** What is stored of one chunk. */
export interface FilteredChunk {
  readonly stored: Uint8Array;
  /** A bit for each filter that was left out, the lowest for the first. */
  readonly mask: number;
  /** The byte of the source where the chunk begins. */
  readonly offset: number;
}

/**
 * Undoes the filters of one chunk, the last first. What a filter gives on the way is held to what `size` bytes can
 * become, before memory is taken for it. The result may be a view on `stored`, on a larger buffer, on `memory`, which no
 * filter with a registered function may be given, or on memory that such a function knows; or it is `target`, memory for
 * `size` bytes, where the last step takes memory for its result. It is there at once unless a filter must wait: a promise
 * for each chunk would take as long as a small one.
 *
 * Throws or rejects with `unsupported-hdf5` for a filter that nobody knows, `bad-checksum`, `corrupt` for bytes that no
 * such filter writes and where a registered function throws (which is the `cause`), `usage` where it returns no
 * `Uint8Array`; all with the chunk's `offset`.
 */
export function undoFilters(
  { stored, mask, offset }: FilteredChunk,
  { filters, size, registered, place }: FilterPipeline,
  memory: StepMemory = newMemory,
  target?: Uint8Array<ArrayBuffer>,
): Uint8Array | Promise<Uint8Array> {
  const applied = filters.filter((_, i) => ((mask >>> i) & 1) === 0);
  /** Undoes the filter of a number, and those before it. */
  const undo = (i: number, bytes: Uint8Array): Uint8Array | Promise<Uint8Array> => {
    if (i >= 0) {
      const maxSize = applied.slice(0, i).reduce((most, { id }) => grown(most, id), size);
      const take = (bytes: number): Uint8Array<ArrayBuffer> =>
        i === 0 && bytes === target?.length ? target : memory.take(bytes);
      const undone = undoFilter(bytes, applied[i]!, maxSize, registered, place, { ...memory, take });
      return undone instanceof Promise ? undone.then((result) => undo(i - 1, result)) : undo(i - 1, undone);
    }
    if (bytes.length === size) return bytes;
    throw new KerasProofError("corrupt", place, `found a chunk of ${bytes.length} bytes, wanted ${size}`);
  };
  const fail = (error: unknown): never => {
    throw error instanceof KerasProofError ? at(error, place, offset) : error;
  };
  try {
    const undone = undo(applied.length - 1, stored);
    return undone instanceof Promise ? undone.catch(fail) : undone;
  } catch (error) {
    return fail(error);
  }
}

function undoFilter(
  bytes: Uint8Array,
  filter: Hdf5Filter,
  maxSize: number,
  registered: FilterFunctions,
  place: string,
  memory: StepMemory,
): Uint8Array | Promise<Uint8Array> {
  const { id, parameters } = filter;
  const custom = registered[id];
  if (custom !== undefined) return callRegistered(custom, bytes, filter, maxSize, place);
  const undo = builtIn[id];
  if (undo === undefined) throw missingFilter(filter, place);
  return undo({ bytes, parameters, maxSize, place }, memory);
}

async function callRegistered(
  custom: FilterFunction,
  bytes: Uint8Array,
  filter: Hdf5Filter,
  maxSize: number,
  place: string,
): Promise<Uint8Array> {
  const name = printable(filter.name);
  let result: unknown;
  try {
    // What is no function is told below.
    result = typeof custom === "function" ? await custom(bytes, filter.parameters) : undefined;
  } catch (cause) {
    const message = `found a chunk that the function for the filter ${name} refuses: ${String(cause)}`;
    throw new KerasProofError("corrupt", place, message, { cause });
  }
  if (!isBytes(result)) {
    const message = `found ${typeof result} from the function for the filter ${name}, wanted a Uint8Array`;
    throw new KerasProofError("usage", place, message);
  }
  if (result.length <= maxSize) return result;
  const message = `found ${result.length} bytes from the function for the filter ${name}, wanted at most ${maxSize}`;
  throw new KerasProofError("corrupt", place, message);
}

/** The most bytes that a filter makes of `size` bytes when it is applied; generous where it is not ours. */
function grown(size: number, id: number): number {
  return builtIn[id] === undefined ? 2 * size + 1024 : size + Math.ceil(size / 256) + 64;
}

/**
 * Why values that went through these filters cannot be had: the first for which there is neither a built-in function
 * nor a registered one; undefined where there is none. One that is optional does not count: a writer that lacked it
 * left it out, and said so with each chunk.
 */
export function checkFilters(
  filters: readonly Hdf5Filter[],
  registered: FilterFunctions,
  place: string,
): KerasProofError | undefined {
  const missing = filters.find(
    ({ id, optional }) => !optional && registered[id] === undefined && builtIn[id] === undefined,
  );
  return missing && missingFilter(missing, place);
}

/** The error about a filter that nothing undoes. */
function missingFilter({ id, name }: Hdf5Filter, place: string): KerasProofError {
  const message = `found values with the filter ${printable(name)}, wanted a function that undoes it: filters: { ${id}: … }`;
  return new KerasProofError("unsupported-hdf5", place, message);
}
