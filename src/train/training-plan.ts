import { KerasProofError } from "../errors.js";
import type { TrainingConfig } from "../import/spec.js";
import { type LossName, lossNames } from "./losses.js";

/** Plain stochastic gradient descent: w − learningRate · gradient. */
interface SgdSpec {
  readonly kind: "sgd";
  readonly learningRate: number;
}

/** What a compiled model trains with. */
export interface TrainingPlan {
  readonly optimizer: SgdSpec;
  /** One loss for each output of the model. */
  readonly losses: readonly LossName[];
}

/** Options of Keras's optimizers that change nothing while they have these values. */
const neutral: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  ["momentum", [0, null]],
  ["nesterov", [false, null]],
  ["decay", [0, null]],
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

const lossAliases: ReadonlyMap<string, LossName> = new Map<string, LossName>([
  ["mse", "mean_squared_error"],
  ["MSE", "mean_squared_error"],
  ["MeanSquaredError", "mean_squared_error"],
  ["mae", "mean_absolute_error"],
  ["MAE", "mean_absolute_error"],
  ["MeanAbsoluteError", "mean_absolute_error"],
  ["CategoricalCrossentropy", "categorical_crossentropy"],
]);

/** Options of loss objects at their defaults, which change nothing. */
const lossDefaults: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  ["from_logits", [false]],
  ["label_smoothing", [0, null]],
  ["axis", [-1]],
  ["reduction", ["sum_over_batch_size", "auto"]],
]);

/**
 * Reads how a model was compiled, for `outputs` named in order. Throws `unsupported-training` for any optimizer, loss or
 * option beyond plain SGD and the losses of `lossNames`: a step that is not Keras's would be wrong without a word.
 */
export function readTrainingPlan(config: TrainingConfig, outputs: readonly string[]): TrainingPlan {
  return { optimizer: readOptimizer(config), losses: readLosses(config, outputs) };
}

function readOptimizer({ optimizer, path }: TrainingConfig): SgdSpec {
  if (optimizer === null) throw refusal(path, "found no optimizer");
  // tf.keras 2.11 to 2.15 write the name under which the new optimizers are registered, `Custom>SGD`.
  if (optimizer.className.replace(/^Custom>/u, "").toLowerCase() !== "sgd")
    throw refusal(path, `found the optimizer ${optimizer.className}`);
  let learningRate = 0.01;
  for (const [key, value] of Object.entries(optimizer.config)) {
    if (key === "learning_rate" || key === "lr") {
      if (typeof value !== "number" || !Number.isFinite(value))
        throw refusal(path, `found ${key} = ${JSON.stringify(value)}`);
      learningRate = value;
    } else if (!inert.has(key) && neutral.get(key)?.includes(value) !== true) {
      throw refusal(path, `found SGD with ${key} = ${JSON.stringify(value)}`);
    }
  }
  return { kind: "sgd", learningRate };
}

function readLosses({ loss, path }: TrainingConfig, outputs: readonly string[]): LossName[] {
  if (Array.isArray(loss)) {
    if (loss.length !== outputs.length)
      throw refusal(path, `found ${loss.length} losses for ${outputs.length} outputs`);
    return loss.map((one) => readLoss(one, path));
  }
  if (isRecord(loss) && !("class_name" in loss)) return outputs.map((name) => readLoss(loss[name], `${path}.${name}`));
  return outputs.map(() => readLoss(loss, path));
}

function readLoss(raw: unknown, path: string): LossName {
  const name = lossName(raw, path);
  const known = lossNames.find((one) => one === name) ?? lossAliases.get(name);
  if (known === undefined) throw refusal(path, `found the loss ${name}`);
  return known;
}

function lossName(raw: unknown, path: string): string {
  if (typeof raw === "string") return raw;
  if (!isRecord(raw)) throw refusal(path, `found the loss ${JSON.stringify(raw)}`);
  const { class_name: className, config } = raw;
  if (className === "function" && typeof config === "string") return config;
  if (typeof className !== "string") throw refusal(path, `found the loss ${JSON.stringify(raw)}`);
  for (const [key, value] of Object.entries(isRecord(config) ? config : {})) {
    if (key === "name" || key === "fn" || key === "dtype" || lossDefaults.get(key)?.includes(value) === true) continue;
    throw refusal(path, `found the loss ${className} with ${key} = ${JSON.stringify(value)}`);
  }
  return className;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refusal(path: string, found: string): KerasProofError {
  const wanted = `wanted plain SGD and one of ${lossNames.join(", ")}; compile with an optimizer and a loss of your own`;
  return new KerasProofError("unsupported-training", path, `${found}, ${wanted}`);
}
