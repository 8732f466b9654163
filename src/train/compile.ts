import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { anything, checkOptions, notNegative, type OptionKinds } from "../check-options.js";
import { constraintFunctions } from "../constraints/argument-kinds.js";
import type { CustomConstraints } from "../constraints/custom-constraint.js";
import { KerasProofError } from "../errors.js";
import type { BuiltModel } from "../import/build.js";
import { constraintBindings, type ModelSpec, type TrainingConfig, walkLayers } from "../import/spec.js";
import { enforceWhenCompiled, refuseFaults } from "./enforce.js";
import { lossFunction, type LossName } from "./losses.js";
import { optimizerOption } from "./optimizer-option.js";
import { KerasSgd } from "./sgd.js";
import type { SgdSpec } from "./sgd-spec.js";
import { readLosses, readOptimizer } from "./training-plan.js";

type TfjsCompileArgs = tfl.ModelCompileArgs;

/** What to train with in place of what the file says. */
export interface CompileOptions {
  /** Any tfjs optimizer; its steps are tfjs's own. Default: the file's. */
  readonly optimizer?: tf.Optimizer;
  /** As tfjs's `model.compile` takes it. Default: the file's. */
  readonly loss?: TfjsCompileArgs["loss"];
  /** As tfjs's `model.compile` takes them. Default none: those of the file are not read. */
  readonly metrics?: TfjsCompileArgs["metrics"];
  /** The functions of the model's custom constraints. Default: those it was loaded with. */
  readonly customConstraints?: CustomConstraints;
  /** `keras.config.epsilon()`, of constraints and of the file's loss. Default 1e-7, as in every Keras. */
  readonly epsilon?: number;
}

const optionKinds: OptionKinds<CompileOptions> = {
  optimizer: optimizerOption,
  loss: anything,
  metrics: anything,
  customConstraints: constraintFunctions,
  epsilon: notNegative,
};

/**
 * Compiles a built model with the optimizer and loss of its file, or given ones, and has its constraints enforced after
 * every step. The file's optimizer computes as Keras's does (`KerasSgd`) and starts anew, as after Keras's own
 * `compile`: at step 0 and without velocity, whatever state the file holds. Throws `unsupported-training` where the
 * file's optimizer or loss is needed and is not one of ours, where it is needed and the model was never compiled, and
 * where a regularizer of the file would be left out of the loss; `usage` for options that do not exist; and as
 * `enforceConstraints` does. The function returned
 * ends the enforcement.
 */
export function compileModel(built: BuiltModel, spec: ModelSpec, options: CompileOptions = {}): () => void {
  checkOptions("compile", options, optionKinds);
  const regularizer = spec.notes.find((note) => note.code === "regularizer-not-applied");
  if (regularizer !== undefined) {
    const message = "found a regularizer, which training here would leave out, wanted none";
    throw new KerasProofError("unsupported-training", regularizer.path, message);
  }
  const { customConstraints = {}, epsilon = 1e-7 } = options;
  const loss = options.loss ?? fileLosses(spec).map((name) => lossFunction(name, epsilon));
  const sgd = options.optimizer === undefined ? fileOptimizer(spec) : null;
  const constraints = constraintBindings(spec);
  refuseFaults(built.model, constraints, { customConstraints, epsilon });
  made.get(built)?.dispose();
  made.delete(built);
  const optimizer = sgd === null ? (options.optimizer as tf.Optimizer) : makeOptimizer(built, sgd);
  built.model.compile({ optimizer, loss, ...(options.metrics === undefined ? {} : { metrics: options.metrics }) });
  return enforceWhenCompiled(built.model, constraints, { customConstraints, epsilon });
}

/** The optimizers made here, which are freed when their model is compiled again, with whatever optimizer. */
const made = new WeakMap<BuiltModel, tf.Optimizer>();

function makeOptimizer(built: BuiltModel, spec: SgdSpec): tf.Optimizer {
  const optimizer = new KerasSgd(spec);
  made.set(built, optimizer);
  return optimizer;
}

function fileOptimizer(spec: ModelSpec): SgdSpec {
  const classes = [...walkLayers(spec.graph)].flatMap(({ layer }) => layer.weights.map((weight) => weight.layerClass));
  return readOptimizer(fileTraining(spec), spec, new Set(classes));
}

function fileLosses(spec: ModelSpec): readonly LossName[] {
  const outputs = spec.graph.outputs.map((output) => output.layer);
  return readLosses(fileTraining(spec), outputs);
}

function fileTraining({ training, graph }: ModelSpec): TrainingConfig {
  if (training !== null) return training;
  const message = "found no optimizer and loss in the file, wanted them in compile({ optimizer, loss })";
  throw new KerasProofError("unsupported-training", graph.name, message);
}
