import type { ComplexDType, DType } from "../ndarray.js";
import type { NumberDType } from "./number-values.js";

/** The type of the two parts that a complex number is stored as, the real one first. */
const partTypes: Readonly<Record<ComplexDType, NumberDType>> = { complex64: "float32", complex128: "float64" };

/** The type of the numbers that elements are stored as: that of the parts of complex numbers, else the type itself. */
export function storedDType(dtype: Exclude<DType, "string">): NumberDType {
  return dtype === "complex64" || dtype === "complex128" ? partTypes[dtype] : dtype;
}
