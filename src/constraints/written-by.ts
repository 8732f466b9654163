import type { Note } from "../errors.js";
import type { Constraint, Generation } from "./spec.js";

/** The Keras that wrote a constraint, as far as it is known. */
export interface WrittenBy {
  readonly generation: Generation;
  /** Such as `2.2.4-tf` or `3.15.1`; null or absent where it is not known. */
  readonly kerasVersion?: string | null;
  /** `tensorflow`, `theano`, `jax`, … */
  readonly backend?: string | null;
}

/**
 * True for the Keras that ran on several backends before `tf.keras` took over: 1.x, and 2.0 to 2.3.1. (`tf.keras`
 * numbers itself `2.2.4-tf` in TensorFlow 2.0 to 2.2 and 2.4 and above later.) A Keras 2 of unknown version counts as
 * `tf.keras`.
 */
export function isMultiBackend({ generation, kerasVersion }: WrittenBy): boolean {
  if (generation !== "keras2") return generation === "keras1";
  const match = /^2\.(\d+)\.[\w.]+$/u.exec(kerasVersion ?? "");
  return match !== null && Number(match[1]) < 4;
}

/** True for Keras 1 and 2.0 to 2.2, whose `K.clip` compares its limits before all else. */
export function isBefore23(writer: WrittenBy): boolean {
  return isMultiBackend(writer) && writer.kerasVersion?.startsWith("2.3.") !== true;
}

/** True for tf.keras before 2.11, as far as the version is known; its optimizers were others (`OptimizerV2`). */
export function isTfKerasBefore211(writer: WrittenBy): boolean {
  const match = /^2\.(\d+)\./u.exec(writer.kerasVersion ?? "");
  return writer.generation === "keras2" && !isMultiBackend(writer) && match !== null && Number(match[1]) < 11;
}

/** True for Keras 3.0 to 3.14, whose NonNeg is a product; false for later ones, and where the version is not known. */
function isBefore315({ generation, kerasVersion }: WrittenBy): boolean {
  const match = /^3\.(\d+)\./u.exec(kerasVersion ?? "");
  return generation === "keras3" && match !== null && Number(match[1]) < 15;
}

/**
 * The constraint with what depends on the very Keras that wrote it: the formula of NonNeg in Keras 3.0 to 3.14, and
 * which limit wins where they are crossed, with a note about those.
 */
export function asWriterComputes<C extends Constraint>(
  constraint: C,
  writer: WrittenBy,
  { path, onNote }: { path: string; onNote: (note: Note) => void },
): C {
  if (constraint.kind === "nonNeg") return isBefore315(writer) ? { ...constraint, formula: "product" } : constraint;
  if (constraint.kind !== "maxNorm" && constraint.kind !== "minMaxNorm") return constraint;
  const low = constraint.kind === "maxNorm" ? 0 : constraint.minValue;
  const high = constraint.maxValue;
  if (high === null || !(high < low)) return constraint;
  const { generation, backend } = writer;
  const upper = generation === "keras3" && backend !== undefined && backend !== null && backend !== "tensorflow";
  const found = `the upper limit ${high} lies below the lower limit ${low}`;
  const read = upper
    ? `the upper one counts, as in Keras 3 on ${backend}`
    : generation === "keras3"
      ? "the lower one counts, as in Keras 3 on TensorFlow; on JAX, PyTorch and NumPy it is the upper one"
      : "the lower one counts, as in every Keras before 3";
  onNote({ code: "crossed-limits", path, message: `${found}: ${read}` });
  return upper ? { ...constraint, crossed: "upper" } : constraint;
}
