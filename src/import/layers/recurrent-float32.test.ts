import { expect, it } from "vitest";
import { relativeDifference } from "../../../fixtures/activation-references.js";
import { loadTfjs } from "../../../fixtures/float64-tfjs.js";
import { readRecurrentReferences, recurrentFixtures, runChain } from "../../../fixtures/recurrent-references.js";

const references = await Promise.all(
  recurrentFixtures.map(async (name) => ({ name, cases: await readRecurrentReferences(name) })),
);
const tf = await loadTfjs();

it.each(references)(
  "computes recurrent layers, masks and wrappers on the cpu as $name does, within 16 float32 units",
  ({ cases }) => {
    const wrong = new Map<string, number>();
    for (const reference of cases) {
      const outputs = runChain(tf, reference);
      expect(outputs.map(({ shape }) => shape)).toEqual(reference.float32.map(({ shape }) => shape));
      for (const [k, output] of outputs.entries()) {
        const error = relativeDifference(output.data, reference.float32[k]?.data ?? []);
        if (!(error < 16 * 2 ** -24)) wrong.set(`${reference.name} ${k}`, error);
      }
    }
    expect(wrong).toEqual(new Map());
    expect(cases.length).toBeGreaterThan(70);
  },
);
