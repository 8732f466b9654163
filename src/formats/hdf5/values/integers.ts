import { KerasProofError } from "../../../errors.js";
import type { NumericData } from "../../../ndarray.js";
import { reverseElements } from "../../byte-order.js";
import { readBits } from "../../float-layout.js";
import { emptyNumbers, type TypedDType } from "../../typed-numbers.js";
import type { IntegerType } from "../datatype-number.js";

type IntegerDType = Exclude<TypedDType, "float32">;

/**
 * Integers of any precision, padding and number of bytes, widened with their sign. `bytes` holds whole elements and may
 * be written to. Those of over 8 bytes come in a list, which the caller has allowed.
 */
export function decodeIntegers(bytes: Uint8Array, datatype: IntegerType): NumericData | bigint[] {
  const { bytes: size, dtype, offset, precision, signed } = datatype;
  if (datatype.byteOrder === "big") reverseElements(bytes, size);
  const count = bytes.length / size;
  const values =
    dtype === "bigint" ? Array.from<bigint>({ length: count }) : emptyNumbers(dtype as IntegerDType, count);
  const unused = 32 - precision;
  for (let start = 0, i = 0; i < count; i++, start += size) {
    if (size > 4) {
      const bits = readBits(bytes, start, { position: offset, bits: precision });
      values[i] = signed ? BigInt.asIntN(precision, bits) : bits;
    } else {
      let bits = 0;
      for (let at = start + size - 1; at >= start; at--) bits = (bits << 8) | bytes[at]!;
      const high = (bits >>> offset) << unused;
      values[i] = signed ? high >> unused : high >>> unused;
    }
  }
  return values;
}

/** Integers of 64 bits as numbers; `limit` for one that no number holds exactly. */
export function exactNumbers(values: BigInt64Array | BigUint64Array, place: string): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    numbers[i] = Number(values[i]!);
    if (BigInt(numbers[i]!) === values[i]) continue;
    throw new KerasProofError("limit", place, `found the integer ${values[i]}, wanted one that a number holds exactly`);
  }
  return numbers;
}
