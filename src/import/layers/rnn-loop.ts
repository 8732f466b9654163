import type { Ops, Tensor } from "../rule.js";

/** A run over time. */
export interface LoopRequest {
  /** The input of each step, [batch, …], in the order of the sequence. */
  readonly inputs: readonly Tensor[];
  /** `bool` [batch, steps], true where a step counts, or `null`. */
  readonly mask: Tensor | null;
  /** The states before the first step, each [batch, units]. */
  readonly states: readonly Tensor[];
  readonly goBackwards: boolean;
  readonly zeroOutputForMask: boolean;
  /** The states after a step; the first is its output. */
  readonly step: (input: Tensor, states: readonly Tensor[]) => Tensor[];
}

/** What a run gives. */
export interface LoopResult {
  /** The output of each step, in the order in which they were taken. */
  readonly outputs: readonly Tensor[];
  readonly states: readonly Tensor[];
}

/**
 * `rnn` of keras/src/backend/tensorflow/rnn.py (Keras 3.15.1): a masked step leaves the states as they were and gives
 * out zeros or the output before it, which is zeros before the first step that counts. All generations and backends do
 * the same, but for one: where the states at the start are given, the TensorFlow loop of Keras 1 and 2 before 2.3 gives
 * out the state itself before the first step that counts (tensorflow_backend.py of 1.2.2 and 2.2.4).
 */
export function runLoop(tf: Ops, request: LoopRequest): LoopResult {
  const inputs = inOrder(request.inputs, request.goBackwards);
  const masks =
    request.mask === null ? null : inOrder(tf.unstack(tf.expandDims(request.mask, 2), 1), request.goBackwards);
  let states = request.states;
  let output: Tensor | null = null;
  const outputs = inputs.map((input, at) => {
    const mask = masks?.[at];
    [output, ...states] = tf.tidy(() => {
      const next = request.step(input, states);
      const out = next[0] as Tensor;
      if (mask === undefined) return [out, ...next];
      const zeros = request.zeroOutputForMask || output === null;
      const before = zeros ? tf.zerosLike(out) : (output as Tensor);
      const kept = next.map((state, index) => tf.where(mask, state, states[index] as Tensor));
      return [tf.where(mask, out, before), ...kept];
    }) as [Tensor, ...Tensor[]];
    return output;
  });
  return { outputs, states };
}

function inOrder<T>(values: readonly T[], backwards: boolean): readonly T[] {
  return backwards ? values.toReversed() : values;
}
