import { type ErrorCode, KerasProofError } from "../../../errors.js";
import type { StepMemory } from "./scratch-memory.js";

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

/** The error about bytes that are none a filter writes with such parameters. */
export function brokenBytes(
  { bytes, parameters, maxSize, place }: FilteredBytes,
  filter: string,
  code: ErrorCode = "corrupt",
): KerasProofError {
  const found = `found ${bytes.length} bytes with the parameters ${parameters.slice(0, 20).join(", ")}`;
  return new KerasProofError(code, place, `${found}, wanted what ${filter} makes of at most ${maxSize}`);
}
