import { type ByteOrder, reverseElements } from "./byte-order.js";

/** A stretch of the bits of an element, bit 0 being the least significant. */
export interface BitField {
  readonly position: number;
  readonly bits: number;
}

/** Where the parts of a floating-point number lie; one of any size up to 32 bits of exponent. */
export interface FloatLayout {
  readonly bytes: number;
  /** `vax` has words of 2 bytes, the most significant word first, each little-endian. */
  readonly byteOrder: ByteOrder | "vax";
  /** The bit that is set for negative numbers. */
  readonly signPosition: number;
  readonly exponent: BitField & { readonly bias: number };
  readonly mantissa: BitField;
  /** Whether the leading 1 of the mantissa is not stored. */
  readonly implied: boolean;
}

/**
 * Floating-point numbers of any layout, rounded to the nearest float64, ties to even. As in libhdf5, an exponent of ones
 * alone is infinity, or NaN where a bit of the mantissa is set (but for a stored leading 1). `bytes` holds whole
 * elements and may be written to.
 */
export function decodeFloats(bytes: Uint8Array, layout: FloatLayout): Float64Array {
  const { bytes: size, exponent, mantissa, implied, signPosition } = layout;
  if (layout.byteOrder !== "little") reverseElements(bytes, size);
  // The order of the VAX is big-endian but for the two bytes of each word.
  if (layout.byteOrder === "vax") reverseElements(bytes, 2);
  const values = new Float64Array(bytes.length / size);
  const ones = 2n ** BigInt(exponent.bits) - 1n;
  for (let i = 0; i < values.length; i++) {
    const at = i * size;
    const power = readBits(bytes, at, exponent);
    const stored = readBits(bytes, at, mantissa);
    const hasLeading = implied && power > 0n;
    // The power of two that the last bit of the mantissa stands for.
    const unit = Number(power) - exponent.bias - mantissa.bits + (hasLeading ? 0 : 1);
    const fractionBits = implied ? mantissa.bits : mantissa.bits - 1;
    let value: number;
    if (power === ones) value = BigInt.asUintN(fractionBits, stored) === 0n ? Infinity : Number.NaN;
    else value = scale(stored + (hasLeading ? 1n << BigInt(mantissa.bits) : 0n), unit);
    const isNegative = ((bytes[at + (signPosition >> 3)]! >> (signPosition & 7)) & 1) === 1;
    // A NaN has no sign.
    values[i] = isNegative && value >= 0 ? -value : value;
  }
  return values;
}

/** A stretch of bits of the little-endian element at a byte, as an unsigned number. */
export function readBits(bytes: Uint8Array, at: number, { position, bits }: BitField): bigint {
  let whole = 0n;
  for (let byte = (position + bits - 1) >> 3; byte >= position >> 3; byte--) {
    whole = (whole << 8n) | BigInt(bytes[at + byte]!);
  }
  return BigInt.asUintN(bits, whole >> BigInt(position & 7));
}

/** `mantissa * 2^unit`, rounded once, ties to even. */
function scale(mantissa: bigint, unit: number): number {
  const bits = mantissa.toString(2).length;
  // A float64 has 53 bits, and none below 2^-1074.
  const dropped = Math.max(bits - 53, -1074 - unit);
  if (mantissa === 0n || dropped > bits) return 0;
  if (dropped <= 0) return Number(mantissa) * 2 ** unit;
  const half = 1n << BigInt(dropped - 1);
  const isOdd = (mantissa >> BigInt(dropped)) & 1n;
  return Number((mantissa + half - 1n + isOdd) >> BigInt(dropped)) * 2 ** (unit + dropped);
}
