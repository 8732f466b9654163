import { applyActivation } from "../activation-spec.js";
import type { Tensor } from "../rule.js";
import type { RecurrentCell } from "./recurrent-cell.js";
import type { GatedOptions } from "./recurrent-options.js";

/**
 * States h and c; gates in the order input, forget, cell, output: keras/src/layers/rnn/lstm.py of Keras 3, the same
 * since Keras 1, whose twelve arrays are joined in this order.
 */
export const lstmCell: RecurrentCell<GatedOptions> = {
  gates: 4,
  states: 2,
  twoBiases: () => false,
  step(tf, options, input, states, { recurrentKernel }) {
    const [hidden, carry] = states as readonly [Tensor, Tensor];
    const sum = tf.add(input, tf.matMul(hidden, recurrentKernel));
    const [i, f, c, o] = tf.split(sum, 4, 1) as [Tensor, Tensor, Tensor, Tensor];
    const gate = (x: Tensor): Tensor => applyActivation(tf, options.recurrentActivation, x);
    const candidate = applyActivation(tf, options.activation, c);
    const next = tf.add(tf.mul(gate(f), carry), tf.mul(gate(i), candidate));
    return [tf.mul(gate(o), applyActivation(tf, options.activation, next)), next];
  },
};
