import type { Note } from "../errors.js";
import { formatPythonValue } from "./python-text.js";
import type { LimitName, WrittenLimit } from "./spec.js";
import { isBefore23, isMultiBackend, type WrittenBy } from "./written-by.js";

/** A limit as the Keras that wrote it takes it. */
export interface LimitReading {
  /** Null for no upper limit, NaN for what `odd` has. */
  readonly value: number | null;
  /** What is no number to that Keras. */
  readonly odd?: WrittenLimit;
  readonly note?: Omit<Note, "path">;
}

/**
 * Reads a limit or rate as the Keras that wrote it takes it in the first step of training; it loads and predicts with
 * anything. `low` is the lower limit of an upper one.
 *
 * | | Keras 1 to 2.2 | 2.3 | tf.keras | 3 on TensorFlow | 3 on JAX |
 * |---|---|---|---|---|---|
 * | `true`, `false` | 1 and 0; Theano fails | as before | 1 and 0 | 1 and 0 | 1 and 0 |
 * | no upper limit | none | none | none | fails | none |
 * | no lower limit | fails | none | none | fails | none |
 * | a list of limits | fails | per group; Theano fails | per group | per group | fails |
 * | no rate, a list of rates, text, an object | fails | fails | fails | fails | fails |
 *
 * On Theano a truth value that lies below the lower limit is never asked, and 2.3 takes lists of truth values. (Run with
 * 1.2.2, 2.0.9, 2.2.4 and 2.3.1 on Theano and TensorFlow, tf.keras 2.4 and 2.15, 3.0.5 and 3.15.1 on TensorFlow and 3.15.1
 * on JAX: `fixtures/build/odd_limits.py`. PyTorch as Keras 3.15, `backend/torch/numpy.py`, `clip` makes tensors of
 * limits.) An unknown backend counts as TensorFlow, but that null is read as no limit.
 */
export function readLimit(value: unknown, option: LimitName, writer: WrittenBy, low = 0): LimitReading {
  if (typeof value === "number") return readNumber(value, option, writer);
  if (typeof value === "boolean" && takesTruth(value, option, writer, low)) {
    return { value: Number(value), note: truthNote(value) };
  }
  if (value === null && takesNull(option, writer)) return readNull(option, writer);
  const perGroup = Array.isArray(value) && option !== "rate" && takesList(value, writer);
  const wanted = option === "maxValue" ? "a number or null" : "a number";
  const effect = perGroup
    ? "this Keras takes it as a limit for each group, if it fits them, which is not done here: training is refused"
    : "the first step of training fails";
  const message = `found ${formatWrittenLimit(value)}, wanted ${wanted}: ${effect}`;
  return { value: Number.NaN, odd: { value, perGroup }, note: { code: "broken-limit", message } };
}

/** What stands in the file, in Python. */
export function formatWrittenLimit(value: unknown): string {
  return formatPythonValue(value, () => false);
}

/** For a truth value that is read as a number. */
export function truthNote(value: boolean): Omit<Note, "path"> {
  const message = `${value} is read as ${Number(value)}, as TensorFlow reads it; Theano and PyTorch refuse it`;
  return { code: "truth-value", message };
}

function readNumber(value: number, option: LimitName, writer: WrittenBy): LimitReading {
  if (!Number.isNaN(value)) return { value };
  if (option === "maxValue" && isMultiBackend(writer)) {
    const message = "NaN is read as no limit, as Keras 1 and 2.0 to 2.3 compute it";
    return { value: null, note: { code: "nan-limit", message } };
  }
  const message = "NaN, so that the first step of training makes every weight NaN";
  return { value, note: { code: "nan-limit", message } };
}

function takesTruth(value: boolean, option: LimitName, { backend }: WrittenBy, low: number): boolean {
  return backend !== "theano" || (option === "maxValue" && Number(value) < low);
}

function takesNull(option: LimitName, writer: WrittenBy): boolean {
  if (option === "rate") return false;
  if (writer.generation !== "keras3") return option === "maxValue" || !isBefore23(writer);
  return writer.backend !== "tensorflow" && writer.backend !== "torch";
}

function readNull(option: LimitName, { generation }: WrittenBy): LimitReading {
  if (option === "minValue") {
    const message = "null is read as 0: no limit, as tf.keras and Keras 3 on NumPy read it; others refuse it";
    return { value: 0, note: { code: "null-limit", message } };
  }
  if (generation !== "keras3") return { value: null };
  const message = "null is read as no limit, as Keras 1 and 2 and NumPy read it; TensorFlow and PyTorch refuse it";
  return { value: null, note: { code: "null-limit", message } };
}

function takesList(list: readonly unknown[], writer: WrittenBy): boolean {
  if (writer.backend === "jax" || isBefore23(writer)) return false;
  return writer.backend === "theano"
    ? holdsOnly(list, "boolean")
    : holdsOnly(list, "number") || holdsOnly(list, "boolean");
}

/** Lists in lists of one kind of value; the parser bounds how deep they are. */
function holdsOnly(list: readonly unknown[], kind: "number" | "boolean"): boolean {
  return list.every((one) => (Array.isArray(one) ? holdsOnly(one, kind) : typeof one === kind));
}
