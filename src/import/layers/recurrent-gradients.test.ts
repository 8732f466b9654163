import { expect, it } from "vitest";
import { relativeDifference } from "../../../fixtures/activation-references.js";
import { loadFloat64Tfjs } from "../../../fixtures/float64-tfjs.js";
import { gradientsOf, readRecurrentReferences } from "../../../fixtures/recurrent-references.js";

const cases = await readRecurrentReferences("keras3");
const tf = await loadFloat64Tfjs();
// It registers the gradients of tfjs-core.
await import("@tensorflow/tfjs-layers");

it("differentiates recurrent layers, embeddings and wrappers as Keras 3 does", () => {
  const wrong = new Map<string, number>();
  const known = cases.filter(({ gradients }) => gradients.length > 0);
  for (const reference of known) {
    for (const [index, gradient] of gradientsOf(tf, reference).entries()) {
      const error = relativeDifference(gradient.data, reference.gradients[index]?.data ?? []);
      if (!(error < 2 ** -30)) wrong.set(`${reference.name} ${index}`, error);
    }
  }
  expect(wrong).toEqual(new Map());
  expect(known.length).toBeGreaterThan(100);
});
