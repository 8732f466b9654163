import { KerasProofError } from "../../../errors.js";
import { decodeNumbers } from "../../number-values.js";
import { countElements } from "../dataspace.js";
import type { CompoundType, Datatype } from "../datatype.js";
import type { IntegerType, NumberType } from "../datatype-number.js";
import type { FileAccess } from "../file-access.js";
import type { Hdf5Array, Hdf5DType } from "../hdf5-array.js";
import type { Hdf5ReadOptions } from "../hdf5-object.js";
import { type Decoding, readElements, spend, startDecoding, type Steps, takeSteps } from "./decoding.js";
import { decodeFloats } from "./floats.js";
import { gatherField } from "./gather-field.js";
import { openHeapElements, readHeapBytes } from "./heap-element.js";
import { decodeIntegers, exactNumbers } from "./integers.js";
import { decodeObjectReferences, decodeRegionReferences, decodeStandardReferences } from "./references.js";
import type { StoredBytes } from "./stored-bytes.js";
import { decodeFixedTexts, decodeVariableTexts } from "./texts.js";

/** About what an element takes in memory that is an array itself, for each of its columns. */
const arrayBytes = 300;
/** The same for a view on bytes. */
const viewBytes = 100;

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

/** The bytes that the values of a shape take; `limit` where they are more than a caller allows. */
export function countBytes(file: FileAccess, datatype: Datatype, shape: readonly number[], place: string): number {
  const bytes = countElements(shape) * datatype.bytes;
  if (bytes <= file.limits.arrayBytes) return bytes;
  const found = `found the shape [${shape.join(", ")}] of ${bytes} bytes`;
  throw new KerasProofError("limit", place, `${found}, wanted at most ${file.limits.arrayBytes} bytes`);
}

/**
 * Turns stored elements, as many as the shape says, into values in memory of their own, which may be that of `stored`
 * where it is fresh. What the elements point to in the global heap is read on the way. Texts of fixed length lose their
 * padding, texts of variable length end at their first zero byte, both as h5py reads them; all are UTF-8, whatever
 * character set the file names, and what is not is escaped as `decodeText` does it. Throws `corrupt` where elements
 * contradict themselves, and `limit` where they would take far more memory than the file has bytes.
 */
export async function decodeValues(
  file: FileAccess,
  stored: StoredBytes,
  datatype: Datatype,
  shape: readonly number[],
  options: Pick<Hdf5ReadOptions, "int64">,
  place: string,
): Promise<Hdf5Array> {
  const decoding = startDecoding(file, stored.bytes.length, options, place);
  const steps = decode(decoding, stored, datatype, shape);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await file.pages.run(step.value);
  }
}

/** The same at once, for parsers that depend on the values. Only within `PagedBytes.run`. */
export function decodeValuesNow(
  file: FileAccess,
  stored: StoredBytes,
  datatype: Datatype,
  shape: readonly number[],
  place: string,
): Hdf5Array {
  return takeSteps(decode(startDecoding(file, stored.bytes.length, {}, place), stored, datatype, shape));
}

function* decode(
  decoding: Decoding,
  stored: StoredBytes,
  datatype: Datatype,
  shape: readonly number[],
): Steps<Hdf5Array> {
  const { bytes } = stored;
  const size = datatype.bytes;
  switch (datatype.kind) {
    case "number":
    case "integer":
      return decodeWhole(decoding, stored, datatype, shape);
    case "float":
      return { dtype: "float64", shape, data: decodeFloats(ownBytes(stored), datatype) };
    case "enumeration": {
      const values = decodeWhole(decoding, stored, datatype.base, shape);
      if (!datatype.bool) return values;
      const flags = Uint8Array.from(values.data as ArrayLike<number>, (value) => (Number(value) === 0 ? 0 : 1));
      return { dtype: "bool", shape, data: flags };
    }
    case "fixed-string":
      return { dtype: "string", shape, data: decodeFixedTexts(bytes, size, datatype.padding, decoding.place) };
    case "variable-string":
      return { dtype: "string", shape, data: yield* decodeVariableTexts(decoding, bytes, size) };
    case "opaque":
      return { dtype: "opaque", shape, tag: datatype.tag, data: splitBytes(decoding, ownBytes(stored), size) };
    case "compound":
      return { dtype: "compound", shape, data: yield* decodeCompound(decoding, bytes, datatype, shape) };
    case "array":
      return yield* decode(decoding, stored, datatype.base, [...shape, ...datatype.shape]);
    case "sequence":
      return { dtype: "sequence", shape, data: yield* decodeSequences(decoding, bytes, size, datatype.base) };
    case "reference":
      return { dtype: "reference", shape, data: yield* referenceDecoders[datatype.target](decoding, bytes, size) };
  }
}

const referenceDecoders = {
  object: decodeObjectReferences,
  region: decodeRegionReferences,
  standard: decodeStandardReferences,
} as const;

function decodeWhole(
  decoding: Decoding,
  stored: StoredBytes,
  datatype: NumberType | IntegerType,
  shape: readonly number[],
): Hdf5Array {
  const { dtype } = datatype;
  const data =
    datatype.kind === "integer"
      ? decodeIntegers(ownBytes(stored), datatype)
      : decodeNumbers(stored.bytes, datatype.dtype, datatype.byteOrder, stored.fresh);
  if (dtype === "bigint") return { dtype, shape, data: data as bigint[] };
  if (decoding.int64 === "number" && (data instanceof BigInt64Array || data instanceof BigUint64Array)) {
    return { dtype: "float64", shape, data: exactNumbers(data, decoding.place) };
  }
  return { dtype, shape, data: data as Exclude<typeof data, bigint[]> };
}

function* decodeCompound(
  decoding: Decoding,
  bytes: Uint8Array,
  datatype: CompoundType,
  shape: readonly number[],
): Steps<ReadonlyMap<string, Hdf5Array>> {
  const columns = new Map<string, Hdf5Array>();
  for (const field of datatype.fields) {
    const column = gatherField(bytes, datatype.bytes, field.offset, field.datatype.bytes);
    columns.set(field.name, yield* decode(decoding, { bytes: column, fresh: true }, field.datatype, shape));
  }
  return columns;
}

function decodeSequences(
  decoding: Decoding,
  bytes: Uint8Array,
  elementBytes: number,
  base: Datatype,
): Steps<Hdf5Array[]> {
  const elementAt = openHeapElements(decoding, bytes, elementBytes);
  const nothing = takeSteps(decode(decoding, { bytes: new Uint8Array(0), fresh: true }, base, [0]));
  const cost = arrayBytes * countColumns(base);
  return readElements(decoding, bytes.length / elementBytes, (i) => {
    const element = elementAt(i);
    if (element === undefined) return nothing;
    const stored = readHeapBytes(decoding, element, base.bytes);
    spend(decoding, cost + stored.length);
    return takeSteps(decode(decoding, { bytes: stored, fresh: false }, base, [element.count]));
  });
}

function countColumns(datatype: Datatype): number {
  if (datatype.kind === "array") return countColumns(datatype.base);
  if (datatype.kind !== "compound") return 1;
  return datatype.fields.reduce((count, field) => count + countColumns(field.datatype), 1);
}

function splitBytes(decoding: Decoding, bytes: Uint8Array, size: number): Uint8Array[] {
  const count = bytes.length / size;
  spend(decoding, viewBytes * count);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

/** The bytes as memory that may be written to. */
function ownBytes(stored: StoredBytes): Uint8Array {
  return stored.fresh ? stored.bytes : new Uint8Array(stored.bytes);
}
