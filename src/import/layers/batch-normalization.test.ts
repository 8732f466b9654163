import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { relativeDifference } from "../../../fixtures/activation-references.js";
import { loadTfjs } from "../../../fixtures/float64-tfjs.js";
import { callLayer, readLayer } from "../../../fixtures/rule-run.js";
import type { Generation } from "../../constraints/spec.js";
import { openNpz } from "../../formats/npz.js";
import type { Tensor } from "../rule.js";

interface Index {
  readonly keras: string;
  readonly generation: Generation;
  readonly backend: string;
  readonly momentum: number;
  readonly epsilon: number;
  readonly cases: readonly { id: string; axis: number; frozen: boolean }[];
}

const tf = await loadTfjs();

describe.each(["keras1", "keras20", "keras2", "tfkeras", "keras3", "keras1-theano", "keras2-theano"])(
  "BatchNormalization of %s in training",
  async (name) => {
    const stem = fileURLToPath(new URL(`../../../fixtures/normalization/${name}`, import.meta.url));
    const index = JSON.parse(await readFile(`${stem}.json`, "utf8")) as Index;
    const arrays = await openNpz(await readFile(`${stem}.npz`));
    const read = async (entry: string): Promise<Tensor> => {
      const { data, shape } = await arrays.read(entry);
      return tf.tensor(data as Float32Array, [...shape]);
    };

    it.each(index.cases)("moves the statistics of $id as Keras does", async ({ id, axis, frozen }) => {
      const { momentum, epsilon, generation, keras, backend } = index;
      const writer = { kerasVersion: keras, backend };
      const { options, problems } = readLayer("BatchNormalization", { axis, momentum, epsilon }, generation, writer);
      expect(problems).toEqual([]);
      const weights = await Promise.all([0, 1, 2, 3].map((slot) => read(`${id}/before/${slot}`)));
      const after = new Map<number, Tensor>();
      const y = callLayer(tf, "BatchNormalization", {
        options,
        inputs: [await read(`${id}/x`)],
        weights,
        training: true,
        trainable: !frozen,
        update: (slot, value) => after.set(slot, value),
      });
      const difference = async (found: Tensor, entry: string): Promise<number> =>
        relativeDifference(found.dataSync(), (await read(`${id}/${entry}`)).dataSync());
      expect(await difference(after.get(2) ?? (weights[2] as Tensor), "mean")).toBeLessThan(1e-6);
      expect(await difference(after.get(3) ?? (weights[3] as Tensor), "variance")).toBeLessThan(1e-6);
      const loss = tf.mean(tf.square(tf.sub(y, await read(`${id}/y`))));
      expect(await difference(loss, "loss")).toBeLessThan(1e-5);
    });
  },
);
