import type { Tensor } from "./rule.js";

/**
 * Masks are attached to tensors, as Keras's `_keras_mask` is: they go wherever the tensor goes, into nested models and
 * shared layers too. (tfjs hands masks on by itself, but gives a layer the mask of an earlier one where its own input
 * has none, drops all but the first of several, and loses them at nested models: executor.js, container.js of 4.22.)
 */
const masks = new WeakMap<Tensor, Tensor>();

/** The mask of a tensor, `bool` [batch, steps], or `null`. */
export function maskOf(tensor: Tensor): Tensor | null {
  return masks.get(tensor) ?? null;
}

/** Attaches a mask to a tensor; `null` attaches none. */
export function attachMask(tensor: Tensor, mask: Tensor | null): void {
  if (mask !== null) masks.set(tensor, mask);
}
