import type { UsualDType } from "../small-floats.js";
import { attempt } from "./attempt.js";
import type { Datatype } from "./datatype.js";
import type { FileAccess } from "./file-access.js";
import type { Hdf5Array } from "./hdf5-array.js";
import { perFile } from "./per-file.js";

const markedTypes: readonly UsualDType[] = ["bfloat16", "float8_e4m3fn", "float8_e5m2"];

/** Reads the attribute that marks a dataset; when it is started again it goes on where it was interrupted. */
type MarkReader = () => Hdf5Array | undefined;

/**
 * What datasets are marked with, by the addresses of their headers, or what is reading that: thousands of links may
 * lead to a dataset with thousands of attributes.
 */
const marksOf = perFile((_file: FileAccess) => new Map<number, string | MarkReader>());

/**
 * The type that an opaque dataset is marked with. h5py has no bfloat16: Keras stores it as opaque data of 2 bytes and
 * says so in the attribute `dtype` (`H5IOStore` of `keras/src/saving/saving_lib.py`, 3.5 and later); the float8 types
 * of one byte are understood likewise. Without a mark that can be read and fits, the bytes stay opaque. Only within
 * `PagedBytes.run`.
 */
export function readMarkedType(
  file: FileAccess,
  address: number,
  stored: Datatype,
  openMark: () => MarkReader,
): Datatype {
  if (stored.kind !== "opaque" || stored.bytes > 2) return stored;
  const marks = marksOf(file);
  const found = marks.get(address) ?? openMark();
  marks.set(address, found);
  const mark = typeof found === "function" ? readMark(found) : found;
  marks.set(address, mark);
  const dtype = markedTypes.find((type) => type === mark);
  if (dtype === undefined || (dtype === "bfloat16" ? 2 : 1) !== stored.bytes) return stored;
  return { kind: "number", bytes: stored.bytes, dtype, byteOrder: "little" };
}

/** An attribute that cannot be read is told where it is asked for. */
function readMark(read: MarkReader): string {
  const mark = attempt(read) as Hdf5Array | undefined;
  return (mark?.dtype === "string" ? mark.data[0] : undefined) ?? "";
}
