import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { brokenConstraint, differentWeight } from "../../fixtures/compare-weights.js";
import { readTrajectories, type Trajectory, trajectoryFixtures } from "../../fixtures/trajectory-references.js";
import { type BuiltModel, buildModel, tensorOf } from "../import/build.js";
import { layerRegistry } from "../import/registry.js";
import { compileModel } from "./compile.js";
import { readWeights, runTrajectory } from "./trajectory.js";

const trajectories = (await Promise.all(trajectoryFixtures.map((name) => readTrajectories(name)))).flat();
// tfjs's wasm backend has no gradients of convolutions.
const trainable = { cpu: trajectories, wasm: trajectories.filter(({ name }) => name.endsWith("words")) };

describe.each(["cpu", "wasm"] as const)("ten steps in float32 on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it.each(trainable[backend])("are Keras's by trainOnBatch: $name", async (trajectory) => {
    const { spec, steps, x, y, float32, float64 } = trajectory;
    let taken = 0;
    for await (const { step, weights } of runTrajectory(compiled(trajectory), [tensorOf(x)], [tensorOf(y)], steps)) {
      expect(differentWeight(spec, weights, float32[step - 1], 1e-6), `after step ${step}`).toBeNull();
      expect(differentWeight(spec, weights, float64[step - 1], 1e-6), `float64 after step ${step}`).toBeNull();
      expect(brokenConstraint(spec, weights), `after step ${step}`).toBeNull();
      taken = step;
    }
    expect(taken).toBe(10);
  });

  it.each(trainable[backend])("are Keras's by fit: $name", async (trajectory) => {
    const { spec, steps, x, y, float32 } = trajectory;
    const built = compiled(trajectory);
    const wrong: (string | null)[] = [];
    const onEpochEnd = (epoch: number): void => {
      wrong.push(differentWeight(spec, readWeights(built), float32[epoch], 1e-6));
    };
    const options = { epochs: steps, batchSize: y.shape[0] as number, shuffle: false, verbose: 0 as const };
    await built.model.fit(tensorOf(x), tensorOf(y), { ...options, yieldEvery: "never", callbacks: { onEpochEnd } });
    expect(wrong).toEqual(Array.from({ length: 10 }, () => null));
  });
});

describe("the trajectories of real Keras", () => {
  it("are of every constraint, kind of SGD, and layer, by Keras 2 and 3", () => {
    const names = new Set(trajectories.map(({ name }) => name));
    const kinds = ["plain", "momentum", "nesterov"];
    const constraints = ["max_norm", "non_neg", "unit_norm", "min_max_norm"];
    const wanted = kinds.flatMap((sgd) => [
      `tfkeras/radial_constraint/${sgd}/images`,
      ...constraints.flatMap((constraint) =>
        ["keras2", "keras3"].flatMap((keras) =>
          ["images", "words"].map((part) => `${keras}/${constraint}/${sgd}/${part}`),
        ),
      ),
    ]);
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });

  it("are those of the first seeds that show something, whatever their rounding", () => {
    const reasons = trajectories.flatMap(({ passedOver }) => passedOver);
    for (const reason of reasons) {
      expect(reason).toMatch(/^constraints act in few steps: |^\S+ is all zeros after step \d+$/);
    }
    expect(reasons.length).toBe(117);
    expect(Math.max(...trajectories.map(({ float32Apart }) => float32Apart))).toBe(8.64e-7);
  });

  it("have constrained kernels, recurrent kernels, embeddings, scales and biases", () => {
    const found = new Set(
      trajectories.flatMap(({ spec }) =>
        spec.graph.layers.flatMap(({ weights }) =>
          weights
            .filter(({ constraint }) => constraint !== null)
            .map(({ layerClass, name }) => `${layerClass} ${name}`),
        ),
      ),
    );
    expect([...found].sort()).toEqual([
      "BatchNormalization gamma",
      "Conv2D kernel",
      "Dense bias",
      "Dense kernel",
      "DepthwiseConv2D kernel",
      "Embedding embeddings",
      "LSTM bias",
      "LSTM kernel",
      "LSTM recurrent_kernel",
    ]);
  });

  it("are refused on wasm where they have convolutions", async () => {
    await tf.setBackend("wasm");
    const trajectory = trajectories.find(({ name }) => name.endsWith("images")) as Trajectory;
    const { x, y } = trajectory;
    const steps = runTrajectory(compiled(trajectory), [tensorOf(x)], [tensorOf(y)], 1);
    await expect(steps.next()).rejects.toMatchObject({ code: "unsupported-training" });
  });
});

function compiled({ spec }: Trajectory): BuiltModel {
  const built = buildModel(spec, layerRegistry());
  compileModel(built, spec);
  return built;
}
