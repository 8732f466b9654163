import { type ErrorCode, KerasProofError } from "../../errors.js";
import type { ArrayCosts } from "../array-costs.js";
import type { DataLayout } from "./data-layout.js";
import type { Datatype } from "./datatype.js";
import type { FileAccess } from "./file-access.js";
import type { Hdf5Filter } from "./hdf5-object.js";
import type { Hyperslab } from "./hyperslab.js";
import type { ObjectHeader } from "./object-header.js";

/** A dataset as its storage sees it: elements of some bytes, whatever they mean. */
export interface StoredDataset {
  readonly file: FileAccess;
  readonly place: string;
  /** The byte of the source where the storage is described. */
  readonly offset: number;
  readonly header: ObjectHeader;
  readonly layout: DataLayout;
  readonly filters: readonly Hdf5Filter[];
  readonly shape: readonly number[];
  readonly maxShape: readonly number[] | undefined;
  /** Whether it is of the null dataspace. */
  readonly isNull?: true;
  readonly datatype: Datatype;
  readonly elementBytes: number;
}

/** What of a dataset is read. */
export interface ReadJob {
  readonly slab: Hyperslab;
  /** The bytes of the wanted elements, at least 1. */
  readonly length: number;
  readonly signal: AbortSignal | undefined;
  /** Told of bytes of wanted elements that have come; undefined where nobody listens. */
  readonly report: ((bytes: number) => void) | undefined;
  readonly way: VirtualWay;
}

/** How a reading came to a dataset: at once, or through virtual datasets. */
export interface VirtualWay {
  /** The number of virtual datasets that it leads through. */
  readonly depth: number;
  /** What the dataset where it began has taken so far. */
  readonly costs: ArrayCosts;
  /** The virtual dataset where it began, in whose datatype elements are wanted; undefined there. */
  readonly target?: StoredDataset;
}

/** Throws an error about a dataset's storage as a whole. */
export function failStored(
  { place, offset }: Pick<StoredDataset, "place" | "offset">,
  code: ErrorCode,
  message: string,
): never {
  throw new KerasProofError(code, place, message, { offset });
}

/** Throws `limit` unless a number of bytes that a file claims for an array is within what it may claim. */
export function checkLimit(
  array: Pick<StoredDataset, "shape" | "place" | "offset">,
  bytes: number,
  most: number,
): void {
  if (bytes <= most) return;
  const shape = `[${array.shape.join(", ")}]`;
  failStored(array, "limit", `found the shape ${shape} of ${bytes} bytes, wanted at most ${most} bytes`);
}

/** Elements as they are stored, one after the other in C order. */
export interface StoredBytes {
  readonly bytes: Uint8Array;
  /**
   * True where `bytes` is memory of its own, from the first byte of its buffer to the last, which may be written to
   * and handed out: then decoding needs no copy.
   */
  readonly fresh: boolean;
}

/** The bytes as memory that may be written to. */
export function ownBytes(stored: StoredBytes): Uint8Array {
  return stored.fresh ? stored.bytes : new Uint8Array(stored.bytes);
}
