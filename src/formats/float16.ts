const float64 = new Float64Array(1);
const words = new Uint32Array(float64.buffer);
const highWord = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/**
 * The bits of the float16 (IEEE 754 binary16) nearest to a number, the even one of two that are equally near; beyond
 * the range that of infinity. Every NaN gives the same quiet one.
 */
export function toFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  float64[0] = value;
  const sign = (words[highWord]! >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  // The middle between the largest finite number, 65504, and the next power of two.
  if (magnitude >= 65520) return sign | 0x7c00;
  const exponent = Math.max(((words[highWord]! >>> 20) & 0x7ff) - 1023, -14);
  // In units of the last place, of which there are 1024 to a power of two: exact, for both are powers of two.
  const units = magnitude * 2 ** (10 - exponent);
  const below = Math.floor(units);
  const rest = units - below;
  const rounded = rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
  // A subnormal has the exponent 0 and no leading 1; a carry out of the fraction counts the exponent up as it should.
  return sign | (rounded + ((exponent + 14) << 10));
}
