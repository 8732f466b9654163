import { KerasProofError } from "../errors.js";
import { checkNames } from "./option-names.js";

/**
 * How much a file may claim before it is refused. A claim is checked before anything is allocated for it. The
 * defaults are those of Keras where Keras has one (`keras/src/saving/saving_lib.py`, 3.15: 4 GiB and 1000 times the
 * stored bytes for a dataset, 4 GiB and 100 times for a member of an archive).
 */
export interface Limits {
  /** Bytes of one member of an archive, decompressed. */
  readonly memberBytes: number;
  /**
   * Decompressed bytes for each compressed byte of a member; by default as many as deflate reaches. For each byte of an
   * NPY file or NPZ archive, also bytes of memory that all its arrays take; 32 MiB are always allowed. Texts count as
   * objects do for `arrayRatio`.
   */
  readonly memberRatio: number;
  /** Members of one archive, tensors of one safetensors file. */
  readonly members: number;
  /** Characters of a JSON text. */
  readonly jsonLength: number;
  /** Values of a JSON text, those within others counted too: an empty object takes some 230 bytes of memory. */
  readonly jsonValues: number;
  /** Nesting of a JSON text. */
  readonly jsonDepth: number;
  /** Bytes of the values of one array or HDF5 dataset. */
  readonly arrayBytes: number;
  /**
   * Bytes of values for each byte stored for them. In an HDF5 file, bytes for each byte of the file: of values that are
   * not stored, of what comes out of chunks (and one chunk beside), and of what numbers are widened to; slow work counts
   * as the bytes that could be filled meanwhile. One array may always take 8 MiB, and all arrays together 32 MiB; an array
   * that is read again counts once. Texts, lists, records and other objects of JavaScript count twice, and may take an
   * eighth of the whole and 24 MiB; those of one array, half of what others leave. All weights of a model together, where
   * one array may serve as several, may take so many bytes for each byte of their file, or 32 MiB: 4 for a number, 8 for
   * a float64.
   */
  readonly arrayRatio: number;
  /** Objects of one HDF5 file, and attributes of one of its objects. */
  readonly objects: number;
  /** Nesting of groups. */
  readonly depth: number;
  /** Tensors that the layers of a model take, over all calls, those in nested models for each call of the model. */
  readonly connections: number;
}

/** The limits in force where the caller gives none. */
export const defaultLimits: Limits = {
  memberBytes: 4 * 2 ** 30,
  memberRatio: 1032,
  members: 100_000,
  jsonLength: 256 * 2 ** 20,
  jsonValues: 2_000_000,
  jsonDepth: 200,
  arrayBytes: 4 * 2 ** 30,
  arrayRatio: 1000,
  objects: 1_000_000,
  depth: 64,
  connections: 20_000,
};

/**
 * The limits in force where a caller gives some; one that is undefined counts as not given. `usage` for one that is no
 * number from 0 on, which would let everything pass, and for a name that is none of a limit.
 */
export function chooseLimits(given: { readonly [Name in keyof Limits]?: Limits[Name] | undefined } = {}): Limits {
  const limits: Record<keyof Limits, number> = { ...defaultLimits };
  const names = Object.keys(limits) as (keyof Limits)[];
  checkNames(given, names, "limits");
  for (const name of names) {
    const limit = given[name] ?? limits[name];
    if (typeof limit !== "number" || !(limit >= 0))
      throw new KerasProofError("usage", `limits.${name}`, `found ${limit}, wanted a number from 0 on`);
    limits[name] = limit;
  }
  return limits;
}
