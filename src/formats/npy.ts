import { KerasProofError } from "../errors.js";
import type { NdArray } from "../ndarray.js";
import { atByte } from "./at-byte.js";
import { type ByteInput, type ByteSource, checkRange, openSource } from "./byte-source.js";
import { Cursor } from "./cursor.js";
import { fromFortranOrder, numbersFromFortranOrder } from "./fortran-order.js";
import { defaultLimits, type Limits } from "./limits.js";
import { mostHeaderBytes, readNpyHeader } from "./npy-header.js";
import { type ByteOrder, decodeNumbers, type NumberDType, storedBytes } from "./number-values.js";
import { readByteStrings, readUcs4Strings } from "./npy-text.js";
import { printable } from "./printable.js";

/** What a caller may choose about reading an array. */
export interface NpyOptions {
  /** Those that differ from `defaultLimits`. */
  readonly limits?: Partial<Limits>;
  /** The place in errors; `array.npy` by default. */
  readonly name?: string;
  /** Stops the reading with an `aborted` error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads one array of NumPy's NPY format (NEP 1, versions 1.0 to 3.0) in memory of its own: numbers of either byte
 * order, booleans, and text (`U`, and `S` as UTF-8, from which `encodeText` gives other bytes back; zero characters at the end
 * are padding, as in NumPy). Fortran
 * order comes transposed to C order. A source that is not in memory is read in two parts, header and values.
 *
 * Throws `pickle` for arrays of Python objects, which are never unpickled; `unsupported-format` for complex,
 * structured, raw and time dtypes and for long doubles; `limit` for more than `arrayBytes` bytes of values;
 * `truncated` for fewer bytes than the shape says, `corrupt` for more; `aborted`; and as `readNpyHeader`.
 */
export async function readNpy(input: ByteInput, options: NpyOptions = {}): Promise<NdArray> {
  const path = options.name ?? "array.npy";
  const source = openSource(input, path);
  return readNpySource(source, { ...defaultLimits, ...options.limits }, path, options.signal);
}

/**
 * As `readNpy`. `check` gets the bytes of the file in their order before they are decoded, in one part or two, for a
 * checksum.
 */
export async function readNpySource(
  source: ByteSource,
  limits: Limits,
  path: string,
  signal: AbortSignal | undefined,
  check: (parts: readonly Uint8Array[]) => void = () => undefined,
): Promise<NdArray> {
  return atByte(0, () => readParts(source, limits, path, signal, check));
}

async function readParts(
  source: ByteSource,
  limits: Limits,
  path: string,
  signal: AbortSignal | undefined,
  check: (parts: readonly Uint8Array[]) => void,
): Promise<NdArray> {
  const headBytes = source.memory === undefined ? mostHeaderBytes : source.size;
  const head = await source.read(0, Math.min(source.size, headBytes), { signal });
  const cursor = new Cursor(head, path);
  const { descr, fortranOrder, shape } = readNpyHeader(cursor);
  const type = parseDescr(descr, path);
  const count = countElements(shape, type.itemBytes, limits, path);
  if (type.itemBytes === 0 && count > limits.arrayRatio * source.size) {
    throw new KerasProofError("limit", path, `found ${count} empty strings in ${source.size} bytes, wanted fewer`);
  }
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
  const data = decodeNumbers(values, type.dtype, type.byteOrder, !inHead && source.fresh === true);
  return { dtype: type.dtype, shape, data: reorder ? numbersFromFortranOrder(data, shape) : data };
}

interface NumberType {
  readonly dtype: NumberDType;
  readonly byteOrder: ByteOrder;
  readonly itemBytes: number;
}

interface TextType {
  readonly dtype: "string";
  readonly itemBytes: number;
  readonly read: (values: Uint8Array, count: number, path: string) => string[];
}

const numberTypes: ReadonlyMap<string, NumberDType> = new Map([
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
  ["c", "complex numbers"],
  ["f", "floating-point numbers of this size"],
  ["m", "time spans"],
  ["M", "dates"],
  ["V", "raw bytes, perhaps bfloat16, which NumPy does not name"],
]);

function parseDescr(descr: string, path: string): NumberType | TextType {
  if (/^\|?O8?$/.test(descr)) {
    const message = "found an array of pickled Python objects, which could run code, wanted numbers or text";
    throw new KerasProofError("pickle", path, message);
  }
  const [, mark, name = "", kind = "", size = ""] = /^([<>|])(([a-zA-Z])(\d{1,9}).*)$/.exec(descr) ?? [];
  const byteOrder = mark === ">" ? "big" : "little";
  const dtype = numberTypes.get(name);
  if (dtype !== undefined && (mark !== "|" || storedBytes[dtype] === 1)) {
    return { dtype, byteOrder, itemBytes: storedBytes[dtype] };
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
