import { KerasProofError } from "../../errors.js";
import type { Hdf5Dataset } from "../../formats/hdf5/index.js";
import { type NdArray, sameShape } from "../../ndarray.js";

/**
 * The values of a weight: float32 and float64 as stored, float16 and bfloat16 widened to float32. `wrong-weights` for
 * any other type.
 */
export async function readFloats(dataset: Hdf5Dataset): Promise<NdArray> {
  if (!floats.has(dataset.dtype)) {
    const message = `found a weight of type ${dataset.dtype}, wanted floating-point numbers`;
    throw new KerasProofError("wrong-weights", dataset.place, message);
  }
  const values = (await dataset.read()) as NdArray;
  return { ...values, dtype: values.dtype === "float64" ? "float64" : "float32" };
}

const floats: ReadonlySet<string> = new Set(["float16", "bfloat16", "float32", "float64"]);

/** Throws `wrong-weights` unless the shape found is the one wanted; `of` is the weight in words. */
export function checkShape(found: readonly number[], wanted: readonly number[], of: string, place: string): void {
  if (sameShape(found, wanted)) return;
  const message = `found the shape (${found.join(", ")}), wanted (${wanted.join(", ")}) for ${of}`;
  throw new KerasProofError("wrong-weights", place, message);
}
