import "@tensorflow/tfjs-backend-cpu";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { explainConstraint } from "../constraints/explain.js";
import { type NpzArchive, openNpz } from "../formats/npz.js";
import { buildModel, tensorOf } from "../import/build.js";
import { readModelSpec } from "../import/load-spec.js";
import { layerRegistry } from "../import/registry.js";
import { constraintBindings, type ModelSpec, type TrainingConfig } from "../import/spec.js";
import { compileModel } from "./compile.js";
import { runTrajectory } from "./trajectory.js";

const cases = join(dirname(fileURLToPath(import.meta.url)), "../../fixtures/cases");
const trained = readdirSync(cases).filter((name) => name.startsWith("train-"));
const wasm = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"));
setWasmPaths(`${wasm}/`);

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

describe.each(["cpu", "wasm"])("five steps of SGD on %s", (backend) => {
  it.each(trained)("give the weights of Keras, constraints held: %s", async (name) => {
    await tf.setBackend(backend);
    const { spec, reference } = await openCase(name);
    const built = buildModel(spec, layerRegistry());
    compileModel(built, spec);
    const [x, y] = [tensorOf(await reference.read("train/x/0")), tensorOf(await reference.read("train/y/0"))];
    let compared = 0;
    for await (const { step, weights } of runTrajectory(built, [x], [y], 5)) {
      for (const [path, values] of weights) {
        const expected = (await reference.read(`train/${step}/weights/${path}`)).data as Float32Array;
        const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const error = values.reduce(
          (most, value, at) => Math.max(most, Math.abs(value - (expected[at] ?? Number.NaN))),
          0,
        );
        expect(error / largest, `${path} after step ${step}`).toBeLessThan(1e-6);
        compared += 1;
      }
      for (const binding of constraintBindings(spec)) {
        const slot = built.layers.get(binding.layer)?.spec.weights.findIndex((one) => one.name === binding.weight);
        const { norms, negatives } = explainConstraint({
          ...{ layerName: binding.layer, layerClass: binding.layerClass, weightName: binding.weight },
          ...{ shape: binding.shape, constraint: binding.constraint, generation: binding.generation },
          values: weights.get(`${binding.layer}/${slot}`) as Float32Array,
        });
        // With a rate below 1, MinMaxNorm moves norms towards its limits and need not reach them.
        const { constraint } = binding;
        const reaches = constraint.kind !== "minMaxNorm" || constraint.rate === 1;
        const outside = (reaches ? (norms?.above?.count ?? 0) : 0) + (negatives?.count ?? 0);
        expect(outside, `${binding.layer} ${binding.weight} after step ${step}`).toBe(0);
      }
    }
    expect(compared).toBeGreaterThanOrEqual(5 * constraintBindings(spec).length);
  });
});
