import { KerasProofError } from "../errors.js";
import { describeValue } from "./describe-value.js";
import { checkKinds, oneOf, openingKinds, type OptionKinds, yesOrNo } from "./option-kinds.js";
import { type DType, entriesOf, type NdArray, type NumericData, sizeOf } from "../ndarray.js";
import { allocateBytes } from "./allocate.js";
import { type ByteOrder, hostByteOrder, reverseElements } from "./byte-order.js";
import { toBooleans } from "./booleans.js";
import { storedDType } from "./complex.js";
import { toFloat16 } from "./float16.js";
import { numbersFromFortranOrder, textsFromFortranOrder } from "./fortran-order.js";
import { mostAxes } from "./npy-header.js";
import { numberTypes } from "./npy-type.js";
import { storedBytes } from "./number-values.js";

/** How an array is to be written. */
export interface WriteNpyOptions {
  /** That of the stored numbers; little by default, as NumPy writes on all common machines. */
  readonly byteOrder?: ByteOrder;
  /** Whether the values are stored with the first axis fastest, as NumPy keeps transposed arrays; false by default. */
  readonly fortranOrder?: boolean;
  /** The place in errors; `array.npy` by default. */
  readonly name?: string;
}

export const writeNpyKinds: OptionKinds<WriteNpyOptions> = {
  byteOrder: oneOf("little", "big"),
  fortranOrder: yesOrNo,
  name: openingKinds.name,
};

/**
 * Writes an array in NumPy's NPY format (NEP 1), version 1.0, byte for byte as `numpy.save` does: numbers of every
 * dtype of NumPy's own, booleans, and texts (as `U`, as wide as the longest). float16 values are rounded to the nearest,
 * to even in the middle; those beyond its range become infinite.
 *
 * Throws `usage` where the data are not those of the dtype and shape, or a text ends with a zero character, which
 * NumPy takes for padding; `unsupported-format` for bfloat16 and float8, for which the format has no name; `limit` where
 * the file does not fit in memory.
 */
export function writeNpy(array: NdArray, options: WriteNpyOptions = {}): Uint8Array {
  checkKinds(options, writeNpyKinds, "writeNpy");
  const { byteOrder = "little", fortranOrder = false, name = "array.npy" } = options;
  checkArray(array, name);
  const { dtype, shape, data } = array;
  // Where both orders are the same, NumPy calls it C's.
  const fortran = fortranOrder && !shape.includes(0) && shape.filter((extent) => extent > 1).length > 1;
  // The C order of an array is the Fortran order of its transpose.
  const transposed = shape.toReversed();
  const mark = byteOrder === "little" ? "<" : ">";
  let descr: string;
  let values: Uint8Array;
  if (ArrayBuffer.isView(data)) {
    const number = numberNames.get(dtype) ?? refuseDType(dtype, name);
    descr = (number.endsWith("1") ? "|" : mark) + number;
    values = storedNumbers(fortran ? numbersFromFortranOrder(data, transposed, entriesOf(dtype)) : data, dtype, name);
  } else {
    // NumPy has no texts of no characters.
    const width = data.reduce((most, text) => Math.max(most, charactersOf(text, name).length), 1);
    descr = `${mark}U${width}`;
    values = storedTexts(fortran ? textsFromFortranOrder(data, transposed) : data, width, name);
  }
  const header = headerOf(descr, fortran, shape);
  const bytes = allocateBytes(header.length + values.length, name);
  bytes.set(header);
  bytes.set(values, header.length);
  if (byteOrder !== hostByteOrder) {
    reverseElements(bytes.subarray(header.length), dtype === "string" ? 4 : storedBytes[storedDType(dtype)]);
  }
  return bytes;
}

const numberNames: ReadonlyMap<DType, string> = new Map(Array.from(numberTypes, ([name, dtype]) => [dtype, name]));

function refuseDType(dtype: DType, path: string): never {
  const message = `found values of ${dtype}, wanted a dtype that NPY has a name for`;
  throw new KerasProofError("unsupported-format", path, message);
}

