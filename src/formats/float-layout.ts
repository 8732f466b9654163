import { type ByteOrder, reverseElements } from "./byte-order.js";

/** A stretch of the bits of an element, bit 0 being the least significant. */
interface BitField {
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
  /** Mantissas up to this many bits, with the leading 1, are exact in a number. */
  const exactBits = 52;
  const { bytes: size, exponent, mantissa, implied, signPosition } = layout;
  if (layout.byteOrder !== "little") reverseElements(bytes, size);
  // The order of the VAX is big-endian but for the two bytes of each word.
  if (layout.byteOrder === "vax") reverseElements(bytes, 2);
  const values = new Float64Array(bytes.length / size);
  const ones = 2 ** exponent.bits - 1;
  const exact = mantissa.bits <= exactBits;
  for (let i = 0; i < values.length; i++) {
    const at = i * size;
    const power = readBits(bytes, at, exponent);
    const negative = ((bytes[at + (signPosition >> 3)]! >> (signPosition & 7)) & 1) === 1;
    const leading = implied && power > 0 ? 1 : 0;
    // The power of two that the last bit of the mantissa stands for.
    const unit = power - exponent.bias - mantissa.bits + (implied && power > 0 ? 0 : 1);
    let value: number;
    if (power === ones) value = isInfinite(bytes, at, layout) ? Infinity : Number.NaN;
    else if (exact) value = scale(readBits(bytes, at, mantissa) + leading * 2 ** mantissa.bits, unit);
    else value = roundedScale(readManyBits(bytes, at, mantissa) + (BigInt(leading) << BigInt(mantissa.bits)), unit);
    // A NaN has no sign.
    values[i] = negative && value >= 0 ? -value : value;
  }
  return values;
}

function isInfinite(bytes: Uint8Array, at: number, { mantissa, implied }: FloatLayout): boolean {
  const bits = implied ? mantissa.bits : mantissa.bits - 1;
  return readManyBits(bytes, at, { position: mantissa.position, bits }) === 0n;
}

/** A stretch of at most 53 bits as a number. */
function readBits(bytes: Uint8Array, at: number, { position, bits }: BitField): number {
  let value = 0;
  for (let got = 0; got < bits;) {
    const shift = (position + got) & 7;
    const taken = Math.min(8 - shift, bits - got);
    const part = (bytes[at + ((position + got) >> 3)]! >> shift) & ((1 << taken) - 1);
    value += part * 2 ** got;
    got += taken;
  }
  return value;
}

function readManyBits(bytes: Uint8Array, at: number, { position, bits }: BitField): bigint {
  let value = 0n;
  for (let got = 0; got < bits; got += 32) {
    const part = readBits(bytes, at, { position: position + got, bits: Math.min(32, bits - got) });
    value |= BigInt(part) << BigInt(got);
  }
  return value;
}

/** `mantissa * 2^unit` for a mantissa below 2^53, rounded once. */
function scale(mantissa: number, unit: number): number {
  if (mantissa === 0) return 0;
  if (unit > 1023) return Infinity;
  if (unit >= -1074) return mantissa * 2 ** unit;
  return unit < -2000 ? 0 : mantissa * 2 ** -1000 * 2 ** (unit + 1000);
}

/** The same for a mantissa of any size. */
function roundedScale(mantissa: bigint, unit: number): number {
  if (mantissa === 0n) return 0;
  const bits = mantissa.toString(2).length;
  // How many bits a float64 of this size has; those of subnormal numbers end at 2^-1074.
  const kept = Math.min(53, bits + unit + 1074);
  if (kept >= bits) return scale(Number(mantissa), unit);
  if (kept < 0) return 0;
  const dropped = BigInt(bits - kept);
  const half = 1n << (dropped - 1n);
  const rest = mantissa & ((1n << dropped) - 1n);
  let head = mantissa >> dropped;
  if (rest > half || (rest === half && (head & 1n) === 1n)) head += 1n;
  return scale(Number(head), unit + bits - kept);
}
