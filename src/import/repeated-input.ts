import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { attachMask, maskOf } from "./masks.js";
import type { Tensor } from "./rule.js";

/**
 * Hands a tensor on, mask and all, under a name of its own. It stands before a call that takes one tensor several times,
 * such as `Add()([x, x])`: the executor of tfjs-layers 4.22 counts such a call as one use of the tensor and takes off
 * several, and so frees it before its other uses.
 */
export class RepeatedInput extends tfl.layers.Layer {
  static className = "RepeatedInput";

  override call(inputs: Tensor | Tensor[]): Tensor {
    const input = Array.isArray(inputs) ? (inputs[0] as Tensor) : inputs;
    const copy = tf.clone(input);
    attachMask(copy, maskOf(input));
    return copy;
  }
}

/** The inputs of one call, each a symbol of its own. */
export function distinctInputs(inputs: readonly tfl.SymbolicTensor[]): tfl.SymbolicTensor[] {
  return inputs.map((input, index) =>
    inputs.indexOf(input) === index ? input : (new RepeatedInput({}).apply(input) as tfl.SymbolicTensor),
  );
}
