import type { ComplexDType, DType, NumericData } from "../ndarray.js";
import type { ByteOrder } from "./byte-order.js";
import { isRare, rareBits } from "./rare-floats.js";
import { decodeUsual, widenFloats } from "./small-floats.js";

/** Element types that are stored as one number of a fixed size. */
export type NumberDType = Exclude<DType, "string" | ComplexDType>;

export type { ByteOrder };

/** The number of bytes of one stored element. */
export const storedBytes: Readonly<Record<NumberDType, number>> = {
  bool: 1,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  float8_e4m3fn: 1,
  float8_e4m3fnuz: 1,
  float8_e5m2: 1,
  float8_e5m2fnuz: 1,
  float8_e8m0fnu: 1,
  float16: 2,
  bfloat16: 2,
  float32: 4,
  float64: 8,
};

/**
 * Decodes stored numbers into memory of their own, in the representation that `NdArray` documents: floats of fewer than
 * 4 bytes exactly widened, bool as 0 and 1 (every other byte than 0 is true, as in NumPy). `bytes` holds whole elements.
 * It is left as it is, unless it is `fresh`: memory of its own, from the first byte of its buffer to the last, which the
 * values then take over. Correct also where `globalThis.Float32Array` was replaced by a wider type.
 */
export function decodeNumbers(
  bytes: Uint8Array,
  dtype: NumberDType,
  byteOrder: ByteOrder,
  fresh: boolean = false,
): NumericData {
  if (!isRare(dtype)) return decodeUsual(bytes, dtype, byteOrder, fresh);
  return widenFloats(fresh ? bytes : new Uint8Array(bytes), rareBits[dtype], 1, byteOrder);
}
