import type * as tf from "@tensorflow/tfjs-core";
import type { BuiltModel } from "../import/build.js";

/** The state after one optimizer step. */
export interface TrainingStep {
  /** From 1. */
  readonly step: number;
  /** The loss that the step started from. */
  readonly loss: number;
  /** By `layer path/slot`, the weights in the order of the layer's slots; copies, float64 in the double run. */
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/**
 * Trains a compiled model on one batch for some steps, and gives the weights after each: what Keras's
 * `train_on_batch` does, and what a reference's `train/<step>` entries hold.
 */
export async function* runTrajectory(
  built: BuiltModel,
  inputs: readonly tf.Tensor[],
  targets: readonly tf.Tensor[],
  steps: number,
): AsyncGenerator<TrainingStep> {
  const [x, y] = [inputs, targets].map((list) => (list.length === 1 ? (list[0] as tf.Tensor) : [...list]));
  for (let step = 1; step <= steps; step++) {
    const result = await built.model.trainOnBatch(x as tf.Tensor, y as tf.Tensor);
    const loss = Number(Array.isArray(result) ? result[0] : result);
    yield { step, loss, weights: readWeights(built) };
  }
}

/** A copy of every weight, by `layer path/slot`; float64 in the double run. */
export function readWeights(built: BuiltModel): ReadonlyMap<string, Float32Array> {
  const weights = new Map<string, Float32Array>();
  for (const [path, layer] of built.layers) {
    for (const [slot, variable] of layer.variables.entries()) {
      weights.set(`${path}/${slot}`, new Float32Array(variable.dataSync()));
    }
  }
  return weights;
}
