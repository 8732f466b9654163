import * as tf from "@tensorflow/tfjs-core";
import { KerasProofError } from "../errors.js";
import type { ConstrainedVariable } from "./constrained-variable.js";
import { beginStep, endStep, type HeldWeights, listHeld, marked } from "./held-weights.js";
import { memberHooks } from "./member-hooks.js";
import { KerasSgd } from "./sgd.js";

type Gradients = Parameters<tf.Optimizer["applyGradients"]>[0];

/** How often weights were held or released, so that each optimizer knows when its list of them is old. */
let changes = 0;

const hookOptimizer = memberHooks<tf.Optimizer, readonly ConstrainedVariable[]>((optimizer, holders) => {
  const fresh = givesFreshMemory(optimizer);
  const applyGradients = optimizer.applyGradients.bind(optimizer);
  const computeGradients = optimizer.computeGradients.bind(optimizer);
  let held: HeldWeights = listHeld([]);
  let seen = -1;
  return {
    applyGradients: {
      value(gradients: Gradients): unknown {
        if (seen !== changes) {
          held = listHeld([...holders].flat());
          seen = changes;
        }
        beginStep(held, gradients);
        // tfjs's own optimizers are done when they return; one that somebody wrote may take its time.
        const step: unknown = applyGradients(gradients);
        if (step instanceof Promise) return endLater(step, marked(held));
        endStep(held, fresh);
        return undefined;
      },
      writable: true,
    },
    computeGradients: {
      value(loss: () => tf.Scalar, variables?: tf.Variable[]): unknown {
        try {
          return computeGradients(loss, variables);
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
  const release = hookOptimizer(optimizer, [...weights]);
  changes++;
  return () => {
    release();
    changes++;
  };
}

async function endLater(step: Promise<unknown>, held: HeldWeights): Promise<void> {
  await step;
  endStep(held, false);
}

const knownClasses: ReadonlySet<unknown> = new Set([
  tf.SGDOptimizer,
  tf.MomentumOptimizer,
  tf.AdagradOptimizer,
  tf.AdadeltaOptimizer,
  tf.AdamOptimizer,
  tf.AdamaxOptimizer,
  tf.RMSPropOptimizer,
  KerasSgd,
]);

/** True for those of tfjs and of this package, whose steps assign what they have just computed. */
function givesFreshMemory(optimizer: tf.Optimizer): boolean {
  return knownClasses.has(optimizer.constructor) && !Object.hasOwn(optimizer, "applyGradients");
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
