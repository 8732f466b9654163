/**
 * `min(value, high)`, then at least `low`: where `high < low` the result is `low`. So `K.clip` of Keras 1 and 2 has it
 * (they raise `high` to `low` first), and Keras 3.15 on TensorFlow. Keras 3 on JAX, PyTorch and NumPy gives `high`
 * instead: a negative `max_value` there turns weights round. `high` null is no limit. NaN stays NaN.
 */
export function clip(value: number, low: number, high: number | null): number {
  return Math.max(high === null ? value : Math.min(value, high), low);
}
