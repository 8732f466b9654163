import { expect, it } from "vitest";
import {
  activationFixtures,
  readActivationReferences,
  relativeDifference,
} from "../../../fixtures/activation-references.js";
import { loadTfjs } from "../../../fixtures/float64-tfjs.js";
import { applyActivation } from "../activation-spec.js";

const references = await Promise.all(
  activationFixtures.map(async (name) => ({ name, cases: await readActivationReferences(name) })),
);
const tf = await loadTfjs();

it.each(references)(
  "computes each activation of $name on the cpu within 4 float32 units of the largest",
  ({ cases }) => {
    const wrong = new Map<string, number>();
    for (const { id, spec, input, float64 } of cases) {
      const x = tf.tensor(input.data as Float32Array, [...input.shape]);
      const wanted = Float32Array.from(float64.data as Float64Array);
      const error = relativeDifference(applyActivation(tf, spec, x).dataSync(), wanted);
      if (!(error < 4 * 2 ** -24)) wrong.set(id, error);
    }
    expect(wrong).toEqual(new Map());
    expect(cases.length).toBeGreaterThan(12);
  },
);
