import type { ComplexDType, DType, NumericData } from "../ndarray.js";
import { type ByteOrder, hostByteOrder, reverseElements } from "./byte-order.js";
import { type SmallFloat, widenedBits } from "./small-floats.js";

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
  const own = fresh ? bytes : new Uint8Array(bytes);
  if (byteOrder !== hostByteOrder) reverseElements(own, storedBytes[dtype]);
  return readers[dtype](own.buffer as ArrayBuffer);
}

/** From a buffer in the host's byte order, which the values may keep. */
const readers: Readonly<Record<NumberDType, (buffer: ArrayBuffer) => NumericData>> = {
  bool: boolValues,
  int8: (buffer) => new Int8Array(buffer),
  int16: (buffer) => new Int16Array(buffer),
  int32: (buffer) => new Int32Array(buffer),
  int64: (buffer) => new BigInt64Array(buffer),
  uint8: (buffer) => new Uint8Array(buffer),
  uint16: (buffer) => new Uint16Array(buffer),
  uint32: (buffer) => new Uint32Array(buffer),
  uint64: (buffer) => new BigUint64Array(buffer),
  float8_e4m3fn: (buffer) => widen(new Uint8Array(buffer), "float8_e4m3fn"),
  float8_e4m3fnuz: (buffer) => widen(new Uint8Array(buffer), "float8_e4m3fnuz"),
  float8_e5m2: (buffer) => widen(new Uint8Array(buffer), "float8_e5m2"),
  float8_e5m2fnuz: (buffer) => widen(new Uint8Array(buffer), "float8_e5m2fnuz"),
  float8_e8m0fnu: (buffer) => widen(new Uint8Array(buffer), "float8_e8m0fnu"),
  float16: (buffer) => widen(new Uint16Array(buffer), "float16"),
  bfloat16: (buffer) => widen(new Uint16Array(buffer), "bfloat16"),
  float32: float32Values,
  float64: (buffer) => new Float64Array(buffer),
};

function boolValues(buffer: ArrayBuffer): Uint8Array {
  const values = new Uint8Array(buffer);
  for (let i = 0; i < values.length; i++) if (values[i]! > 1) values[i] = 1;
  return values;
}

/** The float32 numbers of a buffer in the host's byte order; a view where `Float32Array` is what its name says. */
function float32Values(buffer: ArrayBuffer): Float32Array {
  const count = buffer.byteLength / 4;
  if (Float32Array.BYTES_PER_ELEMENT === 4) return new Float32Array(buffer);
  const view = new DataView(buffer);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getFloat32(4 * i, hostByteOrder === "little");
  return values;
}

function widen(stored: Uint8Array | Uint16Array, dtype: SmallFloat): Float32Array {
  const bitsOf = widenedBits[dtype];
  const words = new Uint32Array(stored.length);
  for (let i = 0; i < stored.length; i++) words[i] = bitsOf(stored[i]!);
  return float32Values(words.buffer);
}
