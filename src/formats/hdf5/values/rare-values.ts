import { spend, startList } from "../../array-costs.js";
import { decodeFloats } from "../../float-layout.js";
import type { NdArray, NumericData } from "../../../ndarray.js";
import { decodeUsual, type UsualDType } from "../../small-floats.js";
import type { CompoundType, Datatype } from "../datatype.js";
import type { Hdf5Array, Hdf5CompoundArray } from "../hdf5-array.js";
import { ownBytes, type StoredBytes } from "../stored-dataset.js";
import { type Decoding, readElements, type Steps, takeSteps } from "./decoding.js";
import { decodeReferences } from "./references.js";
import { openHeapElements, readHeapBytes } from "./heap-element.js";
import { decodeIntegers, exactNumbers } from "./integers.js";
import { copyStrided } from "../strided-copy.js";

/** About what an array takes in memory, and each column of records. */
const arrayBytes = 600;
/** The bytes that could be filled while a field is taken out of a record. */
const gatherWork = 6;

/** What `decodeRare` decodes. */
type RareType = Exclude<Datatype, { kind: "fixed-string" | "variable-string" | "array" }>;

/** The decoding of any datatype, of which elements here consist. */
type Decode = (
  decoding: Decoding,
  stored: StoredBytes,
  datatype: Datatype,
  shape: readonly number[],
) => Steps<Hdf5Array>;

/** Elements that are neither numbers of the usual formats nor texts; those they consist of are left to `decode`. */
export function* decodeRare(
  decoding: Decoding,
  stored: StoredBytes,
  datatype: RareType,
  shape: readonly number[],
  decode: Decode,
): Steps<Hdf5Array> {
  const { bytes } = stored;
  const size = datatype.bytes;
  spend(decoding, (bytes.length / size) * (size > 4 ? 6 : 1) * (elementWork[datatype.kind] ?? 0));
  switch (datatype.kind) {
    case "number": {
      const { dtype, byteOrder } = datatype;
      return handOut(decoding, dtype, shape, decodeUsual(bytes, dtype, byteOrder, stored.fresh));
    }
    case "integer":
      if (datatype.dtype === "bigint") startList(decoding, bytes.length / size, bytes.length);
      return handOut(decoding, datatype.dtype, shape, decodeIntegers(ownBytes(stored), datatype));
    case "enumeration": {
      const values = yield* decode(decoding, stored, datatype.base, shape);
      if (!datatype.bool) return values;
      const { data } = values as NdArray;
      return { dtype: "bool", shape, data: new Uint8Array(data.length).map((_, i) => (data[i] ? 1 : 0)) };
    }
    case "float":
      return { dtype: "float64", shape, data: decodeFloats(ownBytes(stored), datatype) };
    case "opaque":
      return { dtype: "opaque", shape, tag: datatype.tag, data: splitBytes(decoding, ownBytes(stored), size) };
    case "compound":
      return yield* decodeCompound(decoding, { bytes, stride: size, offset: 0 }, datatype, shape, decode);
    case "sequence":
      return { dtype: "sequence", shape, data: yield* decodeSequences(decoding, bytes, size, datatype.base, decode) };
    default:
      return { dtype: "reference", shape, data: yield* decodeReferences(decoding, bytes, size, datatype.target) };
  }
}

/**
 * The bytes that an element becomes, or that could be filled meanwhile; beyond 4 bytes it takes about 6 times as long.
 */
const elementWork: { readonly [Kind in Datatype["kind"]]?: number } = {
  number: 8,
  integer: 16,
  float: 120,
  enumeration: 8,
};

/** Numbers as the caller wants them, who may not want `bigint`s. */
function handOut(
  { int64, place }: Decoding,
  dtype: UsualDType | "bigint",
  shape: readonly number[],
  data: NumericData | bigint[],
): Hdf5Array {
  if (int64 === "bigint" || !(data instanceof BigInt64Array || data instanceof BigUint64Array)) {
    return { dtype, shape, data } as Hdf5Array;
  }
  return { dtype: "float64", shape, data: exactNumbers(data, place) };
}

/** Records within others: `offset` bytes behind the beginning of every `stride` bytes. */
interface Records {
  readonly bytes: Uint8Array;
  readonly stride: number;
  readonly offset: number;
}

function* decodeCompound(
  decoding: Decoding,
  { bytes, stride, offset }: Records,
  datatype: CompoundType,
  shape: readonly number[],
  decode: Decode,
): Steps<Hdf5CompoundArray> {
  const columns = new Map<string, Hdf5Array>();
  const { fields } = datatype;
  let work = 0;
  for (const { datatype: type } of fields) if (type.kind !== "compound") work += type.bytes + gatherWork;
  spend(decoding, (bytes.length / stride) * work, arrayBytes * fields.length);
  for (const { name, offset: within, datatype: type } of fields) {
    const start = offset + within;
    if (type.kind === "compound") {
      // Not copied before its own fields are: records may be nested deep.
      columns.set(name, yield* decodeCompound(decoding, { bytes, stride, offset: start }, type, shape, decode));
      continue;
    }
    const column = gatherField(bytes, stride, start, type.bytes);
    columns.set(name, yield* decode(decoding, { bytes: column, fresh: true }, type, shape));
  }
  return { dtype: "compound", shape, data: columns };
}

function decodeSequences(
  decoding: Decoding,
  bytes: Uint8Array,
  elementBytes: number,
  base: Datatype,
  decode: Decode,
): Steps<Hdf5Array[]> {
  const elementAt = openHeapElements(decoding, bytes, elementBytes);
  const nothing = takeSteps(decode(decoding, { bytes: new Uint8Array(0), fresh: true }, base, [0]));
  return readElements(decoding, bytes.length / elementBytes, (i) => {
    const element = elementAt(i);
    if (element === undefined) return nothing;
    const stored = readHeapBytes(decoding, element, base.bytes);
    spend(decoding, 0, arrayBytes + stored.length);
    return takeSteps(decode(decoding, { bytes: stored, fresh: false }, base, [element.count]));
  });
}

function splitBytes(decoding: Decoding, bytes: Uint8Array, size: number): Uint8Array[] {
  const count = bytes.length / size;
  // A view takes some 200 bytes. No more than 60 of them are counted, so that small opaque elements that are all stored
  // can be read.
  startList(decoding, count, bytes.length + 12 * count);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

/**
 * The bytes of one field of all records, one after the other in memory of their own: `size` bytes from byte `offset` of
 * every `stride` bytes.
 */
export function gatherField(bytes: Uint8Array, stride: number, offset: number, size: number): Uint8Array {
  const count = bytes.length / stride;
  const gathered = new Uint8Array(count * size);
  copyStrided({ bytes, offset, strides: [stride] }, { bytes: gathered, offset: 0, strides: [size] }, [count], size);
  return gathered;
}
