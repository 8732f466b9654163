import type { NumericData } from "../../ndarray.js";
import { decodeUsual } from "../small-floats.js";
import type { NumberType } from "./datatype-number.js";
import type { Datatype } from "./datatype.js";
import { failStored, ownBytes, type StoredBytes, type StoredDataset } from "./stored-dataset.js";
import { decodeIntegers } from "./values/integers.js";

/** What a value becomes in another datatype; undefined where neither C nor libhdf5 says what comes out. */
type Converter = (value: number | bigint) => number | bigint | undefined;

/**
 * Elements as a dataset of another datatype stores them: integers and floats of any byte order as integers of 1 to 8
 * bytes, float32 or float64, as libhdf5 converts them (`H5Tconv.c`). A float loses its fraction, what is too large or
 * too small for an integer becomes the largest or the smallest one, for float32 infinity. `unsupported-hdf5` for other
 * datatypes, for floats of 1 and 2 bytes as integers, and for NaN as an integer and what is on the edge, for libhdf5
 * leaves these to the compiler.
 */
export function convertElements(stored: StoredBytes, from: StoredDataset, to: StoredDataset): Uint8Array {
  if (from.datatype === to.datatype || describe(from.datatype) === describe(to.datatype)) return stored.bytes;
  const convert = to.datatype.kind === "number" ? openConverter(to.datatype, from.datatype) : undefined;
  const values = convert && readNumbers(stored, from);
  if (values === undefined) {
    const message = `found another datatype in ${from.place}, wanted that of the virtual dataset`;
    return failStored(to, "unsupported-hdf5", message);
  }
  const { bytes, dtype, byteOrder } = to.datatype as NumberType;
  const converted = new Uint8Array(values.length * bytes);
  const view = new DataView(converted.buffer);
  const set = `set${/float/.test(dtype) ? "Float" : bytes === 8 ? "BigInt" : "Int"}${8 * bytes}` as "setFloat64";
  for (let i = 0; i < values.length; i++) {
    const value = convert!(values[i]!);
    if (value === undefined) {
      failStored(to, "unsupported-hdf5", `found ${values[i]} in ${from.place}, wanted a number that an integer holds`);
    }
    view[set](i * bytes, value as number, byteOrder === "little");
  }
  return converted;
}

/** What datatypes were described by: thousands of sources may share one of thousands of fields, which takes long. */
const descriptions = new WeakMap<Datatype, string>();

/** A text that is the same for equal datatypes. */
function describe(datatype: Datatype): string {
  const text =
    descriptions.get(datatype) ??
    JSON.stringify(datatype, (_, value: unknown) => {
      if (value instanceof Map) return [...(value as Map<unknown, unknown>)];
      return typeof value === "bigint" ? String(value) : value;
    });
  descriptions.set(datatype, text);
  return text;
}

/** Undefined for what are no numbers that a typed array holds. */
function readNumbers(stored: StoredBytes, { datatype }: StoredDataset): NumericData | undefined {
  const type = datatype.kind === "enumeration" ? datatype.base : datatype;
  if (type.kind === "number") return decodeUsual(stored.bytes, type.dtype, type.byteOrder, stored.fresh);
  if (type.kind !== "integer" || type.dtype === "bigint") return undefined;
  return decodeIntegers(ownBytes(stored), type) as NumericData;
}

function openConverter(to: NumberType, from: Datatype): Converter | undefined {
  if (to.dtype === "float64") return Number;
  if (to.dtype !== "float32") return /^u?int/.test(to.dtype) ? openIntegerConverter(to, from) : undefined;
  const largestFloat32 = 3.4028234663852886e38;
  return (value) => {
    const number = typeof value === "bigint" ? roundedOnce(value) : value;
    return Math.abs(number) > largestFloat32 ? number * Infinity : number;
  };
}

function openIntegerConverter({ bytes, byteOrder, dtype }: NumberType, from: Datatype): Converter | undefined {
  const signed = dtype.startsWith("i");
  const magnitude = signed ? 8 * bytes - 1 : 8 * bytes;
  const float = from.kind === "number" && from.dtype.includes("float") ? from.bytes : 0;
  if (float === 1 || float === 2) return undefined;
  // A float type that cannot hold the largest integer has the next power of two in its place, which is not clamped.
  // Integers of the same size in the other order: libhdf5 turns their bytes around and looks no further.
  const turned = from.kind === "number" && float === 0 && from.bytes === bytes && from.byteOrder !== byteOrder;
  const isEdge = magnitude > (float === 4 ? 24 : 53);
  const edge = float > 0 && isEdge ? 2 ** magnitude : undefined;
  const high = 2n ** BigInt(magnitude) - 1n;
  const low = signed ? -(2n ** BigInt(magnitude)) : 0n;
  const [least, most] = [Number(low), Number(high)];
  return (value) => {
    if (Number.isNaN(value) || value === edge || (turned && (value < low || value > high))) return undefined;
    // For 64 bits a power of two too many, which is an integer then.
    const clamped = Math.trunc(Math.min(Math.max(Number(value), least), most));
    if (bytes < 8) return clamped;
    const whole = typeof value === "bigint" ? value : BigInt(clamped);
    return whole < low ? low : whole > high ? high : whole;
  };
}

/** A number that is rounded to float32 as the integer itself: of what is beyond 53 bits, one bit stays. */
function roundedOnce(value: bigint): number {
  const number = Number(value);
  if (Math.abs(number) < 2 ** 53) return number;
  const rest = BigInt.asUintN(12, value);
  return Number(rest === 0n ? value : value - rest + 2n ** 11n);
}
