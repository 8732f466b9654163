import * as tf from "@tensorflow/tfjs-core";
import { applyConstraint, applyInMemory, type ApplyOptions } from "../constraints/apply.js";
import { findFault } from "../constraints/constraint-fault.js";
import type { CustomConstraints } from "../constraints/custom-constraint.js";
import { formatKerasCall } from "../constraints/keras-call.js";
import type { ConstraintKernels } from "../constraints/kernels/constrain-groups.js";
import type { Constraint, Generation } from "../constraints/spec.js";
import type { Problem } from "../errors.js";
import { heapKernels, placeInHeap, valuesInHeap } from "./wasm-heap.js";

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
 * another tensor has the same memory; on cpu, too, where the memory is `fresh`, which nobody else can have seen; else and
 * anywhere else in a copy, which on cpu becomes the variable's memory. Custom functions always work on a copy. Where
 * there is no copy, and the weight was seen before, nothing is allocated; but for limits for which `applyInMemory` wants
 * an array, a view of the heap, where the weight lies in a place that it did not have before.
 */
export function constrainVariable(weight: ConstrainedVariable, fresh: boolean): void {
  const { variable, constraint } = weight;
  if (constraint.kind !== "custom") {
    // Before the place, because making them may make the heap grow.
    const kernels = heapKernels();
    const at = kernels === null ? -1 : placeInHeap(variable);
    if (at >= 0 && applyInMemory(constraint, at, variable.shape, optionsFor(weight, kernels))) return;
    const there = valuesInHeap(variable);
    if (there !== null) {
      applyConstraint(constraint, there.values, variable.shape, optionsFor(weight, there.kernels));
      return;
    }
    const own = fresh ? valuesOnCpu(variable) : null;
    if (own !== null) {
      applyConstraint(constraint, own, variable.shape, optionsFor(weight, null));
      return;
    }
  }
  constrainCopy(weight);
}

function constrainCopy(weight: ConstrainedVariable): void {
  const { variable, constraint } = weight;
  // The cpu backend gives out the memory of the variable itself. Float64 in the double run.
  const values = new Float32Array(variable.dataSync());
  applyConstraint(constraint, values, variable.shape, optionsFor(weight, null));
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
}

/** The memory of a float32 variable on tfjs's cpu backend, unless another tensor has it too; null anywhere else. */
function valuesOnCpu(variable: tf.Variable): Float32Array | null {
  if (variable.dtype !== "float32" || tf.getBackend() !== "cpu") return null;
  if (tf.backend().refCount(variable.dataId) !== 1) return null;
  const values = variable.dataSync<"float32">();
  // What is no copy is given out again.
  return variable.dataSync() === values ? values : null;
}

/** Kept from step to step. */
const optionsOf = new WeakMap<ConstrainedVariable, ApplyOptions>();

function optionsFor(weight: ConstrainedVariable, kernels: ConstraintKernels | null): ApplyOptions {
  const known = optionsOf.get(weight);
  if (known !== undefined && known.kernels === kernels) return known;
  const { generation, epsilon, customConstraints } = weight;
  const options = { generation, epsilon, customConstraints, kernels };
  optionsOf.set(weight, options);
  return options;
}
