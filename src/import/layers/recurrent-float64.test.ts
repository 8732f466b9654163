import { expect, it } from "vitest";
import { relativeDifference } from "../../../fixtures/activation-references.js";
import { loadFloat64Tfjs } from "../../../fixtures/float64-tfjs.js";
import { readRecurrentReferences, recurrentFixtures, runChain } from "../../../fixtures/recurrent-references.js";

const references = await Promise.all(
  recurrentFixtures.map(async (name) => ({ name, cases: await readRecurrentReferences(name) })),
);
const tf = await loadFloat64Tfjs();

it.each(references)("computes recurrent layers, masks and wrappers in float64 as $name does", ({ cases }) => {
  const wrong = new Map<string, number>();
  for (const reference of cases) {
    const outputs = runChain(tf, reference);
    expect(outputs.map(({ shape }) => shape)).toEqual(reference.float64.map(({ shape }) => shape));
    for (const [k, output] of outputs.entries()) {
      const error = relativeDifference(output.data, reference.float64[k]?.data ?? []);
      if (!(error < 2 ** -30)) wrong.set(`${reference.name} ${k}`, error);
    }
  }
  expect(wrong).toEqual(new Map());
  expect(cases.length).toBeGreaterThan(70);
});
