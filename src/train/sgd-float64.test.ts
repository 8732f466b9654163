import { expect, it } from "vitest";
import { loadFloat64Tfjs } from "../../fixtures/float64-tfjs.js";
import { readSgdReferences } from "../../fixtures/sgd-references.js";
import { readSgd } from "./sgd-spec.js";

const references = await readSgdReferences();
const tf = await loadFloat64Tfjs();
const { KerasSgd } = await import("./sgd.js");

it.each(references)("gives Keras's weights from the same gradients in float64: $name", (reference) => {
  const { config, writer, gradients, float64 } = reference;
  const weight = tf.variable(tf.tensor1d(Array.from(float64[0] ?? [])));
  const optimizer = new KerasSgd(readSgd(config, "sgd", writer));
  for (const [step, gradient] of gradients.entries()) {
    const change = { [weight.name]: tf.tensor1d(Array.from(gradient)) };
    optimizer.applyGradients(change);
    expect([...weight.dataSync()], `after step ${step + 1}`).toEqual(Array.from(float64[step + 1] ?? []));
  }
  expect(float64).toHaveLength(11);
});
