import type { WrittenBy } from "../constraints/written-by.js";
import { KerasProofError } from "../errors.js";
import type { JsonValue } from "../formats/python-json.js";
import { describeJson } from "../import/describe-json.js";
import type { TrainingConfig } from "../import/spec.js";
import { type LossName, lossNames } from "./losses.js";
import { isLegacyTfKeras, readSgd, type SgdSpec } from "./sgd-spec.js";

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
 * Reads the optimizer that a model was compiled with. `layerClasses` are the classes whose weights the model has. Throws
 * `unsupported-training` for any optimizer but SGD and for what `readSgd` refuses: a step that is not Keras's would be
 * wrong without a word.
 */
export function readOptimizer(
  { optimizer, path }: TrainingConfig,
  writer: WrittenBy,
  layerClasses: ReadonlySet<string>,
): SgdSpec {
  if (optimizer === null) throw optimizerRefusal(path, "found no optimizer");
  // tf.keras 2.11 to 2.15 write the name under which the new optimizers are registered, `Custom>SGD`.
  if (optimizer.className.replace(/^Custom>/u, "").toLowerCase() !== "sgd")
    throw optimizerRefusal(path, `found the optimizer ${optimizer.className}`);
  const sgd = readSgd(optimizer.config, path, writer);
  if (sgd.momentum !== 0 && layerClasses.has("Embedding") && isLegacyTfKeras(optimizer.config, writer)) {
    const rows = "of which tf.keras before 2.11 moves only the rows that are looked up";
    throw optimizerRefusal(path, `found SGD with momentum on an Embedding, ${rows}`);
  }
  return sgd;
}

function optimizerRefusal(path: string, found: string): KerasProofError {
  const message = `${found}, wanted SGD; compile with an optimizer of your own`;
  return new KerasProofError("unsupported-training", path, message);
}

/**
 * Reads the losses that a model was compiled with, one for each of `outputs`, its outputs in order. Throws
 * `unsupported-training` for losses beyond `lossNames`, for options of them that change something, and for weights of
 * losses other than 1.
 */
export function readLosses({ loss, lossWeights = 1, path }: TrainingConfig, outputs: readonly string[]): LossName[] {
  const weights = isRecord(lossWeights) ? Object.values(lossWeights) : [lossWeights].flat();
  if (weights.some((weight) => weight !== 1)) {
    const found = `found the loss weights ${describeJson(lossWeights as JsonValue)}, wanted none but 1`;
    throw new KerasProofError("unsupported-training", path, `${found}; compile with a loss of your own`);
  }
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
  if (!isRecord(raw)) throw refusal(path, `found the loss ${describeJson(raw as JsonValue)}`);
  const { class_name: className, config } = raw;
  if (className === "function" && typeof config === "string") return config;
  if (typeof className !== "string") throw refusal(path, `found the loss ${describeJson(raw as JsonValue)}`);
  for (const [key, value] of Object.entries(isRecord(config) ? config : {})) {
    if (key === "name" || key === "fn" || key === "dtype" || lossDefaults.get(key)?.includes(value) === true) continue;
    throw refusal(path, `found the loss ${className} with ${key} = ${describeJson(value as JsonValue)}`);
  }
  return className;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refusal(path: string, found: string): KerasProofError {
  const wanted = `wanted one of ${lossNames.join(", ")}; compile with a loss of your own`;
  return new KerasProofError("unsupported-training", path, `${found}, ${wanted}`);
}
