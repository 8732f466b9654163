import { type ErrorCode, KerasProofError } from "../../errors.js";
import type { DataLayout } from "./data-layout.js";
import type { Datatype } from "./datatype.js";
import type { FileAccess } from "./file-access.js";
import { fillWith, readFillValue } from "./fill-value.js";
import { byteOffset, byteStrides, type Hyperslab } from "./hyperslab.js";
import type { Hdf5Filter, Hdf5Object } from "./hdf5-object.js";
import type { ObjectHeader } from "./object-header.js";
import { copyStrided } from "./strided-copy.js";

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

/** How a reading came to a dataset. */
export interface VirtualWay {
  /** The number of virtual datasets that it leads through. */
  readonly depth: number;
  /** What all sources cost that were read for the dataset where it began. */
  readonly work: { bytes: number };
}

const storedDatasets = new WeakMap<Hdf5Object, StoredDataset>();

/** Keeps what `findStored` finds. */
export function rememberStored(dataset: Hdf5Object, stored: StoredDataset): void {
  storedDatasets.set(dataset, stored);
}

/** The storage of an object; undefined where it is no dataset. */
export function findStored(object: Hdf5Object): StoredDataset | undefined {
  return storedDatasets.get(object);
}

/** Throws an error about a dataset's storage as a whole. */
export function failStored({ place, offset }: StoredDataset, code: ErrorCode, message: string): never {
  throw new KerasProofError(code, place, message, { offset });
}

/** Throws `limit` unless a number of bytes that a file claims is within what it may claim. */
export function checkLimit(dataset: StoredDataset, bytes: number, most: number): void {
  if (bytes <= most) return;
  const shape = `[${dataset.shape.join(", ")}]`;
  failStored(dataset, "limit", `found the shape ${shape} of ${bytes} bytes, wanted at most ${most} bytes`);
}

/**
 * Memory for the wanted elements, with the fill value in each. Nothing in the file need stand for them, so they may take
 * at most `limits.arrayRatio` times the size of the file, or 8 MiB.
 */
export async function allocateFilled(dataset: StoredDataset, length: number): Promise<Uint8Array> {
  const { file, header, elementBytes, place } = dataset;
  checkLimit(dataset, length, mostFilled(file));
  const value = await file.pages.run(() => readFillValue(file, header, elementBytes, place));
  const bytes = new Uint8Array(length);
  if (value !== undefined) fillWith(bytes, value);
  return bytes;
}

/** The bytes of values that are always allowed: those of a table of a thousand by a thousand. */
const alwaysAllowed = 2 ** 23;

/** The bytes that values may take which are not all stored. */
export function mostFilled({ limits, base, end }: FileAccess): number {
  return Math.max(limits.arrayRatio * (end - base), alwaysAllowed);
}

/** Copies the wanted elements out of memory in which the whole array begins at `offset`. */
export function copySelected(
  dataset: StoredDataset,
  { slab, length }: ReadJob,
  from: Uint8Array,
  offset: number,
): Uint8Array {
  const { shape, elementBytes } = dataset;
  const strides = byteStrides(shape, elementBytes);
  const bytes = new Uint8Array(length);
  copyStrided(
    {
      bytes: from,
      offset: offset + byteOffset(slab.start, strides),
      strides: strides.map((stride, axis) => stride * slab.step[axis]!),
    },
    { bytes, offset: 0, strides: byteStrides(slab.count, elementBytes) },
    slab.count,
    elementBytes,
  );
  return bytes;
}
