import type { KerasProofError } from "../src/errors.js";
import type { ByteInput } from "../src/formats/byte-source.js";
import type { Random } from "./random.js";

/** What one reading came to. */
export interface Outcome {
  /** A fingerprint of everything that was handed out or refused, the same for each reading of the same bytes. */
  readonly digest: number;
  /** What was refused, in the order of the reading. */
  readonly errors: readonly KerasProofError[];
  /** What no reader may do, in words; empty where all is well. */
  readonly broken: readonly string[];
}

/** Called after each step of a reading with the steps' name, while its result is still held. */
export type OnStep = (step: string) => void;

/** A format under test. */
export interface Target {
  readonly name: string;
  /** The name under which inputs are read: the paths of all errors begin with it. */
  readonly fileName: string;
  /** Sound files to start from, the same in each run. */
  seeds(): readonly Uint8Array[];
  /** A damaged copy of `bytes`; `other` is another file to take parts from. */
  mutate(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array;
  /**
   * Reads everything in a file with the default limits. Throws only what no reader may throw: `KerasProofError`s are
   * part of the outcome.
   */
  read(input: ByteInput, onStep: OnStep): Promise<Outcome>;
  /** Whether each error must say at which byte it was found. */
  readonly wantsOffsets: boolean;
}
