import type * as tf from "@tensorflow/tfjs-core";
import { KerasProofError, throwProblems } from "../errors.js";
import { constrainVariable, type ConstrainedVariable, trainingFault } from "./constrained-variable.js";
import { memberHooks } from "./member-hooks.js";

type Gradients = Parameters<tf.Optimizer["applyGradients"]>[0];

/** By the names of their variables. */
type Held = ReadonlyMap<string, ConstrainedVariable>;

const hookOptimizer = memberHooks<tf.Optimizer, Held>((optimizer, holders) => {
  const applyGradients = optimizer.applyGradients.bind(optimizer);
  const computeGradients = optimizer.computeGradients.bind(optimizer);
  return {
    applyGradients: {
      value(gradients: Gradients): unknown {
        const weights = weightsOfStep(gradients, holders);
        throwProblems(weights.map(trainingFault).filter((fault) => fault !== null));
        const constrain = (): void => {
          for (const weight of weights) constrainVariable(weight);
        };
        // tfjs's own optimizers are done when they return; one that somebody wrote may take its time.
        const step: unknown = applyGradients(gradients);
        return step instanceof Promise ? step.then(constrain) : constrain();
      },
      writable: true,
    },
    computeGradients: {
      value(...args: Parameters<tf.Optimizer["computeGradients"]>): unknown {
        try {
          return computeGradients(...args);
        } catch (error) {
          throw asMissingGradient(error);
        }
      },
      writable: true,
    },
  };
});

/**
 * Has constraints applied at each step of an optimizer: after the step, once, to those of the weights that have a
 * gradient in it. Where several hold the same weight, the newest one's constraint is applied. A constraint that cannot
 * be applied to such a weight makes the step throw before it changes anything (see `trainingFault`).
 *
 * The function returned ends it. With the last one, the optimizer is exactly as it was before.
 */
export function holdWeights(optimizer: tf.Optimizer, weights: readonly ConstrainedVariable[]): () => void {
  return hookOptimizer(optimizer, new Map(weights.map((weight) => [weight.variable.name, weight])));
}

/** A name without a gradient is one that tfjs lists for a weight that is frozen or not connected to the loss. */
function weightsOfStep(gradients: Gradients, holders: ReadonlySet<Held>): ConstrainedVariable[] {
  const names = Array.isArray(gradients)
    ? gradients.flatMap(({ name, tensor }) => (isGiven(tensor) ? [name] : []))
    : Object.keys(gradients).filter((name) => isGiven(gradients[name]));
  const newestFirst = [...holders].reverse();
  return [...new Set(names)].flatMap((name) => {
    const weight = newestFirst.find((held) => held.has(name))?.get(name);
    return weight === undefined || weight.variable.isDisposed ? [] : [weight];
  });
}

/** tfjs's types say that every gradient is there; its `minimize` gives undefined and null too. */
function isGiven(tensor: tf.Tensor | null | undefined): boolean {
  return tensor !== null && tensor !== undefined;
}

/** tfjs-backend-wasm 4.22 has no gradient of convolutions by their filters, and no few others. */
function asMissingGradient(error: unknown): unknown {
  const message = error instanceof Error ? error.message : "";
  const [, kernel, backend] = /Kernel '(\w+)' not registered for backend '(\w+)'/u.exec(message) ?? [];
  if (kernel === undefined || backend === undefined) return error;
  const found = `tfjs's ${backend} backend cannot train this model: it has no ${kernel}`;
  const wanted = 'wanted a backend that has: train after await tf.setBackend("cpu"), and go back to predict';
  return new KerasProofError("unsupported-training", `backend ${backend}`, `${found}; ${wanted}`, { cause: error });
}
