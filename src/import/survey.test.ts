import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { LayerRule } from "./rule.js";
import { surveyModel } from "./survey.js";

function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../fixtures/${name}`, import.meta.url));
}

test("a survey says what a model holds", async () => {
  const survey = await surveyModel(fixture("weights/legacy.h5"), { name: "m.h5" });
  expect(survey).toMatchObject({
    format: "HDF5",
    generation: "keras3",
    name: "small",
    hasWeights: true,
    parameters: 19,
    trainableParameters: 15,
    problems: [],
  });
  expect(survey.layers.map((layer) => `${layer.name} ${layer.className} ${layer.parameters}`)).toEqual([
    "start InputLayer 0",
    "first Dense 8",
    "middle BatchNormalization 8",
    "last Dense 3",
  ]);
  expect(survey.layers[1]).toMatchObject({ calls: 1, outputShapes: [[null, 2]] });
});

test("a survey tells no shape behind a nested model with a layer that is not supported", async () => {
  const { layers, problems } = await surveyModel(fixture("explained/nested-keras1/model.h5"));
  const shapes = new Map(layers.map(({ name, outputShapes }) => [name, outputShapes]));
  expect([shapes.get("inner/input_1"), shapes.get("inner"), shapes.get("flatten_1")]).toEqual([
    [[null, 7, 2]],
    null,
    null,
  ]);
  expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["unsupported-layer"]));
});

test("a survey lists all that is unsupported or unsafe, and throws nothing", async () => {
  const text = new TextDecoder().decode(fixture("weights/model.json"));
  const model = text.replace('"class_name": "Dense"', '"class_name": "Lambda"').replace("BatchNormalization", "Odd");
  const weights = fixture("weights/external-link.h5");
  const survey = await surveyModel(new TextEncoder().encode(model), { weights, weightsName: "w.h5" });
  expect(survey.problems.map((problem) => problem.code)).toEqual(["code-in-file", "unsupported-layer", "unsafe"]);
  expect(survey.layers.map((layer) => layer.className)).toEqual(["InputLayer", "Lambda", "Odd", "Dense"]);
});

test("a survey of weights alone says so", async () => {
  const survey = await surveyModel(fixture("weights/keras3.weights.h5"));
  expect(survey).toMatchObject({ format: "HDF5 weights", generation: null, layers: [], hasWeights: true });
  expect(survey.problems.map((problem) => problem.code)).toEqual(["missing-entry"]);
});

test("a survey of a Sequential without an input shape names its first layer, and complains once", async () => {
  const layers = ["a", "b"].map((name) => ({ class_name: "Dense", config: { name, units: 2 } }));
  const model = { class_name: "Sequential", config: { name: "m", layers }, keras_version: "2.15.0" };
  const survey = await surveyModel(new TextEncoder().encode(JSON.stringify(model)));
  expect(survey.layers.map(({ name }) => name)).toEqual(["a", "b"]);
  expect(survey.problems.map(({ path, code }) => [path, code])).toEqual([["model$.config.layers[0]", "bad-graph"]]);
});

test("a survey takes the shapes of constrained weights from rules of one's own", async () => {
  const rule: LayerRule = {
    className: "Own",
    read: (config) => ({ given: ["a_constraint", "b_constraint"].map((option) => config.raw(option)) }),
    weights: () => ["a", "b"].map((name, i) => ({ name, shape: [i + 3, 2], trainable: true, constraint: null })),
    outputShapes: () => [[null, 1]],
    call: () => [],
  };
  const constraint = { class_name: "NonNeg", config: {} };
  const layers = [
    { class_name: "InputLayer", config: { name: "in", batch_shape: [null, 4] } },
    { class_name: "Own", config: { name: "own", b_constraint: constraint, a_constraint: constraint } },
    { class_name: "Odd", config: { name: "odd" } },
  ];
  const model = { class_name: "Sequential", config: { name: "m", layers }, keras_version: "2.15.0" };
  const bytes = new TextEncoder().encode(JSON.stringify(model));
  const { stored } = await surveyModel(bytes, { customLayers: [rule] });
  expect(stored?.map(({ weight, shape }) => [weight, shape])).toEqual([
    ["b", [4, 2]],
    ["a", [3, 2]],
  ]);
});
