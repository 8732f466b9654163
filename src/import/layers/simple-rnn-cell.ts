import { applyActivation } from "../activation-spec.js";
import type { RecurrentCell } from "./recurrent-cell.js";
import type { RecurrentOptions } from "./recurrent-options.js";
import { only } from "../rule.js";

/** `h = activation(x·W + b + h·U)`: keras/src/layers/rnn/simple_rnn.py of Keras 3, the same since Keras 1. */
export const simpleRnnCell: RecurrentCell<RecurrentOptions> = {
  gates: 1,
  states: 1,
  twoBiases: () => false,
  step(tf, options, input, states, { recurrentKernel }) {
    const product = tf.matMul(only(states), recurrentKernel);
    return [applyActivation(tf, options.activation, tf.add(input, product))];
  },
};
