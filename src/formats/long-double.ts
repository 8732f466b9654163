import { KerasProofError } from "../errors.js";
import { type ByteOrder, reverseElements } from "./byte-order.js";
import { decodeFloats, type FloatLayout } from "./float-layout.js";

/**
 * What NumPy calls `longdouble` differs between machines: x87's extended precision in 10 of its bytes on x86,
 * IEEE 754's binary128 on 64-bit ARM with Linux.
 */
export type LongDouble = "x87" | "binary128";

const exponent = { bits: 15, bias: 16383 };
const layouts: Readonly<Record<LongDouble, Omit<FloatLayout, "bytes" | "byteOrder">>> = {
  x87: {
    signPosition: 79,
    exponent: { position: 64, ...exponent },
    mantissa: { position: 0, bits: 64 },
    implied: false,
  },
  binary128: {
    signPosition: 127,
    exponent: { position: 112, ...exponent },
    mantissa: { position: 0, bits: 112 },
    implied: true,
  },
};

/**
 * Decodes long doubles of 12 or 16 bytes to the nearest float64, ties to even. `bytes` holds whole elements and may be
 * written to. Without a `format` they must show themselves that they are x87's: throws `unsupported-format` for those
 * that could be something else, and `corrupt` for bytes that are none of the format given.
 */
export function readLongDoubles(
  bytes: Uint8Array,
  size: number,
  byteOrder: ByteOrder,
  format: LongDouble | undefined,
  path: string,
): Float64Array {
  if (byteOrder === "big") reverseElements(bytes, size);
  const found = format ?? (looksLikeX87(bytes, size) ? "x87" : undefined);
  if (found === undefined) {
    const wanted = 'wanted the option longDouble: "x87" (written on x86) or "binary128" (on 64-bit ARM)';
    throw new KerasProofError("unsupported-format", path, `found long doubles of a format that is not told, ${wanted}`);
  }
  if ((found === "x87" && !isX87(bytes, size)) || (found === "binary128" && size !== 16)) {
    throw new KerasProofError("corrupt", path, `found long doubles that are not of the format ${found}, wanted it`);
  }
  return decodeFloats(bytes, { ...layouts[found], bytes: size, byteOrder: "little" });
}

/** No x87 number but a tiny one lacks the leading 1, which this format stores. */
function isX87(bytes: Uint8Array, size: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += size) {
    if ((view.getUint16(at + 8, true) & 0x7fff) !== 0 && view.getInt8(at + 7) >= 0) return false;
  }
  return true;
}

/** So many different numbers that are x87's by chance in one file are impossible: each is one in thirty. */
const enough = 8;

/**
 * Whether all elements are x87 numbers, zero or not tiny, and not all are of binary128, too, in a size that float64
 * has. The bytes from the tenth on tell nothing, for x87 leaves in them what was there before. Where both could be, it
 * takes a few different elements of usual size to decide.
 */
function looksLikeX87(bytes: Uint8Array, size: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const usual = new Set<bigint>();
  let other = size === 16;
  let zero = true;
  for (let at = 0; at < bytes.length; at += size) {
    const mantissa = view.getBigUint64(at, true);
    const power = view.getUint16(at + 8, true) & 0x7fff;
    if (mantissa >= 2n ** 63n !== (power !== 0) || (power === 0 && mantissa !== 0n)) return false;
    if (isUsual(power) && usual.size < enough) usual.add(mantissa ^ BigInt(power));
    const rest = size === 16 ? view.getBigUint64(at + 8, true) : 0n;
    if (mantissa === 0n && rest === 0n) continue;
    zero = false;
    const negativeZero = mantissa === 0n && rest === 2n ** 63n;
    if (!negativeZero && !isUsual(Number(rest >> 48n) & 0x7fff)) other = false;
  }
  return zero || !other || usual.size >= enough;
}

/** Whether an exponent is one of numbers that float64 has, or of infinity and NaN. */
function isUsual(power: number): boolean {
  return Math.abs(power - exponent.bias) <= 1100 || power === 0x7fff;
}
