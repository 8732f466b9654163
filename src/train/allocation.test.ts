import { Session } from "node:inspector/promises";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { expect, it } from "vitest";
import { maxNorm } from "../constraints/max-norm.js";
import { minMaxNorm } from "../constraints/min-max-norm.js";
import { nonNeg } from "../constraints/non-neg.js";
import { radialConstraint } from "../constraints/radial-constraint.js";
import { unitNorm } from "../constraints/unit-norm.js";
import { enforceConstraints } from "./enforce.js";
import { KerasSgd } from "./sgd.js";

const constraints = [
  maxNorm({ maxValue: 0.7 }),
  maxNorm({ maxValue: null, axis: [0, 1, 2] }),
  unitNorm({ axis: 1 }),
  nonNeg(),
  minMaxNorm({ minValue: 0.5, maxValue: null, rate: 0.3, axis: [0, 1, 3] }),
  radialConstraint(),
] as const;

/** A model with a convolution for each of the constraints, named after its place. */
function convolutions(): tfl.LayersModel {
  const model = tfl.sequential();
  for (const name of constraints.keys()) {
    const options = { filters: 2, kernelSize: 3, padding: "same", name: String(name), useBias: false } as const;
    model.add(tfl.layers.conv2d(name === 0 ? { ...options, inputShape: [4, 4, 2] } : options));
  }
  return model;
}

/** The functions that were on the stack when memory was allocated. */
interface ProfileNode {
  readonly callFrame: { readonly functionName: string };
  readonly selfSize: number;
  readonly children: readonly ProfileNode[];
}

/** Bytes that `run` and what it calls allocate, but for what optimizers of tfjs and of this package do in their steps. */
async function allocatedBesideOptimizers(run: () => void): Promise<number> {
  const session = new Session();
  session.connect();
  const collected = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
  await session.post("HeapProfiler.startSampling", { samplingInterval: 128, ...collected });
  run();
  const { profile } = await session.post("HeapProfiler.stopSampling");
  session.disconnect();
  const found = find(profile.head, run.name);
  return found.length === 0 ? Number.NaN : sumOf(found);
}

function find(node: ProfileNode, name: string): ProfileNode[] {
  return node.callFrame.functionName === name ? [node] : node.children.flatMap((child) => find(child, name));
}

function sumOf(nodes: readonly ProfileNode[]): number {
  let sum = 0;
  for (const { callFrame, selfSize, children } of nodes) {
    if (!/^(\w+\.)?applyGradients$/u.test(callFrame.functionName)) sum += selfSize + sumOf(children);
  }
  return sum;
}

const momentum = { learningRate: 0.01, decay: 0, momentum: 0.9, nesterov: true, arithmetic: "optimizer" } as const;

it.each([
  ["cpu", "tfjs's sgd", () => tf.train.sgd(0.01)],
  ["cpu", "KerasSgd", () => new KerasSgd({ kind: "sgd", ...momentum })],
  ["wasm", "tfjs's sgd", () => tf.train.sgd(0.01)],
  ["wasm", "KerasSgd", () => new KerasSgd({ kind: "sgd", ...momentum })],
] as const)(
  "a step on %s by %s allocates nothing for its constraints, once warm",
  async (backend, _, optimizerOf) => {
    await tf.setBackend(backend);
    const model = convolutions();
    const optimizer = optimizerOf();
    const held = constraints.map((constraint, i) => ({ layer: String(i), weight: "kernel", constraint }));
    enforceConstraints(model, held, { optimizer, epsilon: 1e-5 });
    const list = model.trainableWeights.map((weight) => {
      const variable = weight.read() as tf.Variable;
      return { name: variable.name, tensor: tf.fill(variable.shape, 0.01) };
    });
    const byName = Object.fromEntries(list.map(({ name, tensor }) => [name, tensor]));
    const steps = 100;
    function train(): void {
      for (let step = 0; step < steps; step += 2) {
        optimizer.applyGradients(list);
        optimizer.applyGradients(byName);
      }
    }
    // Interpreted code makes objects of numbers: it takes some rounds until all of it is compiled.
    for (let round = 0; round < 10; round++) train();
    let bytes = Infinity;
    for (let round = 0; round < 30 && bytes >= 1; round++) bytes = (await allocatedBesideOptimizers(train)) / steps;
    expect(bytes).toBeLessThan(1);
    model.dispose();
  },
  60_000,
);
