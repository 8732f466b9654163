import type { Constraint } from "../../constraints/spec.js";
import { KerasProofError } from "../../errors.js";
import type { ConfigReader } from "../config-reader.js";
import { type CallRequest, type LayerRule, leading, type Shape, type Tensor, type WeightSlot } from "../rule.js";
import type { RecurrentCell } from "./recurrent-cell.js";
import type { RecurrentOptions } from "./recurrent-options.js";
import { runLoop } from "./rnn-loop.js";

/**
 * The rule of a recurrent layer made of a cell: keras/src/layers/rnn/rnn.py of Keras 3. Input (batch, steps, features),
 * and after it, where the model gives them, the states at the start, each (batch, units). The mask goes on where the
 * layer returns sequences, in every generation, and always in the order of the input's steps, even when they were
 * taken backwards. In a training step, dropout is refused.
 */
export function recurrentRule<Options extends RecurrentOptions>(
  className: string,
  read: (config: ConfigReader) => Options,
  cell: RecurrentCell<Options>,
): LayerRule<Options> {
  return {
    className,
    read,
    weights({ options, inputs }) {
      const { units } = options;
      const columns = cell.gates * units;
      const features = leading(inputs)[2];
      if (typeof features !== "number") {
        throw new KerasProofError("bad-graph", className, "found a sequence of open width, wanted a fixed one");
      }
      const kernels = [
        slot("kernel", [features, columns], options.kernelConstraint),
        slot("recurrent_kernel", [units, columns], options.recurrentConstraint),
      ];
      if (!options.useBias) return kernels;
      const biasShape = cell.twoBiases(options) ? [2, columns] : [columns];
      return [...kernels, slot("bias", biasShape, options.biasConstraint)];
    },
    outputShapes({ options, inputs }) {
      const [sequence, ...states] = inputs as [Shape, ...Shape[]];
      if (sequence.length !== 3) {
        const message = `found an input of rank ${sequence.length}, wanted (batch, steps, features)`;
        throw new KerasProofError("bad-graph", className, message);
      }
      if (states.length !== 0 && states.length !== cell.states) {
        const message = `found ${inputs.length} inputs, wanted the sequence and, if any, ${cell.states} states`;
        throw new KerasProofError("bad-graph", className, message);
      }
      const [batch, steps] = sequence as [number | null, number | null];
      const state = [batch, options.units];
      const output = options.returnSequences ? [batch, steps, options.units] : state;
      return options.returnState ? [output, ...Array.from({ length: cell.states }, () => state)] : [output];
    },
    call: (request) => callRecurrent(className, cell, request),
    masks({ options, masks }) {
      const output = options.returnSequences ? (masks[0] ?? null) : null;
      return options.returnState ? [output, ...Array.from({ length: cell.states }, () => null)] : [output];
    },
  };
}

function slot(name: string, shape: readonly number[], constraint: Constraint | null): WeightSlot {
  return { name, shape, trainable: true, constraint, store: "cell" };
}

function callRecurrent<Options extends RecurrentOptions>(
  className: string,
  cell: RecurrentCell<Options>,
  { tf, options, inputs, weights, masks, training }: CallRequest<Options>,
): Tensor[] {
  if (training && options.dropout) {
    throw new KerasProofError("unsupported-training", className, "found dropout, wanted a layer without it to train");
  }
  const [sequence, ...given] = inputs as [Tensor, ...Tensor[]];
  const [batch, steps, features] = sequence.shape as [number, number, number];
  const mask = given.length > 0 && options.statesUnmask ? null : (masks[0] ?? null);
  if (mask !== null && mask.rank !== 2) {
    const message = `found a mask of rank ${mask.rank}, wanted one of rank 2, (batch, steps)`;
    throw new KerasProofError("unsupported-mask", className, message);
  }
  if (mask !== null && given.length > 0 && !options.startKnown) {
    const message =
      "found states at the start with a mask in a file of Keras 2, whose versions differ in what comes out";
    throw new KerasProofError("unsupported-mask", className, message);
  }
  if (steps === 0) throw new KerasProofError("bad-graph", className, "found a sequence of no steps");
  const [kernel, recurrentKernel, bias] = weights as [Tensor, Tensor, Tensor | undefined];
  const [inputBias, recurrentBias] = biases();
  const product = tf.matMul(tf.reshape(sequence, [batch * steps, features]), kernel);
  const projected = inputBias === null ? product : tf.add(product, inputBias);
  // Keras sets the outputs of an unrolled loop to zero afterwards, by the mask as it was before it was turned round
  // (keras/src/backend/tensorflow/rnn.py of 3.15.1, keras/src/backend.py of 2.15).
  const { goBackwards, returnSequences, unroll, zeroOutputForMask } = options;
  const zeroedAfter = unroll && goBackwards && returnSequences && zeroOutputForMask;
  const { outputs, states } = runLoop(tf, {
    inputs: tf.unstack(tf.reshape(projected, [batch, steps, cell.gates * options.units]), 1),
    mask,
    states: given.length > 0 ? given : Array.from({ length: cell.states }, () => tf.zeros([batch, options.units])),
    goBackwards,
    zeroOutputForMask: options.zeroOutputForMask && !zeroedAfter,
    step: (input, before) => cell.step(tf, options, input, before, { recurrentKernel, recurrentBias }),
  });
  const all = returnSequences ? tf.stack([...outputs], 1) : (outputs.at(-1) as Tensor);
  const output = zeroedAfter && mask !== null ? tf.where(tf.expandDims(mask, 2), all, tf.zerosLike(all)) : all;
  // A layer whose output is also a state gives two tensors, each with a mask of its own.
  return options.returnState
    ? [output, ...states.map((state) => (state === output ? tf.clone(state) : state))]
    : [output];

  function biases(): [Tensor | null, Tensor | null] {
    if (bias === undefined) return [null, null];
    return cell.twoBiases(options) ? (tf.unstack(bias, 0) as [Tensor, Tensor]) : [bias, null];
  }
}
