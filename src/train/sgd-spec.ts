import { isMultiBackend, isTfKerasBefore211, type WrittenBy } from "../constraints/written-by.js";
import { KerasProofError } from "../errors.js";
import type { JsonValue } from "../formats/python-json.js";
import { describeJson } from "../import/describe-json.js";

/** Keras's stochastic gradient descent with every option settled: plain data. */
export interface SgdSpec {
  readonly kind: "sgd";
  readonly learningRate: number;
  readonly momentum: number;
  /** Changes nothing where `momentum` is 0. */
  readonly nesterov: boolean;
  /** What the learning rate falls with: it is divided by 1 + decay · (steps before). 0 for none. */
  readonly decay: number;
  readonly arithmetic: SgdArithmetic;
}

/**
 * The order of operations, which decides the last bits: `multi-backend` is Keras 1.x and 2.0 to 2.3.1
 * (K1, K2.2.4:keras/optimizers.py, `SGD.get_updates`); `optimizer` is tf.keras and Keras 3 (TFK:optimizers/sgd.py and
 * legacy/gradient_descent.py, K3:keras/src/optimizers/sgd.py, `update_step`).
 */
export type SgdArithmetic = "multi-backend" | "optimizer";

/** Options that change nothing while they have these values; with any other they are refused. */
const neutral: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  ["weight_decay", [0, null]],
  ["clipnorm", [null]],
  ["clipvalue", [null]],
  ["global_clipnorm", [null]],
  ["use_ema", [false]],
  ["loss_scale_factor", [null]],
  ["gradient_accumulation_steps", [null]],
]);

/** Options that never act on the weights of a step: names, compilation, and what only an EMA would use. */
const inert: ReadonlySet<string> = new Set([
  "name",
  "jit_compile",
  "is_legacy_optimizer",
  "ema_momentum",
  "ema_overwrite_frequency",
]);

/**
 * Reads the config of an SGD as any Keras writes it: `lr` or `learning_rate`, `momentum`, `nesterov`, and the `decay` of
 * Keras 1, Keras 2 and the legacy optimizers of tf.keras. Absent options have Keras's defaults. Throws
 * `unsupported-training` for every other option that would act on a weight, and for numbers that this Keras refuses.
 */
export function readSgd(config: Readonly<Record<string, unknown>>, path: string, writer: WrittenBy): SgdSpec {
  const multiBackend = isMultiBackend(writer);
  const isKeras3 = writer.generation === "keras3";
  for (const [key, value] of Object.entries(config)) {
    if (own.has(key) || inert.has(key) || neutral.get(key)?.includes(value) === true) continue;
    throw refusal(path, key, value);
  }
  const number = (key: string, otherwise: number, accepts: (value: number) => boolean): number => {
    const value = config[key] ?? otherwise;
    if (typeof value === "number" && Number.isFinite(value) && accepts(value)) return value;
    throw refusal(path, key, value);
  };
  const learningRate = number("learning_rate" in config ? "learning_rate" : "lr", 0.01, () => true);
  const momentum = number("momentum", 0, (value) => multiBackend || (value >= 0 && value <= 1));
  const decay = number("decay", 0, (value) => multiBackend || value === 0 || (!isKeras3 && value > 0));
  const nesterov = config["nesterov"] ?? false;
  if (typeof nesterov !== "boolean") throw refusal(path, "nesterov", nesterov);
  const legacy = isLegacyTfKeras(config, writer);
  return {
    kind: "sgd",
    learningRate: legacy ? Math.fround(learningRate) : learningRate,
    momentum: legacy || castsMomentum(writer) ? Math.fround(momentum) : momentum,
    nesterov,
    // Keras 1 and 2 look whether it is above 0, and leave a negative one alone.
    decay: Math.max(0, legacy ? Math.fround(decay) : decay),
    arithmetic: multiBackend ? "multi-backend" : "optimizer",
  };
}

/**
 * Whether an optimizer is of tf.keras's old kind (`OptimizerV2`, the only one before 2.11). It holds its numbers in
 * float32, in a float64 model too (TFK:optimizers/legacy/optimizer_v2.py, `_create_hypers`), and its momentum leaves
 * the rows of an Embedding alone that a batch does not look up.
 */
export function isLegacyTfKeras(config: Readonly<Record<string, unknown>>, writer: WrittenBy): boolean {
  if (isTfKerasBefore211(writer)) return true;
  if (writer.generation !== "keras2" || isMultiBackend(writer)) return false;
  return "decay" in config || config["is_legacy_optimizer"] === true;
}

const own: ReadonlySet<string> = new Set(["learning_rate", "lr", "momentum", "nesterov", "decay"]);

/**
 * tf.keras, and Keras 3 on TensorFlow, keep `momentum` as a Python float and cast it at each step with `tf.cast`, which
 * goes by way of float32: 0.9 is 0.8999999761581421 in a float64 model too. JAX, PyTorch and NumPy keep it.
 */
function castsMomentum({ generation, backend, ...writer }: WrittenBy): boolean {
  if (generation === "keras3") return (backend ?? "tensorflow") === "tensorflow";
  return !isMultiBackend({ generation, ...writer });
}

function refusal(path: string, key: string, value: unknown): KerasProofError {
  const found = `found SGD with ${key} = ${describeJson(value as JsonValue)}`;
  const wanted = "wanted SGD with no more than a learning rate, momentum, nesterov and decay";
  return new KerasProofError(
    "unsupported-training",
    path,
    `${found}, ${wanted}; compile with an optimizer of your own`,
  );
}
