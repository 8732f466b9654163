import type { CrossedLimits } from "./spec.js";

/**
 * A norm between two limits. Where `high < low`, `crossed` says which of them it is: `K.clip` of Keras 1 and 2 raises
 * `high` to `low` first, and Keras 3 on TensorFlow gives `low` too; on JAX, PyTorch and NumPy it gives `high`, so that a
 * negative `max_value` there turns weights round (`keras/src/backend/<name>/numpy.py` 3.15, `clip`). `high` null is no
 * limit. NaN stays NaN.
 */
export function clip(value: number, low: number, high: number | null, crossed: CrossedLimits = "lower"): number {
  if (high === null) return Math.max(value, low);
  return crossed === "lower" ? Math.max(Math.min(value, high), low) : Math.min(Math.max(value, low), high);
}
