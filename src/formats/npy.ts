import { KerasProofError } from "../errors.js";
import { checkKinds, oneOf, openingKinds, type OptionKinds, readingKinds } from "./option-kinds.js";
import { type DType, entriesOf, type NdArray, type NumericData } from "../ndarray.js";
import { atByte } from "./at-byte.js";
import { type ByteInput, type ByteReadOptions, type ByteSource, checkRange, openSource } from "./byte-source.js";
import { storedDType } from "./complex.js";
import { Cursor } from "./cursor.js";
import { fromFortranOrder, numbersFromFortranOrder } from "./fortran-order.js";
import { checkListed } from "./listed-values.js";
import { chooseLimits, type Limits } from "./limits.js";
import { type LongDouble, readLongDoubles } from "./long-double.js";
import { mostHeaderBytes, readNpyHeader } from "./npy-header.js";
import { decodeNumbers, storedBytes } from "./number-values.js";
import { readByteStrings, readUcs4Strings } from "./npy-text.js";
import { printable } from "./printable.js";
import { rareBits } from "./rare-floats.js";
import { type SmallFloat, widenedBits } from "./small-floats.js";

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

/** What a caller may choose about reading an array. */
export interface NpyOptions extends NpyTypes {
  /** Those that differ from `defaultLimits`. */
  readonly limits?: Partial<Limits>;
  /** The place in errors; `array.npy` by default. */
  readonly name?: string;
  /** Stops the reading with an `aborted` error. */
  readonly signal?: AbortSignal | undefined;
}

const typeKinds: OptionKinds<NpyTypes> = {
  raw: oneOf(...Object.keys(widenedBits), ...Object.keys(rareBits)),
  longDouble: oneOf("x87", "binary128"),
};
const optionKinds: OptionKinds<NpyOptions> = { ...openingKinds, ...typeKinds };

/**
 * Reads one array of NumPy's NPY format (NEP 1, versions 1.0 to 3.0) in memory of its own: numbers of either byte
 * order, booleans, and text (`U`, and `S` as UTF-8, from which `encodeText` gives other bytes back; zero characters at
 * the end are padding, as in NumPy). Fortran order comes transposed to C order. Long doubles come as the nearest
 * float64, ties to even. A source that is not in memory is read in two parts, header and values.
 *
 * Throws `pickle` for arrays of Python objects, which are never unpickled; `unsupported-format` for structured and time
 * dtypes, and for raw bytes and long doubles of which neither the file nor the options tell what they are; `limit` for
 * more than `arrayBytes` bytes of values, and for more texts than a list can hold; `truncated` for fewer bytes than the
 * shape says, `corrupt` for more; `aborted`; `usage` for options that do not exist; and as `readNpyHeader`.
 */
export async function readNpy(input: ByteInput, options: NpyOptions = {}): Promise<NdArray> {
  checkKinds(options, optionKinds, "readNpy");
  const path = options.name ?? "array.npy";
  const source = openSource(input, path);
  return readNpySource(source, chooseLimits(options.limits), path, options);
}

/** What a caller may choose about reading one array of several. */
export interface NpyReadOptions extends ByteReadOptions, NpyTypes {}

export const npyReadKinds: OptionKinds<NpyReadOptions> = { ...readingKinds, ...typeKinds };

/**
 * As `readNpy`. `check` gets the bytes of the file in their order before they are decoded, in one part or two, for a
 * checksum.
 */
export async function readNpySource(
  source: ByteSource,
  limits: Limits,
  path: string,
  options: NpyReadOptions,
  check: (parts: readonly Uint8Array[]) => void = () => undefined,
): Promise<NdArray> {
  return atByte(0, () => readParts(source, limits, path, options, check));
}

