import type { DType, NumericData } from "../ndarray.js";

/** Element types that are stored as numbers of a fixed size. */
export type NumberDType = Exclude<DType, "string">;

export type ByteOrder = "little" | "big";

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
  float16: 2,
  bfloat16: 2,
  float32: 4,
  float64: 8,
};

/**
 * Decodes stored numbers into memory of their own, in the representation that `NdArray` documents: float16 and
 * bfloat16 exactly widened, bool as 0 and 1 (every other byte than 0 is true, as in NumPy). `bytes` holds whole
 * elements and is left as it is. Correct also where `globalThis.Float32Array` was replaced by a wider type.
 */
export function decodeNumbers(bytes: Uint8Array, dtype: NumberDType, byteOrder: ByteOrder): NumericData {
  const copy = new Uint8Array(bytes);
  if (byteOrder !== hostByteOrder) reverseElements(copy, storedBytes[dtype]);
  return readers[dtype](copy.buffer);
}

/** From a buffer in the host's byte order, which the values may keep. */
const readers: Readonly<Record<NumberDType, (buffer: ArrayBuffer) => NumericData>> = {
  bool: (buffer) => new Uint8Array(buffer).map((byte) => (byte === 0 ? 0 : 1)),
  int8: (buffer) => new Int8Array(buffer),
  int16: (buffer) => new Int16Array(buffer),
  int32: (buffer) => new Int32Array(buffer),
  int64: (buffer) => new BigInt64Array(buffer),
  uint8: (buffer) => new Uint8Array(buffer),
  uint16: (buffer) => new Uint16Array(buffer),
  uint32: (buffer) => new Uint32Array(buffer),
  uint64: (buffer) => new BigUint64Array(buffer),
  float16: (buffer) => widenFloat16(new Uint16Array(buffer)),
  bfloat16: (buffer) => widenBfloat16(new Uint16Array(buffer)),
  float32: float32Values,
  float64: (buffer) => new Float64Array(buffer),
};

const hostByteOrder: ByteOrder = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? "little" : "big";

/** The float32 numbers of a buffer in the host's byte order; a view where `Float32Array` is what its name says. */
function float32Values(buffer: ArrayBuffer): Float32Array {
  const count = buffer.byteLength / 4;
  if (Float32Array.BYTES_PER_ELEMENT === 4) return new Float32Array(buffer);
  const view = new DataView(buffer);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getFloat32(4 * i, hostByteOrder === "little");
  return values;
}

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits, 10 fraction bits. */
function widenFloat16(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const bits = halves[i]!;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    const sign = bits & 0x8000 ? -1 : 1;
    if (exponent === 0x1f) values[i] = fraction === 0 ? sign * Infinity : Number.NaN;
    else if (exponent === 0) values[i] = sign * fraction * 2 ** -24;
    else values[i] = sign * (1024 + fraction) * 2 ** (exponent - 25);
  }
  return values;
}

/** bfloat16 is the upper half of a float32. */
function widenBfloat16(halves: Uint16Array): Float32Array {
  const words = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) words[i] = halves[i]! << 16;
  return float32Values(words.buffer);
}

/** Turns the byte order of each element around, in place. */
function reverseElements(bytes: Uint8Array, elementBytes: number): void {
  for (let start = 0; start + elementBytes <= bytes.length; start += elementBytes) {
    for (let low = start, high = start + elementBytes - 1; low < high; low++, high--) {
      const byte = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = byte;
    }
  }
}
