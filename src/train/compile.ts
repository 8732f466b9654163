import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import type { CustomConstraints } from "../constraints/custom-constraint.js";
import { KerasProofError } from "../errors.js";
import type { BuiltModel } from "../import/build.js";
import { constraintBindings, type ModelSpec } from "../import/spec.js";
import { constrainedVariables, enforceConstraints } from "./enforce.js";
import { losses } from "./losses.js";
import { readTrainingPlan, type TrainingPlan } from "./training-plan.js";

type TfjsCompileArgs = tfl.ModelCompileArgs;

/** What to train with in place of what the file says. */
export interface CompileOptions {
  /** Any tfjs optimizer; its steps are tfjs's own. Default: the file's. */
  readonly optimizer?: tf.Optimizer;
  /** As tfjs's `model.compile` takes it. Default: the file's. */
  readonly loss?: TfjsCompileArgs["loss"];
  readonly metrics?: TfjsCompileArgs["metrics"];
  /** The functions of the model's custom constraints. Default: those it was loaded with. */
  readonly customConstraints?: CustomConstraints;
}

/** The optimizers that already enforce, with how to stop. */
const enforced = new WeakMap<tf.Optimizer, () => void>();

/**
 * Compiles a built model with the optimizer and loss of its file, or given ones, and has its constraints enforced after
 * every step. Throws `unsupported-training` where the file's optimizer or loss is not one of ours, where the model was
 * never compiled and nothing is given, and where a regularizer of the file would be left out of the loss.
 */
export function compileModel(built: BuiltModel, spec: ModelSpec, options: CompileOptions = {}): void {
  const regularizer = spec.notes.find((note) => note.code === "regularizer-not-applied");
  if (regularizer !== undefined) {
    const message = "found a regularizer, which training here would leave out, wanted none";
    throw new KerasProofError("unsupported-training", regularizer.path, message);
  }
  const plan = options.optimizer !== undefined && options.loss !== undefined ? null : filePlan(spec);
  const optimizer = options.optimizer ?? tf.train.sgd((plan as TrainingPlan).optimizer.learningRate);
  enforced.get(optimizer)?.();
  enforced.set(
    optimizer,
    enforceConstraints(optimizer, constrainedVariables(built, constraintBindings(spec), options.customConstraints)),
  );
  const loss = options.loss ?? (plan as TrainingPlan).losses.map((name) => losses[name]);
  built.model.compile({ optimizer, loss, ...(options.metrics === undefined ? {} : { metrics: options.metrics }) });
}

function filePlan(spec: ModelSpec): TrainingPlan {
  if (spec.training === null) {
    const message = "found no optimizer and loss in the file, wanted them in compile({ optimizer, loss })";
    throw new KerasProofError("unsupported-training", spec.graph.name, message);
  }
  return readTrainingPlan(
    spec.training,
    spec.graph.outputs.map((output) => output.layer),
  );
}
