import { KerasProofError } from "../../errors.js";
import type { Hdf5Dataset } from "../../formats/hdf5/index.js";
import type { Limits } from "../../formats/limits.js";
import { type NdArray, sameShape, sizeOf } from "../../ndarray.js";
import type { Container } from "../container.js";

/** The bytes that the values of weights may still take, which may be those of one array again and again. */
export interface WeightRoom {
  left: number;
}

/** What the values of all weights together may take: as much as those of one array, for which 32 MiB are always allowed. */
export function openRoom({ weightBytes }: Container, { arrayRatio }: Limits): WeightRoom {
  return { left: Math.max(2 ** 25, arrayRatio * weightBytes) };
}

/**
 * The values of a weight: float32 and float64 as stored, float16 and bfloat16 widened to float32. `wrong-weights` for
 * any other type, `limit` where there is no room for them.
 */
export async function readFloats(dataset: Hdf5Dataset, room: WeightRoom): Promise<NdArray> {
  if (!floats.has(dataset.dtype)) {
    const message = `found a weight of type ${dataset.dtype}, wanted floating-point numbers`;
    throw new KerasProofError("wrong-weights", dataset.place, message);
  }
  room.left -= sizeOf(dataset.shape) * (dataset.dtype === "float64" ? 8 : 4);
  if (room.left < 0) {
    const message = "found weights that take more together than limits.arrayRatio allows";
    throw new KerasProofError("limit", dataset.place, message);
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
