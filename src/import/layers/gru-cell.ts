import { applyActivation } from "../activation-spec.js";
import { only, type Tensor } from "../rule.js";
import type { RecurrentCell } from "./recurrent-cell.js";
import type { GatedOptions } from "./recurrent-options.js";

/** A GRU. */
export interface GruOptions extends GatedOptions {
  /** Whether the reset gate acts after the product with the recurrent kernel, which then has a bias of its own. */
  readonly resetAfter: boolean;
}

/** Gates in the order update, reset, candidate: keras/src/layers/rnn/gru.py of Keras 3, both forms. */
export const gruCell: RecurrentCell<GruOptions> = {
  gates: 3,
  states: 1,
  twoBiases: (options) => options.resetAfter,
  step(tf, options, input, states, { recurrentKernel, recurrentBias }) {
    const { units } = options;
    const hidden = only(states);
    const [xUpdate, xReset, xCandidate] = tf.split(input, 3, 1) as [Tensor, Tensor, Tensor];
    const gate = (x: Tensor, y: Tensor): Tensor => applyActivation(tf, options.recurrentActivation, tf.add(x, y));
    let update: Tensor;
    let candidate: Tensor;
    if (options.resetAfter) {
      const product = tf.matMul(hidden, recurrentKernel);
      const inner = recurrentBias === null ? product : tf.add(product, recurrentBias);
      const [hUpdate, hReset, hCandidate] = tf.split(inner, 3, 1) as [Tensor, Tensor, Tensor];
      update = gate(xUpdate, hUpdate);
      candidate = tf.add(xCandidate, tf.mul(gate(xReset, hReset), hCandidate));
    } else {
      const [gateKernel, candidateKernel] = tf.split(recurrentKernel, [2 * units, units], 1) as [Tensor, Tensor];
      const [hUpdate, hReset] = tf.split(tf.matMul(hidden, gateKernel), 2, 1) as [Tensor, Tensor];
      update = gate(xUpdate, hUpdate);
      candidate = tf.add(xCandidate, tf.matMul(tf.mul(gate(xReset, hReset), hidden), candidateKernel));
    }
    const next = applyActivation(tf, options.activation, candidate);
    return [tf.add(tf.mul(update, hidden), tf.mul(tf.sub(tf.scalar(1), update), next))];
  },
};
