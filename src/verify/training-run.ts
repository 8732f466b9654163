import * as tf from "@tensorflow/tfjs-core";
import { buildModel, tensorOf } from "../import/build.js";
import type { LayerRegistry } from "../import/registry.js";
import type { ModelSpec } from "../import/spec.js";
import { compileModel } from "../train/compile.js";
import { runTrajectory } from "../train/trajectory.js";
import type { TrainedStep, TrainingRequest } from "./double-run-messages.js";

/**
 * Trains a fresh model of the spec on one batch, on the backend that tfjs has set, and gives the state after each step.
 * Throws `unsupported-training` as `compileModel` does.
 */
export async function runTraining(
  spec: ModelSpec,
  registry: LayerRegistry,
  { inputs, targets, steps, training, backend, epsilon }: TrainingRequest,
): Promise<TrainedStep[]> {
  const trained: ModelSpec = { ...spec, training: spec.training ?? training, backend: spec.backend ?? backend };
  const built = buildModel(trained, registry);
  const tensors = [inputs, targets].map((list) => list.map(tensorOf));
  const results: TrainedStep[] = [];
  try {
    compileModel(built, trained, { epsilon });
    for await (const { loss, weights } of runTrajectory(built, tensors[0] ?? [], tensors[1] ?? [], steps)) {
      results.push({ loss, weights });
    }
  } finally {
    tf.dispose(tensors);
    (built.model.optimizer as tf.Optimizer | undefined)?.dispose();
    built.model.dispose();
  }
  return results;
}
