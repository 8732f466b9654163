import * as tf from "@tensorflow/tfjs-core";
import { applyConstraint, type ApplyOptions } from "../constraints/apply.js";
import { findFault } from "../constraints/constraint-fault.js";
import type { CustomConstraints } from "../constraints/custom-constraint.js";
import { formatKerasCall } from "../constraints/keras-call.js";
import type { ConstraintKernels } from "../constraints/kernels/constrain-groups.js";
import type { Constraint, Generation } from "../constraints/spec.js";
import type { Problem } from "../errors.js";
import { valuesInHeap } from "./wasm-heap.js";

/** A variable of a model, and what holds for it. */
export interface ConstrainedVariable {
  /** The names of its layer and of the models above, and its own, joined with `/`: `inner/dense_1/kernel`. */
  readonly path: string;
  readonly variable: tf.Variable;
  readonly constraint: Constraint;
  readonly generation: Generation;
  /** The functions of custom constraints. */
  readonly customConstraints: CustomConstraints;
  /** `keras.config.epsilon()`. */
  readonly epsilon: number;
}

/**
 * What makes a step of training fail in Keras: an axis that the weight does not have, a limit that is no number, which
 * some Kerases take all the same, or a shape that RadialConstraint does not take (`bad-constraint`); and a custom
 * constraint without its function (`unsupported-constraint`). Null where nothing does.
 */
export function trainingFault(weight: ConstrainedVariable): Problem | null {
  const { path, variable, constraint, generation, customConstraints } = weight;
  if (constraint.kind === "custom" && !Object.hasOwn(customConstraints, constraint.name)) {
    const message = `found the custom constraint ${JSON.stringify(constraint.name)}, wanted its function in customConstraints`;
    return { code: "unsupported-constraint", path, message };
  }
  const fault = findFault(constraint, variable.shape, generation);
  if (fault === null) return null;
  const keras = fault.kerasTrains ? "which is not enforced here" : "with which Keras fails to train too";
  const message = `found ${formatKerasCall(constraint, generation)}, ${keras}: ${fault.message}`;
  return { code: "bad-constraint", path, message };
}

/**
 * Applies the constraint once to the values of the variable, as `applyConstraint` does: on wasm where they lie, unless
 * another tensor has the same memory; else and anywhere else in a copy, which on cpu becomes the variable's memory.
 * Custom functions always work on a copy.
 */
export function constrainVariable(weight: ConstrainedVariable): void {
  const { variable, constraint, generation, customConstraints, epsilon } = weight;
  const there = constraint.kind === "custom" ? null : valuesInHeap(variable);
  if (there !== null) {
    applyConstraint(constraint, there.values, variable.shape, optionsInHeap(weight, there.kernels));
    return;
  }
  // The cpu backend gives out the memory of the variable itself. Float64 in the double run.
  const values = new Float32Array(variable.dataSync());
  applyConstraint(constraint, values, variable.shape, { generation, epsilon, customConstraints });
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
}

/** Kept from step to step. */
const optionsOf = new WeakMap<ConstrainedVariable, ApplyOptions>();

function optionsInHeap(weight: ConstrainedVariable, kernels: ConstraintKernels | null): ApplyOptions {
  const known = optionsOf.get(weight);
  if (known !== undefined && known.kernels === kernels) return known;
  const { generation, epsilon } = weight;
  const options = { generation, epsilon, kernels };
  optionsOf.set(weight, options);
  return options;
}
