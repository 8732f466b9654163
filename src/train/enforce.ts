import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import type { CustomConstraints } from "../constraints/custom-constraint.js";
import { freezeConstraint } from "../constraints/kernels/norm-settings.js";
import type { Generation } from "../constraints/spec.js";
import {
  anything,
  checkArgument,
  checkOptions,
  formatFound,
  notNegative,
  type OptionKinds,
  required,
  someText,
} from "../check-options.js";
import { constraintFunctions, someGeneration } from "../constraints/argument-kinds.js";
import { checkConstraint } from "../constraints/check-constraint.js";
import { KerasProofError, throwProblems } from "../errors.js";
import type { ImportedConstraint } from "../import/rule.js";
import type { ConstraintBinding } from "../import/spec.js";
import { type ConstrainedVariable, trainingFault } from "./constrained-variable.js";
import { nearestWord } from "../nearest-word.js";
import { followOptimizer } from "./follow-optimizer.js";
import { modelConstraints } from "./model-constraints.js";
import { modelOption } from "./model-option.js";
import { placedLayers, weightVariable } from "./model-weights.js";
import { optimizerOption } from "./optimizer-option.js";
import { holdWeights } from "./optimizer-steps.js";

/** A constraint and the weight of a model that it is for; every `ConstraintBinding` of an imported model is one. */
export interface WeightConstraint {
  /** The layer's name; inside nested models with theirs before it, `inner/dense_1`. */
  readonly layer: string;
  /** Such as `kernel`. */
  readonly weight: string;
  readonly constraint: ImportedConstraint;
  /** Default `"keras3"`. */
  readonly generation?: Generation;
}

/** Where constraints are enforced, and as which Keras computes them. */
export interface EnforceOptions {
  /** The optimizer of a training loop of one's own. Default: the model's, and each that it is compiled with later. */
  readonly optimizer?: tf.Optimizer;
  /** The functions of custom constraints. Default none. */
  readonly customConstraints?: CustomConstraints;
  /** `keras.config.epsilon()`, which no Keras file records. Default 1e-7, as in every Keras and on every backend. */
  readonly epsilon?: number;
}

const optionKinds: OptionKinds<EnforceOptions> = {
  optimizer: optimizerOption,
  customConstraints: constraintFunctions,
  epsilon: notNegative,
};

/** A `ConstraintBinding` has more than is asked for. */
const weightKinds: OptionKinds<WeightConstraint & Partial<ConstraintBinding>> = {
  layer: required(someText),
  weight: required(someText),
  constraint: anything,
  generation: someGeneration,
  layerClass: anything,
  shape: anything,
  trainable: anything,
};

/** How to stop what is enforced on a model's own optimizer. */
const enforced = new WeakMap<tfl.LayersModel, () => void>();

/**
 * Has constraints, by default those of the model's layers (`modelConstraints`), hold in training as in Keras: after each
 * step of the optimizer, once, on `fit`, `fitDataset`, `trainOnBatch`, and `minimize` or `applyGradients` of one's own.
 * (tf.keras 2.15, optimizers/optimizer.py, `apply_gradients`, and Keras 3.15, optimizers/base_optimizer.py, `apply`: after
 * the update of all weights. Keras 1.2.2 and 2.2.4, optimizers.py, `get_updates`: to each new value before it is assigned,
 * which is the same.)
 *
 * - A weight of a shared layer is constrained once, and so is one that several calls enforce; the newest one's
 *   constraint counts. A second call for a model's own optimizer replaces the first.
 * - A weight without a gradient in a step is left alone. So do tf.keras 2.15 (optimizers/utils.py,
 *   `filter_empty_gradients`) and Keras 3 (`_filter_empty_gradients`), with a warning; in Keras 1.2.2 and 2.2.4 such a step
 *   fails (`get_gradients`; Theano: DisconnectedInputError).
 * - A frozen weight (`trainable` false) is left alone. Every Keras leaves alone what was frozen at `compile`, and goes on
 *   to train and constrain what is frozen after it, until the next `compile` (run with 1.2.2, 2.2.4, 2.15.0 and, on
 *   TensorFlow, 3.0.5 and 3.15.1, which leave alone what is frozen before their first step, too; 3.15.1 on JAX does that,
 *   and fails in the next step where something is frozen or thawed after it); tfjs stops training it at once, and so it is
 *   no longer constrained. 3.0.5 trains what was made or loaded with `trainable` false, since its weights are made
 *   trainable all the same; here it stays frozen, as in 3.15.1.
 * - Dead constraints, which the Keras that wrote them never runs, are not enforced.
 * - NaN and infinities become what `applyConstraint` says, which is what Keras makes of them.
 *
 * Setting and loading weights, and inference, never constrain anything.
 *
 * Throws `bad-constraint` for an axis that the weight does not have and for a limit that is no number, with its path (for a
 * weight that is frozen now: in the step that trains it, before anything changes), `unsupported-constraint` for a custom
 * constraint without a function, `usage` for a weight that the model does not have, for what is no model, constraint or
 * option, and for a model that is not compiled where no optimizer is given. On a backend that cannot compute a gradient,
 * such as those of convolutions on wasm, training throws `unsupported-training`.
 *
 * The function returned ends the enforcement: the optimizer and the model are exactly as before. Calling it again does
 * nothing. Nothing is kept in tensors. Weights are read synchronously, which WebGPU cannot. On wasm they are changed where
 * they lie in the backend's memory, and so on cpu after a step of tfjs's own optimizers or of `KerasSgd`; elsewhere
 * through one copy, on which custom functions work, too. Without a copy, a step allocates nothing for its constraints once
 * it is warm.
 */
