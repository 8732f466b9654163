import type { Cursor } from "../../cursor.js";
import { isTyped, takeNumbers, type TypedDType } from "../../typed-numbers.js";
import { countElements } from "../dataspace.js";
import type { NumberType } from "../datatype-number.js";
import type { Datatype } from "../datatype.js";
import type { FileAccess } from "../file-access.js";
import type { Hdf5Array, Hdf5DType, Hdf5NumberArray } from "../hdf5-array.js";
import type { Hdf5ReadOptions } from "../hdf5-object.js";
import { rareParts } from "../on-demand.js";
import { checkLimit, ownBytes, type StoredBytes } from "../stored-dataset.js";
import { type Decoding, type Steps, takeSteps } from "./decoding.js";
import { decodeFixedTexts, decodeVariableTexts } from "./texts.js";

/** The element type under which values of a datatype are handed out. */
export function dtypeOf(datatype: Datatype): Hdf5DType {
  switch (datatype.kind) {
    case "number":
    case "integer":
      return datatype.dtype;
    case "float":
      return "float64";
    case "enumeration":
      return datatype.bool ? "bool" : datatype.base.dtype;
    case "fixed-string":
    case "variable-string":
      return "string";
    case "array":
      return dtypeOf(datatype.base);
    default:
      return datatype.kind;
  }
}

/** The next bytes of a message, which are the values of a shape; `limit` where they are more than a caller allows. */
export function readStored(cursor: Cursor, file: FileAccess, datatype: Datatype, shape: readonly number[]): Uint8Array {
  const bytes = countElements(shape) * datatype.bytes;
  checkLimit({ shape, place: cursor.name, offset: cursor.base + cursor.position }, bytes, file.limits.arrayBytes);
  return cursor.bytes(bytes);
}

/**
 * Turns stored elements, as many as the shape says, into values in memory of their own, which may be that of `stored`
 * where it is fresh. What the elements point to in the global heap is read on the way. Texts of fixed length lose their
 * padding, texts of variable length end at their first zero byte, both as h5py reads them; all are UTF-8, whatever
 * character set the file names, and what is not is escaped as `decodeText` does it. Throws `corrupt` where elements
 * contradict themselves, and `limit` where they would take far more memory than the file has bytes.
 */
export async function decodeValues(
  decoding: Decoding,
  stored: StoredBytes,
  datatype: Datatype,
  shape: readonly number[],
): Promise<Hdf5Array> {
  const steps = decode(decoding, stored, datatype, shape);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await decoding.file.pages.run(step.value);
  }
}

/** The same at once, for parsers that depend on the values. Only within `PagedBytes.run`. */
export function decodeValuesNow(
  decoding: Decoding,
  stored: StoredBytes,
  datatype: Datatype,
  shape: readonly number[],
): Hdf5Array {
  return takeSteps(decode(decoding, stored, datatype, shape));
}

function* decode(
  decoding: Decoding,
  stored: StoredBytes,
  datatype: Datatype,
  shape: readonly number[],
): Steps<Hdf5Array> {
  const { bytes } = stored;
  const size = datatype.bytes;
  if (isOrdinary(datatype, decoding.int64)) return decodeOrdinary(stored, datatype, shape);
  switch (datatype.kind) {
    case "fixed-string":
      return { dtype: "string", shape, data: decodeFixedTexts(decoding, bytes, size, datatype.padding) };
    case "variable-string":
      return { dtype: "string", shape, data: yield* decodeVariableTexts(decoding, bytes, size) };
    case "array":
      return yield* decode(decoding, stored, datatype.base, [...shape, ...datatype.shape]);
    default: {
      let rare: ReturnType<typeof rareParts> | undefined;
      yield () => {
        rare = rareParts();
      };
      return yield* rare!.decodeRare(decoding, stored, datatype, shape, decode);
    }
  }
}

/** A number of a format that JavaScript has an array for, and that is wanted in it. */
type OrdinaryType = NumberType & { readonly dtype: TypedDType };

function isOrdinary(datatype: Datatype, int64: Hdf5ReadOptions["int64"]): datatype is OrdinaryType {
  if (datatype.kind !== "number" || !isTyped(datatype.dtype)) return false;
  return int64 !== "number" || !datatype.dtype.endsWith("int64");
}

function decodeOrdinary(stored: StoredBytes, { dtype, byteOrder }: OrdinaryType, shape: readonly number[]): Hdf5Array {
  return { dtype, shape, data: takeNumbers(ownBytes(stored), dtype, byteOrder) } as Hdf5NumberArray;
}
