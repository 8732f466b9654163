/** Element types of arrays that are read from files, by their names in NumPy and ml_dtypes; `string` holds decoded text. */
export type DType =
  | "bool"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float8_e4m3fn"
  | "float8_e4m3fnuz"
  | "float8_e5m2"
  | "float8_e5m2fnuz"
  | "float8_e8m0fnu"
  | "float16"
  | "bfloat16"
  | "float32"
  | "float64"
  | ComplexDType
  | "string";

/** Element types of complex numbers; each of the two parts is a float of half the bits. */
export type ComplexDType = "complex64" | "complex128";

/** A typed array of numbers; 64-bit integers are `bigint`s. */
export type NumericData =
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/**
 * Values in C order with their shape; the empty shape is a scalar. `data` has exactly as many entries as the shape
 * says, but for complex numbers, which have two: real and imaginary part in turn, in a `Float32Array` (complex64) or
 * `Float64Array` (complex128). Floats of fewer than 4 bytes are held widened, in a `Float32Array`; bool as 0 and 1 in a
 * `Uint8Array`.
 */
export interface NdArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: NumericData | readonly string[];
}

/** The number of elements of a shape: the product of its extents, 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

/** How many entries of `data` one element takes: 2 for complex numbers, else 1. */
export function entriesOf(dtype: string): 1 | 2 {
  return dtype === "complex64" || dtype === "complex128" ? 2 : 1;
}

/** True where two shapes have the same rank and extents. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}
