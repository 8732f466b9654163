import type { NumericData } from "../../ndarray.js";
import type { Datatype } from "./datatype.js";
import type { NumberType } from "./datatype-number.js";
import { failStored, type StoredDataset } from "./stored-dataset.js";
import { decodeValues } from "./values/decode-values.js";
import type { StoredBytes } from "./values/stored-bytes.js";

/** Writes a value as an element; false where neither C nor libhdf5 says what comes out. */
type ElementWriter = (view: DataView, offset: number, value: number | bigint, little: boolean) => boolean;

/**
 * Elements as a dataset of another datatype stores them: integers and floats of any byte order as integers of 1 to 8
 * bytes, float32 or float64, as libhdf5 converts them (`H5Tconv.c`). A float loses its fraction, what is too large or
 * too small for an integer becomes the largest or the smallest one, for float32 infinity. `unsupported-hdf5` for other
 * datatypes, for floats of 1 and 2 bytes as integers, and for NaN as an integer and what is on the edge, for libhdf5
 * leaves these to the compiler.
 */
export async function convertElements(
  stored: StoredBytes,
  from: StoredDataset,
  to: StoredDataset,
): Promise<Uint8Array> {
  if (describe(from.datatype) === describe(to.datatype)) return stored.bytes;
  const write = to.datatype.kind === "number" ? openWriter(to.datatype, from.datatype) : undefined;
  const values = write && (await readNumbers(stored, from));
  if (values === undefined) {
    const message = `found another datatype in the source ${from.place}, wanted that of the virtual dataset`;
    return failStored(to, "unsupported-hdf5", message);
  }
  const { bytes, byteOrder } = to.datatype as NumberType;
  const converted = new Uint8Array(values.length * bytes);
  const view = new DataView(converted.buffer);
  for (let i = 0; i < values.length; i++) {
    if (write!(view, i * bytes, values[i]!, byteOrder === "little")) continue;
    failStored(to, "unsupported-hdf5", `found ${values[i]} in ${from.place}, wanted a number that an integer holds`);
  }
  return converted;
}

/** A text that is the same for equal datatypes. */
function describe(datatype: Datatype): string {
  return JSON.stringify(datatype, (_, value: unknown) => {
    if (value instanceof Map) return [...(value as Map<unknown, unknown>)];
    return typeof value === "bigint" ? String(value) : value;
  });
}

/** Undefined for what are no numbers that a typed array holds. */
async function readNumbers(stored: StoredBytes, from: StoredDataset): Promise<NumericData | undefined> {
  const { file, datatype, elementBytes, place } = from;
  if (!["number", "integer", "enumeration"].includes(datatype.kind)) return undefined;
  const { dtype, data } = await decodeValues(file, stored, datatype, [stored.bytes.length / elementBytes], {}, place);
  return dtype === "bigint" ? undefined : (data as NumericData);
}

function openWriter(to: NumberType, from: Datatype): ElementWriter | undefined {
  const largestFloat32 = 3.4028234663852886e38;
  switch (to.dtype) {
    case "float32":
      return (view, offset, value, little) => {
        const number = typeof value === "bigint" ? roundedOnce(value) : value;
        view.setFloat32(offset, Math.abs(number) > largestFloat32 ? Math.sign(number) * Infinity : number, little);
        return true;
      };
    case "float64":
      return (view, offset, value, little) => {
        view.setFloat64(offset, Number(value), little);
        return true;
      };
    default: {
      const [, unsigned, bits] = /^(u?)int(\d+)$/.exec(to.dtype) ?? [];
      return bits === undefined ? undefined : openIntegerWriter(to, Number(bits), unsigned === "", from);
    }
  }
}

function openIntegerWriter(
  { bytes, byteOrder }: NumberType,
  bits: number,
  signed: boolean,
  from: Datatype,
): ElementWriter | undefined {
  const magnitude = signed ? bits - 1 : bits;
  const float = from.kind === "number" && from.dtype.includes("float") ? from.bytes : 0;
  if (float === 1 || float === 2) return undefined;
  // A float type that cannot hold the largest integer has the next power of two in its place, which is not clamped.
  // Integers of the same size in the other order: libhdf5 turns their bytes around and looks no further.
  const turned = from.kind === "number" && float === 0 && from.bytes === bytes && from.byteOrder !== byteOrder;
  const isEdge = magnitude > (float === 4 ? 24 : 53);
  const edge = float > 0 && isEdge ? 2 ** magnitude : undefined;
  const high = 2n ** BigInt(magnitude) - 1n;
  const low = signed ? -(2n ** BigInt(magnitude)) : 0n;
  const [least, most] = [Number(low), 2 ** magnitude];
  return (view, offset, value, little) => {
    if (Number.isNaN(value) || value === edge || (turned && (value < low || value > high))) return false;
    if (bits === 64) {
      const whole = BigInt(typeof value === "bigint" ? value : Math.trunc(Math.min(Math.max(value, least), most)));
      view.setBigInt64(offset, whole < low ? low : whole > high ? high : whole, little);
      return true;
    }
    const whole = Math.trunc(Math.min(Math.max(Number(value), least), most - 1));
    if (bits === 8) view.setInt8(offset, whole);
    else if (bits === 16) view.setInt16(offset, whole, little);
    else view.setInt32(offset, whole, little);
    return true;
  };
}

/** A number that is rounded to float32 as the integer itself: of what is beyond 53 bits, one bit stays. */
function roundedOnce(value: bigint): number {
  const number = Number(value);
  if (Math.abs(number) < 2 ** 53) return number;
  const rest = BigInt.asUintN(12, value);
  return Number(rest === 0n ? value : value - rest + 2n ** 11n);
}