async function readParts(
  source: ByteSource,
  limits: Limits,
  path: string,
  options: NpyReadOptions,
  check: (parts: readonly Uint8Array[]) => void,
): Promise<NdArray> {
  const { signal } = options;
  const headBytes = source.memory === undefined ? mostHeaderBytes : source.size;
  const head = await source.read(0, Math.min(source.size, headBytes), { signal });
  const cursor = new Cursor(head, path);
  const { descr, fortranOrder, shape } = readNpyHeader(cursor);
  const type = parseDescr(descr, options, path);
  const count = countElements(shape, type.itemBytes, limits, path);
  if (type.itemBytes === 0 && entryBytes * count > limits.arrayRatio * source.size) {
    throw new KerasProofError("limit", path, `found ${count} empty strings in ${source.size} bytes, wanted fewer`);
  }
  if (type.dtype === "string") checkListed(count, path);
  const start = cursor.position;
  const size = count * type.itemBytes;
  checkRange(start, size, source.size, path);
  const extra = source.size - start - size;
  if (extra > 0) {
    throw new KerasProofError("corrupt", path, `found ${extra} bytes after the values, wanted none`, {
      offset: start + size,
    });
  }
  const inHead = source.size === head.length;
  const values = inHead ? head.subarray(start) : await source.read(start, size, { signal });
  check(inHead ? [head] : [head.subarray(0, start), values]);
  const reorder = fortranOrder && shape.length > 1 && count > 1;
  if (type.dtype === "string") {
    const text = type.read(values, count, path);
    return { dtype: "string", shape, data: reorder ? fromFortranOrder(text, shape) : text };
  }
  const data = type.decode(values, !inHead && source.fresh === true, path);
  return {
    dtype: type.dtype,
    shape,
    data: reorder ? numbersFromFortranOrder(data, shape, entriesOf(type.dtype)) : data,
  };
}

/** What a list takes for a text, be it empty. */
const entryBytes = 8;

interface NumberType {
  readonly dtype: NumericDType;
  readonly itemBytes: number;
  /** Into memory of their own: that of the bytes where they are `fresh`. */
  readonly decode: (values: Uint8Array, fresh: boolean, path: string) => NumericData;
}

type NumericDType = Exclude<DType, "string">;

interface TextType {
  readonly dtype: "string";
  readonly itemBytes: number;
  readonly read: (values: Uint8Array, count: number, path: string) => string[];
}

const numberTypes: ReadonlyMap<string, NumericDType> = new Map([
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

function parseDescr(descr: string, { raw, longDouble }: NpyTypes, path: string): NumberType | TextType {
  if (/^\|?O8?$/.test(descr)) {
    const message = "found an array of pickled Python objects, which could run code, wanted numbers or text";
    throw new KerasProofError("pickle", path, message);
  }
  const [, mark, name = "", kind = "", size = ""] = /^([<>|])(([a-zA-Z])(\d{1,9}).*)$/.exec(descr) ?? [];
  const byteOrder = mark === ">" ? "big" : "little";
  const isRaw = raw !== undefined && (kind === "V" || name === "f1") && Number(size) === storedBytes[raw];
  const dtype = isRaw ? raw : numberTypes.get(name);
  if (dtype !== undefined) {
    const stored = storedDType(dtype);
    const itemBytes = storedBytes[stored] * entriesOf(dtype);
    if (mark !== "|" || itemBytes === 1 || isRaw) {
      return { dtype, itemBytes, decode: (values, fresh) => decodeNumbers(values, stored, byteOrder, fresh) };
    }
  }
  if ((name === "f16" || name === "f12") && mark !== "|") {
    const itemBytes = Number(size);
    return {
      dtype: "float64",
      itemBytes,
      decode: (values, fresh, path) =>
        readLongDoubles(fresh ? values : values.slice(), itemBytes, byteOrder, longDouble, path),
    };
  }
  if (name === `S${size}`) {
    const itemBytes = Number(size);
    return {
      dtype: "string",
      itemBytes,
      read: (values, count, path) => readByteStrings(values, count, itemBytes, path),
    };
  }
  if (name === `U${size}`) {
    const itemBytes = 4 * Number(size);
    return {
      dtype: "string",
      itemBytes,
      read: (values, count, path) => readUcs4Strings(values, count, itemBytes, byteOrder, path),
    };
  }
  const reason = refusedKinds.get(kind);
  const found = `found dtype "${printable(descr, 40)}"${reason === undefined ? "" : ` (${reason})`}`;
  throw new KerasProofError("unsupported-format", path, `${found}, wanted numbers, booleans or text`);
}

function countElements(shape: readonly number[], itemBytes: number, limits: Limits, path: string): number {
  // As in NumPy, an array without elements must not be impossibly large along its other axes either.
  let extents = 1;
  for (const extent of shape) extents *= Math.max(extent, 1);
  const found = `found the shape (${shape.join(", ")}) of ${itemBytes} bytes an element`;
  if (extents * Math.max(itemBytes, 1) > Number.MAX_SAFE_INTEGER) {
    throw new KerasProofError("limit", path, `${found}, wanted a size below 2^53`);
  }
  const count = shape.includes(0) ? 0 : extents;
  if (count * itemBytes <= limits.arrayBytes) return count;
  throw new KerasProofError("limit", path, `${found}, wanted at most ${limits.arrayBytes} bytes in all`);
}
