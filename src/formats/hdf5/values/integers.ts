import type { NumericData } from "../../../ndarray.js";
import { reverseElements } from "../../byte-order.js";
import { checkListed } from "../../listed-values.js";
import type { IntegerType } from "../datatype-number.js";

const arrays = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
} as const;

/**
 * Integers of any precision, padding and number of bytes, widened with their sign. `bytes` holds whole elements and may
 * be written to. `limit` for more integers of over 8 bytes than `checkListed` allows.
 */
export function decodeIntegers(bytes: Uint8Array, datatype: IntegerType, place: string): NumericData | bigint[] {
  const { bytes: size, dtype, offset, precision, signed } = datatype;
  if (datatype.byteOrder === "big") reverseElements(bytes, size);
  const count = bytes.length / size;
  if (size > 4) {
    const first = offset >> 3;
    const last = (offset + precision + 7) >> 3;
    const shift = BigInt(offset & 7);
    const read = (i: number): bigint => {
      const bits = readBigInt(bytes, i * size + first, i * size + last) >> shift;
      return signed ? BigInt.asIntN(precision, bits) : BigInt.asUintN(precision, bits);
    };
    if (dtype === "bigint") {
      checkListed(count, place);
      return Array.from({ length: count }, (_, i) => read(i));
    }
    const values = signed ? new BigInt64Array(count) : new BigUint64Array(count);
    for (let i = 0; i < count; i++) values[i] = read(i);
    return values;
  }
  const values = new arrays[dtype as keyof typeof arrays](count);
  const unused = 32 - precision;
  for (let i = 0; i < count; i++) {
    let bits = 0;
    for (let at = i * size + size - 1; at >= i * size; at--) bits = (bits << 8) | bytes[at]!;
    const high = (bits >>> offset) << unused;
    values[i] = signed ? high >> unused : high >>> unused;
  }
  return values;
}

/** A little-endian number of any length. */
function readBigInt(bytes: Uint8Array, start: number, end: number): bigint {
  let digits = "0x";
  for (let at = end - 1; at >= start; at--) digits += bytes[at]!.toString(16).padStart(2, "0");
  return BigInt(digits);
}
