import { KerasProofError } from "../errors.js";
import { type DType, entriesOf } from "../ndarray.js";
import type { ByteOrder } from "./byte-order.js";
import { storedDType } from "./complex.js";
import type { LongDouble } from "./long-double.js";
import type { NpyTextType } from "./npy-text.js";
import { type NumberDType, storedBytes } from "./number-values.js";
import { printable } from "./printable.js";
import type { SmallFloat } from "./small-floats.js";

/** What the bytes of an array mean where the file does not say so. */
export interface NpyTypes {
  /**
   * The type of elements of one or two raw bytes (`V1`, `V2`, and `f1`), as which NumPy stores the types of ml_dtypes;
   * without it they are refused, as are those of another size.
   */
  readonly raw?: SmallFloat | undefined;
  /** The format of `f16` and `f12`; without it they are read where they show that they are x87's. */
  readonly longDouble?: LongDouble | undefined;
}

/** What the elements of an NPY file are. */
export type NpyType = NpyNumberType | NpyLongDoubleType | NpyTextType;

interface NpyNumberType {
  readonly kind: "number";
  readonly dtype: Exclude<DType, "string">;
  readonly itemBytes: number;
  /** The numbers of which an element has `entries`. */
  readonly stored: NumberDType;
  readonly entries: number;
  readonly byteOrder: ByteOrder;
}

interface NpyLongDoubleType {
  readonly kind: "long-double";
  readonly dtype: "float64";
  readonly itemBytes: number;
  readonly format: LongDouble | undefined;
  readonly byteOrder: ByteOrder;
}

/** Types of numbers by NumPy's names of them, without the mark of the byte order. */
export const numberTypes: ReadonlyMap<string, Exclude<DType, "string">> = new Map([
  ["c8", "complex64"],
  ["c16", "complex128"],
  ["b1", "bool"],
  ["i1", "int8"],
  ["i2", "int16"],
  ["i4", "int32"],
  ["i8", "int64"],
  ["u1", "uint8"],
  ["u2", "uint16"],
  ["u4", "uint32"],
  ["u8", "uint64"],
  ["f2", "float16"],
  ["f4", "float32"],
  ["f8", "float64"],
]);

const refusedKinds: ReadonlyMap<string, string> = new Map([
  ["c", "complex numbers of this size"],
  ["f", "floating-point numbers of this size"],
  ["m", "time spans"],
  ["M", "dates"],
  ["V", "raw bytes; the option `raw` tells what they are if they are bfloat16 or float8, which NumPy does not name"],
]);

/**
 * Parses NumPy's name of an element type, such as `<f4`. Throws `pickle` for Python objects, and `unsupported-format`
 * for any other type that is not read.
 */
export function parseNpyType(descr: string, { raw, longDouble }: NpyTypes, path: string): NpyType {
  if (/^[|<>]?O\d*$/.test(descr)) {
    const message = "found an array of pickled Python objects, which could run code, wanted numbers or text";
    throw new KerasProofError("pickle", path, message);
  }
  const [, mark, name = "", kind = "", digits = ""] = /^([<>|])(([a-zA-Z])(\d{1,9}).*)$/.exec(descr) ?? [];
  const byteOrder = mark === ">" ? "big" : "little";
  const size = Number(digits);
  const isRaw = raw !== undefined && (kind === "V" || name === "f1") && size === storedBytes[raw];
  const dtype = isRaw ? raw : numberTypes.get(name);
  if (dtype !== undefined) {
    const stored = storedDType(dtype);
    const entries = entriesOf(dtype);
    const itemBytes = storedBytes[stored] * entries;
    if (mark !== "|" || itemBytes === 1 || isRaw) {
      return { kind: "number", dtype, itemBytes, stored, entries, byteOrder };
    }
  }
  if ((name === "f16" || name === "f12") && mark !== "|") {
    return { kind: "long-double", dtype: "float64", itemBytes: size, format: longDouble, byteOrder };
  }
  if ((kind === "S" || kind === "U") && name === kind + digits) {
    return { kind, dtype: "string", itemBytes: kind === "U" ? 4 * size : size, byteOrder };
  }
  const reason = refusedKinds.get(kind);
  const found = `found dtype "${printable(descr, 40)}"${reason === undefined ? "" : ` (${reason})`}`;
  throw new KerasProofError("unsupported-format", path, `${found}, wanted numbers, booleans or text`);
}