/** The kinds of typed array that hold the values of a dtype. */
const holders: Readonly<Partial<Record<DType, string>>> = {
  bool: "Uint8Array",
  int8: "Int8Array",
  int16: "Int16Array",
  int32: "Int32Array",
  int64: "BigInt64Array",
  uint8: "Uint8Array",
  uint16: "Uint16Array",
  uint32: "Uint32Array",
  uint64: "BigUint64Array",
  float64: "Float64Array",
  complex128: "Float64Array",
};

function checkArray(array: NdArray, path: string): void {
  const wrong = (found: string, wanted: string): never => {
    throw new KerasProofError("usage", path, `found ${found}, wanted ${wanted}`);
  };
  const given: Partial<NdArray> = Object(array);
  const isData = ArrayBuffer.isView(given.data) || Array.isArray(given.data);
  if (typeof given.dtype !== "string" || !Array.isArray(given.shape) || !isData) {
    wrong(describeValue(array), "an array { dtype, shape, data }");
  }
  const { dtype, shape, data } = array;
  const sizes = shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
  if (!sizes || shape.length > mostAxes) wrong(`the shape (${shape.join(", ")})`, `at most ${mostAxes} sizes from 0`);
  const entries = sizeOf(shape) * entriesOf(dtype);
  if (data.length !== entries) wrong(`${data.length} values`, `${entries} for its dtype and shape`);
  const kind = ArrayBuffer.isView(data) ? data[Symbol.toStringTag] : "texts";
  const wanted = dtype === "string" ? "texts" : (holders[dtype] ?? "Float32Array");
  if (kind !== wanted) wrong(`${dtype} values in ${kind}`, wanted);
  const other = ArrayBuffer.isView(data) ? undefined : data.find((text) => typeof text !== "string");
  if (other !== undefined) wrong(`${describeValue(other)} among the texts`, "texts");
}

/** The bytes of numbers in the host's order; perhaps a view on the given ones. */
function storedNumbers(data: NumericData, dtype: DType, path: string): Uint8Array {
  if (dtype === "float16") {
    const halves = new Uint16Array(allocateBytes(2 * data.length, path).buffer);
    for (let i = 0; i < halves.length; i++) halves[i] = toFloat16(Number(data[i]));
    return new Uint8Array(halves.buffer);
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return dtype === "bool" ? toBooleans(new Uint8Array(bytes)) : bytes;
}

/** UCS-4 in the host's order, filled up with zeros. */
function storedTexts(texts: readonly string[], width: number, path: string): Uint8Array {
  const codes = new Uint32Array(allocateBytes(4 * width * texts.length, path).buffer);
  for (const [index, text] of texts.entries()) codes.set(charactersOf(text, path), index * width);
  return new Uint8Array(codes.buffer);
}

function charactersOf(text: string, path: string): number[] {
  if (!text.endsWith("\0")) return Array.from(text, (character) => character.codePointAt(0)!);
  const message = "found a text that ends with a zero character, wanted one that NumPy keeps";
  throw new KerasProofError("usage", path, message);
}

/** Digits that NumPy leaves room for, so that the last axis to be appended to can grow in place. */
const growthDigits = 21;
/** The values begin at a multiple of this, as NumPy has it. */
const alignment = 64;
/** Magic, version 1.0 and the length of the header, the first byte and the length to be filled in. */
const magic = "?NUMPY\u0001\0??";
const prefixBytes: number = magic.length;

function headerOf(descr: string, fortranOrder: boolean, shape: readonly number[]): Uint8Array {
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const order = fortranOrder ? "True" : "False";
  const entries = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${extents}), }`;
  const growing = fortranOrder ? shape.at(-1) : shape[0];
  const text = growing === undefined ? entries : entries + " ".repeat(growthDigits - String(growing).length);
  // One more than is needed where the values would begin at a multiple anyway: so does NumPy.
  const end = (Math.floor((prefixBytes + text.length + 1) / alignment) + 1) * alignment;
  const header = new TextEncoder().encode(`${magic}${text.padEnd(end - prefixBytes - 1)}\n`);
  header[0] = 0x93;
  new DataView(header.buffer).setUint16(prefixBytes - 2, end - prefixBytes, true);
  return header;
}
