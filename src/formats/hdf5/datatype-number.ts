import type { ByteOrder } from "../byte-order.js";
import type { Cursor } from "../cursor.js";
import type { FloatLayout } from "../float-layout.js";
import type { UsualDType } from "../small-floats.js";

/** A number that a typed array holds as it is, or a small float that is widened. */
export interface NumberType {
  readonly kind: "number";
  readonly bytes: number;
  readonly dtype: UsualDType;
  readonly byteOrder: ByteOrder;
}

/** An integer of any other size or precision: `precision` bits from bit `offset`, the others are padding. */
export interface IntegerType {
  readonly kind: "integer";
  readonly bytes: number;
  /** What it widens to: the next typed array for its bytes, `bigint` above 8. */
  readonly dtype: UsualDType | "bigint";
  readonly byteOrder: ByteOrder;
  readonly signed: boolean;
  readonly offset: number;
  readonly precision: number;
}

/** A floating-point number of any other layout, which is rounded to the nearest float64. */
export interface FloatType extends FloatLayout {
  readonly kind: "float";
}

/** Class 0, fixed-point (specification, IV.A.2.d). */
export function readInteger(cursor: Cursor, flags: number, bytes: number): NumberType | IntegerType {
  const offset = cursor.uint16();
  const precision = cursor.uint16();
  return integerOf(cursor, flags, bytes, offset, precision, (flags & 0x08) !== 0);
}

/**
 * An integer of `precision` bits from bit `offset` in so many bytes; `corrupt` where they do not lie within. Of the
 * flags, the lowest tells the byte order.
 */
export function integerOf(
  cursor: Cursor,
  flags: number,
  bytes: number,
  offset: number,
  precision: number,
  signed: boolean,
): NumberType | IntegerType {
  if (precision === 0 || offset + precision > 8 * bytes) {
    cursor.fail("corrupt", `found an integer of ${precision} bits from bit ${offset} in ${bytes} bytes`);
  }
  const byteOrder = (flags & 0x01) === 0 ? "little" : "big";
  const widened = ([1, 2, 4, 8] as const).find((size) => size >= bytes);
  const dtype = widened === undefined ? "bigint" : (`${signed ? "" : "u"}int${8 * widened}` as UsualDType);
  if (widened === bytes && precision === 8 * bytes)
    return { kind: "number", bytes, dtype: dtype as UsualDType, byteOrder };
  return { kind: "integer", bytes, dtype, byteOrder, signed, offset, precision };
}

/** Bytes, sign position, exponent position and width, mantissa position and width, exponent bias. */
const floatTypes: ReadonlyMap<string, UsualDType> = new Map([
  ["2,15,10,5,0,10,15", "float16"],
  ["2,15,7,8,0,7,127", "bfloat16"],
  ["4,31,23,8,0,23,127", "float32"],
  ["8,63,52,11,0,52,1023", "float64"],
]);

/**
 * Class 1, floating-point (specification, IV.A.2.d). The fields' positions count from the first bit of the element,
 * whatever its offset. As in libhdf5, an exponent of ones alone means infinity or NaN in every layout.
 */
export function readFloat(cursor: Cursor, flags: number, bytes: number, version: number): NumberType | FloatType {
  /** Above this many bits an exponent is beyond exact arithmetic of numbers; no real type has half of it. */
  const maxExponentBits = 32;
  // Offset and precision, which the fields' positions repeat.
  cursor.skip(4);
  const exponent = { position: cursor.uint8(), bits: cursor.uint8() };
  const mantissa = { position: cursor.uint8(), bits: cursor.uint8() };
  const bias = cursor.uint32();
  const signPosition = (flags >> 8) & 0xff;
  const normalization = (flags >> 4) & 0x03;
  const vax = version >= 3 && (flags & 0x40) !== 0;
  const ends = [signPosition + 1, exponent.position + exponent.bits, mantissa.position + mantissa.bits];
  const empty = exponent.bits === 0 || mantissa.bits === 0;
  if (empty || Math.max(...ends) > 8 * bytes || normalization === 3 || (vax && (flags & 0x01) === 0)) {
    cursor.fail("corrupt", `found a floating-point type of ${bytes} bytes whose parts contradict each other`);
  }
  if (exponent.bits > maxExponentBits) {
    const wanted = `wanted at most ${maxExponentBits}`;
    cursor.fail("unsupported-hdf5", `found a floating-point exponent of ${exponent.bits} bits, ${wanted}`);
  }
  const byteOrder = (flags & 0x01) === 0 ? "little" : "big";
  const { position, bits } = exponent;
  const layout = [bytes, signPosition, position, bits, mantissa.position, mantissa.bits, bias].join(",");
  const known = normalization === 2 && !vax ? floatTypes.get(layout) : undefined;
  if (known !== undefined) return { kind: "number", bytes, dtype: known, byteOrder };
  return {
    kind: "float",
    bytes,
    byteOrder: vax ? "vax" : byteOrder,
    signPosition,
    exponent: { position, bits, bias },
    mantissa,
    implied: normalization === 2,
  };
}
