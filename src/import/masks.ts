import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "./rule.js";

/**
 * Masks are attached to tensors, as Keras's `_keras_mask` is: they go wherever the tensor goes, into nested models and
 * shared layers too. (tfjs hands masks on by itself, but gives a layer the mask of an earlier one where its own input
 * has none, drops all but the first of several, and loses them at nested models: executor.js, container.js of 4.22.)
 */
const masks = new WeakMap<Tensor, Tensor>();

/** For each nested model that runs now, innermost last, the masks that outlive its scope. */
const kept: Tensor[][] = [];

/** The mask of a tensor, `bool` [batch, steps], or `null`. */
export function maskOf(tensor: Tensor): Tensor | null {
  return masks.get(tensor) ?? null;
}

/** Attaches a mask to a tensor; `null` attaches none. */
export function attachMask(tensor: Tensor, mask: Tensor | null): void {
  if (mask === null) return;
  const keeper = kept.at(-1);
  const attached = keeper === undefined ? mask : tf.keep(tf.clone(mask));
  keeper?.push(attached);
  masks.set(tensor, attached);
}

/** Runs a nested model, whose scope would free the masks of its outputs: they become the caller's, as the outputs do. */
export function withMasksOut<Outputs extends Tensor | Tensor[]>(run: () => Outputs): Outputs {
  const inner: Tensor[] = [];
  kept.push(inner);
  try {
    const outputs = run();
    kept.pop();
    for (const output of Array.isArray(outputs) ? outputs : [outputs]) {
      const mask = maskOf(output);
      if (mask !== null && inner.includes(mask)) attachMask(output, tf.clone(mask));
    }
    return outputs;
  } finally {
    if (kept.at(-1) === inner) kept.pop();
    tf.dispose(inner);
  }
}
