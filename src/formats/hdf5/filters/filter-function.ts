import type { StepMemory } from "./scratch-memory.js";

/**
 * Undoes a filter of the caller's own: gets the filtered bytes, which it must not write to, and the filter's parameters
 * from the file; returns the bytes before the filter was applied.
 */
export type FilterFunction = (bytes: Uint8Array, parameters: readonly number[]) => Uint8Array | Promise<Uint8Array>;

/** Functions by the filter's number in the registry of the HDF Group; one for a built-in number replaces it. */
export interface FilterFunctions {
  readonly [id: number]: FilterFunction;
}

/** What one of the built-in filters is undone from. */
export interface FilteredBytes {
  /** Not to be written to. */
  readonly bytes: Uint8Array;
  readonly parameters: readonly number[];
  /** More bytes than this cannot come out; a filter fails before it takes memory for more. */
  readonly maxSize: number;
  readonly place: string;
}

/** Returns memory of its own or that it took (with any contents), or a view on `bytes` where nothing was to be done. */
export type BuiltInFilter = (input: FilteredBytes, memory?: StepMemory) => Uint8Array | Promise<Uint8Array>;
