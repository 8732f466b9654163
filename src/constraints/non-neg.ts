import type { Generation, NonNeg } from "./spec.js";

/** A `NonNeg`; it has no options. */
export function nonNeg(): NonNeg {
  return { kind: "nonNeg" };
}

/**
 * Sets negative numbers to zero in place, as the generation computes it.
 *
 * | | -3 | -0 | NaN | -Infinity | Infinity |
 * |---|---|---|---|---|---|
 * | keras1, keras2: `w * (w >= 0)` | -0 | -0 | NaN | NaN | Infinity |
 * | keras3: `maximum(w, 0)` | 0 | 0 | NaN | 0 | Infinity |
 *
 * `keras3` is Keras 3.15 and later; 3.0 to 3.14 computed as `keras2` does. The two differ for -Infinity and in the sign
 * of zero only. (`maximum(-0, 0)` is 0 on NumPy, as here, and -0 on TensorFlow.)
 */
export function clampNegative(data: Float32Array | Float64Array, generation: Generation): void {
  if (generation === "keras3") {
    for (let i = 0; i < data.length; i++) data[i] = Math.max(data[i]!, 0);
  } else {
    for (let i = 0; i < data.length; i++) {
      const w = data[i]!;
      data[i] = w * (w >= 0 ? 1 : 0);
    }
  }
}
