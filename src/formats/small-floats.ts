import type { ByteOrder } from "./byte-order.js";
import type { NumericData } from "../ndarray.js";
import type { NumberDType } from "./number-values.js";
import type { RareFloat } from "./rare-floats.js";
import { float32Values, isTyped, takeNumbers } from "./typed-numbers.js";

/** Element types that files of all formats have. */
export type UsualDType = Exclude<NumberDType, RareFloat>;

/** Floating-point types of one or two bytes, which are held widened. */
export type SmallFloat = UsualFloat | RareFloat;

/** Those that files of all formats have. */
type UsualFloat = "float16" | "bfloat16" | "float8_e4m3fn" | "float8_e5m2";

/**
 * The float32 bits of a small float's bits; every value of these types is a float32 number. NaNs stay NaNs. The names
 * are those of `ml_dtypes`: e4m3fn has no infinities and one NaN of each sign.
 */
export const widenedBits: Readonly<Record<UsualFloat, (bits: number) => number>> = {
  float16: widenHalf,
  bfloat16: (bits) => bits << 16,
  // The upper byte of a float16, but for the bits of NaNs.
  float8_e5m2: (bits) => ((bits & 0x7f) > 0x7c ? ((bits & 0x80) << 24) | 0x7fc00000 : widenHalf(bits << 8)),
  float8_e4m3fn: (bits) =>
    (bits & 0x7f) === 0x7f ? ((bits & 0x80) << 24) | 0x7fc00000 : widen(bits >> 7, (bits >> 3) & 0x0f, bits & 7, 3, 7),
};

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits, 10 fraction bits. */
function widenHalf(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  if (exponent === 0x1f) return ((bits & 0x8000) << 16) | 0x7f800000 | ((bits & 0x3ff) << 13);
  return widen(bits >> 15, exponent, bits & 0x3ff, 10, 15);
}

/** A finite number from its sign, exponent and fraction; exponent 0 means that the fraction has no leading 1. */
export function widen(sign: number, exponent: number, fraction: number, fractionBits: number, bias: number): number {
  if (exponent > 0) return (sign << 31) | ((exponent - bias + 127) << 23) | (fraction << (23 - fractionBits));
  if (fraction === 0) return sign << 31;
  const leading = 31 - Math.clz32(fraction);
  const rest = (fraction << (23 - leading)) & 0x7fffff;
  return (sign << 31) | ((leading - fractionBits + 1 - bias + 127) << 23) | rest;
}

/**
 * Decodes stored numbers of whole elements into memory of their own, in the representation that `NdArray` documents.
 * `bytes` is left as it is, unless it is `fresh`: memory of its own, from the first byte of its buffer to the last, which
 * the values then take over.
 */
export function decodeUsual(
  bytes: Uint8Array,
  dtype: UsualDType,
  byteOrder: ByteOrder,
  fresh: boolean = false,
): NumericData {
  const own = fresh ? bytes : new Uint8Array(bytes);
  if (isTyped(dtype)) return takeNumbers(own, dtype, byteOrder);
  const stored = takeNumbers(own, dtype.endsWith("float16") ? "uint16" : "uint8", byteOrder);
  const words = new Uint32Array(stored.length);
  const bitsOf = widenedBits[dtype];
  for (let i = 0; i < stored.length; i++) words[i] = bitsOf(stored[i] as number);
  return float32Values(words.buffer);
}
