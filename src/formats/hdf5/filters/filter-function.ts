/**
 * Undoes a filter of the caller's own: gets the filtered bytes, which it must not write to, and the filter's parameters
 * from the file; returns the bytes before the filter was applied.
 */
export type FilterFunction = (bytes: Uint8Array, parameters: readonly number[]) => Uint8Array | Promise<Uint8Array>;

/** Functions by the filter's number in the registry of the HDF Group; one for a built-in number replaces it. */
export interface FilterFunctions {
  readonly [id: number]: FilterFunction;
}
