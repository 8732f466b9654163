import "@tensorflow/tfjs-backend-cpu";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { explainConstraint } from "../constraints/explain.js";
import { type NpzArchive, openNpz } from "../formats/npz.js";
import { buildModel, tensorOf } from "../import/build.js";
import { readModelSpec } from "../import/load-spec.js";
import { layerRegistry } from "../import/registry.js";
import { type ConstraintBinding, constraintBindings, type ModelSpec, type TrainingConfig } from "../import/spec.js";
import { compileModel } from "./compile.js";
import { runTrajectory } from "./trajectory.js";

const cases = join(dirname(fileURLToPath(import.meta.url)), "../../fixtures/cases");
const trained = readdirSync(cases).filter((name) => name.startsWith("train-"));
const theano = new Set(["train-keras1", "train-keras2-meta", "train-decay-keras2"]);

async function openCase(name: string): Promise<{ spec: ModelSpec; reference: NpzArchive }> {
  const folder = join(cases, name);
  const file = readdirSync(folder).find((one) => /\.(h5|keras)$/.test(one)) as string;
  const reference = await openNpz(readFileSync(join(folder, "model.ref.npz")));
  const { backend, train } = JSON.parse(await reference.readText("meta.json")) as {
    backend: string;
    train?: { optimizer: { class_name: string; config: Record<string, unknown> }; loss: unknown };
  };
  const kernels = backend === "theano" ? "theano" : "tensorflow";
  const spec = await readModelSpec(readFileSync(join(folder, file)), { name: file, kernels });
  const given: TrainingConfig | null =
    train === undefined
      ? null
      : {
          optimizer: { className: train.optimizer.class_name, config: train.optimizer.config },
          loss: train.loss,
          path: "meta.json",
        };
  return { spec: { ...spec, training: spec.training ?? given }, reference };
}

function largestDifference(values: ArrayLike<number>, expected: Float32Array): number {
  return expected.reduce((most, value, at) => Math.max(most, Math.abs(value - (values[at] ?? Number.NaN))), 0);
}

/** A millionth of the largest entry. */
function limitOf(expected: Float32Array): number {
  return 1e-6 * expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** How many groups of a weight are above the limit of its constraint, and how many numbers below zero are left. */
function outside(
  { layer, layerClass, weight, shape, constraint, generation }: ConstraintBinding,
  values: Float32Array,
) {
  const input = { layerName: layer, layerClass, weightName: weight, shape, constraint, generation, values };
  const { norms, negatives } = explainConstraint(input);
  // With a rate below 1, MinMaxNorm moves norms towards its limits and need not reach them.
  const reaches = constraint.kind !== "minMaxNorm" || constraint.rate === 1;
  return (reaches ? (norms?.above?.count ?? 0) : 0) + (negatives?.count ?? 0);
}

describe("five steps of SGD", () => {
  beforeAll(() => tf.setBackend("cpu"));

  it.each(trained)("hold every constraint after each step: %s", async (name) => {
    const { spec, reference } = await openCase(name);
    const built = buildModel(spec, layerRegistry());
    compileModel(built, spec);
    const bindings = constraintBindings(spec);
    expect(bindings.length).toBeGreaterThan(2);
    const [x, y] = [tensorOf(await reference.read("train/x/0")), tensorOf(await reference.read("train/y/0"))];
    for await (const { step, weights } of runTrajectory(built, [x], [y], 5)) {
      for (const binding of bindings) {
        const slot = built.layers.get(binding.layer)?.spec.weights.findIndex((one) => one.name === binding.weight);
        const values = weights.get(`${binding.layer}/${slot}`) as Float32Array;
        expect(outside(binding, values), `${binding.layer} ${binding.weight} after step ${step}`).toBe(0);
      }
    }
  });

  // Theano keeps kernels turned around: those references are compared by `verify`, which knows their layout.
  it.each(trained.filter((name) => !theano.has(name)))("give Keras's weights by fit: %s", async (name) => {
    const { spec, reference } = await openCase(name);
    const built = buildModel(spec, layerRegistry());
    compileModel(built, spec);
    const [x, y] = [tensorOf(await reference.read("train/x/0")), tensorOf(await reference.read("train/y/0"))];
    await built.model.fit(x, y, { epochs: 5, batchSize: x.shape[0], shuffle: false, verbose: 0 });
    let compared = 0;
    for (const [path, layer] of built.layers) {
      for (const [slot, variable] of layer.variables.entries()) {
        const expected = (await reference.read(`train/5/weights/${path}/${slot}`)).data as Float32Array;
        const difference = largestDifference(variable.dataSync(), expected);
        expect(difference, `${path}/${slot}`).toBeLessThanOrEqual(limitOf(expected));
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(3);
  });
});
