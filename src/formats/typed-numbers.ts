import type { NumericData } from "../ndarray.js";
import { type ByteOrder, hostByteOrder, reverseElements } from "./byte-order.js";
import type { NumberDType } from "./number-values.js";
import type { SmallFloat } from "./small-floats.js";

/** All but float32: `Float32Array` may be replaced, so it is looked up each time. */
const typedArrays = {
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float64: Float64Array,
} as const;

/** Element types that a typed array holds as they are stored. */
export type TypedDType = Exclude<NumberDType, SmallFloat>;

/** Zeros. */
export function emptyNumbers(dtype: Exclude<TypedDType, "float32">, count: number): NumericData {
  return new typedArrays[dtype](count);
}

/** Whether elements of a type need not be widened. */
export function isTyped(dtype: string): dtype is TypedDType {
  return dtype === "float32" || dtype in typedArrays;
}

/**
 * Stored numbers as values that take over their memory: `bytes` has whole elements, and a buffer of its own, from the
 * first byte to the last. Of bool, every other byte than 0 is true, as in NumPy.
 */
export function takeNumbers(bytes: Uint8Array, dtype: TypedDType, byteOrder: ByteOrder): NumericData {
  const array = dtype === "float32" ? Int32Array : typedArrays[dtype];
  if (byteOrder !== hostByteOrder) reverseElements(bytes, array.BYTES_PER_ELEMENT);
  const buffer = bytes.buffer as ArrayBuffer;
  if (dtype === "float32") return float32Values(buffer);
  const values = new array(buffer);
  if (dtype === "bool") for (let i = 0; i < values.length; i++) if (values[i]! > 1) values[i] = 1;
  return values;
}

/** The float32 numbers of a buffer in the host's byte order; a view where `Float32Array` is what its name says. */
export function float32Values(buffer: ArrayBuffer): Float32Array {
  if (Float32Array.BYTES_PER_ELEMENT === 4) return new Float32Array(buffer);
  const view = new DataView(buffer);
  const values = new Float32Array(buffer.byteLength / 4);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, hostByteOrder === "little");
  return values;
}