export function enforceConstraints(
  model: tfl.LayersModel,
  constraints?: readonly WeightConstraint[],
  options: EnforceOptions = {},
): () => void {
  checkArgument("enforceConstraints.model", model, modelOption);
  checkOptions("enforceConstraints", options, optionKinds);
  return enforceOn(model, constraints === undefined ? modelConstraints(model) : constraints, options);
}

function enforceOn(
  model: tfl.LayersModel,
  constraints: readonly WeightConstraint[],
  options: EnforceOptions,
): () => void {
  if (!Array.isArray(constraints)) {
    const wanted = "wanted a list of { layer, weight, constraint }, or undefined for those of the model's layers";
    throw new KerasProofError("usage", "enforceConstraints", `found ${formatFound(constraints)}, ${wanted}`);
  }
  for (const [place, one] of constraints.entries()) {
    checkOptions(`enforceConstraints[${place}]`, one, weightKinds);
    checkConstraint(`enforceConstraints[${place}].constraint`, one.constraint);
  }
  refuseFaults(model, constraints, options);
  if (options.optimizer !== undefined) {
    return holdWeights(options.optimizer, constrainedVariables(model, constraints, options));
  }
  if ((model.optimizer as tf.Optimizer | undefined) === undefined) {
    const message = "found a model that is not compiled, wanted compile() before, or the option optimizer";
    throw new KerasProofError("usage", model.name, message);
  }
  return enforceWhenCompiled(model, constraints, options);
}

/**
 * As `enforceConstraints` on a model's own optimizers, for a model that need not be compiled yet, and with any
 * constraints: one that cannot be applied makes the steps of training throw, and nothing else.
 */
export function enforceWhenCompiled(
  model: tfl.LayersModel,
  constraints: readonly WeightConstraint[],
  options: Omit<EnforceOptions, "optimizer">,
): () => void {
  const weights = constrainedVariables(model, constraints, options);
  enforced.get(model)?.();
  const release = followOptimizer(model, (optimizer) => holdWeights(optimizer, weights));
  enforced.set(model, release);
  return release;
}

/** Throws what `enforceConstraints` throws for constraints of weights that are not frozen, all at once. */
export function refuseFaults(
  model: tfl.LayersModel,
  constraints: readonly WeightConstraint[],
  options: EnforceOptions,
): void {
  const trained = constrainedVariables(model, constraints, options).filter(({ variable }) => variable.trainable);
  throwProblems(trained.map(trainingFault).filter((fault) => fault !== null));
}

function constrainedVariables(
  model: tfl.LayersModel,
  constraints: readonly WeightConstraint[],
  { customConstraints = {}, epsilon = 1e-7 }: EnforceOptions,
): ConstrainedVariable[] {
  const layers = new Map([...placedLayers(model)].map((placed) => [placed.path, placed]));
  return constraints
    .filter(({ constraint }) => (constraint as Partial<ImportedConstraint> | undefined)?.dead === undefined)
    .map(({ layer, weight, constraint, generation = "keras3" }) => {
      const placed = layers.get(layer);
      const path = `${layer}/${weight}`;
      if (placed === undefined) {
        const wanted = nearestWord(layer, layers.keys()) ?? `one of ${[...layers.keys()].slice(0, 20).join(", ")}`;
        throw new KerasProofError("usage", path, `found no such layer in ${model.name}, wanted ${wanted}`);
      }
      const variable = weightVariable(placed, weight);
      const kept = freezeConstraint({ ...constraint });
      return { path, variable, constraint: kept, generation, customConstraints, epsilon };
    });
}
