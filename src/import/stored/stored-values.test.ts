import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ModelSurvey, surveyModel } from "../survey.js";
import { wrongCount } from "./store-arrays.js";

function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../../fixtures/explained/${name}`, import.meta.url));
}

/** A model and the weights of one with another option. */
async function survey(name: string, weights: string, written: string, other: string): Promise<ModelSurvey> {
  const model = new TextDecoder().decode(fixture(`${name}/model.json`));
  expect(model).toContain(written);
  return await surveyModel(new TextEncoder().encode(model.replace(written, other)), {
    weights: fixture(`${name}/${weights}`),
  });
}

describe("weights of other extents than the options of their layer tell", () => {
  it.each([
    ["a store of Keras 3", "layers-json-keras3", "model.weights.h5", '"units": 3', '"units": 5', "(4, 3)", "(4, 5)"],
    ["a legacy file", "renamed-tfkeras", "weights.h5", '"filters": 3', '"filters": 7', "(1, 2, 3)", "(1, 2, 7)"],
    [
      "a file of Keras 1",
      "json-keras1",
      "model.weights.h5",
      '"nb_feature": 2',
      '"nb_feature": 4',
      "(2, 4, 3)",
      "(4, 4, 3)",
    ],
  ])("are not taken for them: %s", async (_, name, weights, written, other, found, wanted) => {
    const { stored, notes } = await survey(name, weights, written, other);
    const told = notes.filter(({ code }) => code === "constraint-without-weight");
    expect(told[0]?.path).toMatch(/^model\$\.config\.layers\[\d+\]\.config.*_constraint$/);
    const message = `explained without its values: the file has an array of shape ${found} in its place, and the layer's options want ${wanted}`;
    expect(told.map((note) => note.message).join("\n")).toContain(message);
    const without = stored?.filter(({ values }) => values === null) ?? [];
    expect(without).toHaveLength(told.length);
    expect(without.map(({ shape }) => `(${shape?.join(", ")})`)).toContain(wanted);
    expect(stored!.length).toBeGreaterThan(without.length);
  });
});

it("counts the arrays of a layer that has fewer than it should", async () => {
  const bias = '"use_bias": false';
  for (const [name, weights] of [
    ["layers-json-keras3", "model.weights.h5"],
    ["renamed-tfkeras", "weights.h5"],
  ] as const) {
    const text = new TextDecoder().decode(fixture(`${name}/model.json`));
    const layer = text.indexOf('"class_name": "SeparableConv1D"');
    const model = `${text.slice(0, layer)}${text.slice(layer).replace('"use_bias": true', bias)}`;
    const { notes } = await surveyModel(new TextEncoder().encode(model), { weights: fixture(`${name}/${weights}`) });
    const told = notes.filter(({ code }) => code === "constraint-without-weight").map(({ message }) => message);
    expect(told.join("\n")).toMatch(/has \d+ arrays for the layer, which should have \d+/);
  }
  expect([wrongCount(1, 2), wrongCount(2, 1)].map((text) => text.split(" for")[0])).toEqual([
    "the file has 1 array",
    "the file has 2 arrays",
  ]);
});
