import { expect, it } from "vitest";
import {
  activationFixtures,
  readErfcReference,
  readActivationReferences,
  relativeDifference,
} from "../../../fixtures/activation-references.js";
import { loadFloat64Tfjs } from "../../../fixtures/float64-tfjs.js";
import { applyActivation } from "../activation-spec.js";
import type { Tensor } from "../rule.js";
import { erfc } from "./erf.js";

const references = await Promise.all(
  activationFixtures.map(async (name) => ({ name, cases: await readActivationReferences(name) })),
);
const erfcReference = await readErfcReference();
const tf = await loadFloat64Tfjs();

it.each(references)("computes each activation of $name in float64 as Keras does", ({ cases }) => {
  const wrong = new Map<string, number>();
  for (const { id, spec, input, float64 } of cases) {
    const x = tf.tensor(Float64Array.from(input.data as Float32Array), [...input.shape], "float32");
    const error = relativeDifference(applyActivation(tf, spec, x).dataSync(), float64.data as Float64Array);
    if (!(error < 2 ** -30)) wrong.set(id, error);
  }
  expect(wrong).toEqual(new Map());
  expect(cases.length).toBeGreaterThan(12);
});

it("computes erfc in float64 to 16 units in the last place of each value", () => {
  const { x, y } = erfcReference;
  const found = erfc(tf, tf.tensor(x, [x.length], "float32")).dataSync();
  const errors = [...y].map((wanted, index) => {
    const got = found[index] as number;
    return got === wanted ? 0 : Math.abs(got - wanted) / wanted;
  });
  expect(Math.max(...errors)).toBeLessThan(16 * 2 ** -52);
});

it.each(references)("differentiates each activation of $name as its difference quotients say", ({ cases }) => {
  const wrong = new Map<string, number>();
  const values = Float64Array.from({ length: 24 }, (_, index) => Math.sin(index * 7.3 + 1) * 3.17);
  const x = tf.tensor(values, [4, 6], "float32");
  const weights = tf.tensor(Float64Array.from(values, Math.cos), [4, 6], "float32");
  for (const { id, spec } of cases) {
    const total = (at: Tensor): Tensor => {
      const y = applyActivation(tf, spec, at);
      return tf.sum(tf.mul(y, y.shape[1] === 6 ? weights : tf.slice(weights, [0, 0], y.shape as [number, number])));
    };
    const gradient = tf.grad(total)(x).dataSync();
    const quotients = values.map((_, index) => {
      const moved = (by: number): number => {
        const copy = values.slice();
        copy[index] = (copy[index] as number) + by;
        return total(tf.tensor(copy, [4, 6], "float32")).dataSync()[0] as number;
      };
      return (moved(1e-6) - moved(-1e-6)) / 2e-6;
    });
    const error = relativeDifference(gradient, quotients);
    if (!(error < 1e-7)) wrong.set(id, error);
  }
  expect(wrong).toEqual(new Map());
});
