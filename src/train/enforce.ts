import * as tf from "@tensorflow/tfjs-core";
import { applyConstraint } from "../constraints/apply.js";
import type { CustomConstraints } from "../constraints/custom-constraint.js";
import type { Constraint, Generation } from "../constraints/spec.js";
import type { BuiltModel } from "../import/build.js";
import type { ConstraintBinding } from "../import/spec.js";

/** A variable of a built model, and what holds for it. */
export interface ConstrainedVariable {
  readonly variable: tf.Variable;
  readonly constraint: Constraint;
  readonly generation: Generation;
  /** The functions of custom constraints. Default none. */
  readonly customConstraints?: CustomConstraints;
}

/** Finds the variable of each binding whose constraint Keras runs. */
export function constrainedVariables(
  built: BuiltModel,
  bindings: readonly ConstraintBinding[],
  customConstraints: CustomConstraints = {},
): ConstrainedVariable[] {
  return bindings.flatMap(({ layer: path, weight, constraint, generation }) => {
    if (constraint.dead !== undefined) return [];
    const layer = built.layers.get(path);
    const slot = layer?.spec.weights.findIndex((one) => one.name === weight) ?? -1;
    const variable = layer?.variables[slot];
    return variable === undefined ? [] : [{ variable, constraint, generation, customConstraints }];
  });
}

/**
 * Makes an optimizer apply constraints as Keras does: after each step, once, to the weights that got a gradient in it
 * (keras/src/optimizers/base_optimizer.py 3.15, `apply`; in Keras 1 and 2 the new weight is constrained before it is
 * assigned, which is the same). Every path of tfjs goes through `applyGradients`: `fit`, `fitDataset`,
 * `trainOnBatch` and `minimize`. Call the function that is returned to take the enforcement off again.
 */
export function enforceConstraints(optimizer: tf.Optimizer, constrained: readonly ConstrainedVariable[]): () => void {
  const plain = optimizer.applyGradients.bind(optimizer);
  const byName = new Map(constrained.map((one) => [one.variable.name, one]));
  optimizer.applyGradients = (gradients): void => {
    plain(gradients);
    const names = Array.isArray(gradients) ? gradients.map((gradient) => gradient.name) : Object.keys(gradients);
    for (const name of names) {
      const found = byName.get(name);
      if (found !== undefined) constrainVariable(found);
    }
  };
  return () => {
    optimizer.applyGradients = plain;
  };
}

function constrainVariable({ variable, constraint, generation, customConstraints = {} }: ConstrainedVariable): void {
  // A copy: the cpu backend gives out the memory of the variable itself. Float64 in the double run.
  const values = new Float32Array(variable.dataSync());
  applyConstraint(constraint, values, variable.shape, { generation, customConstraints });
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
}
