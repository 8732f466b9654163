import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { fixturePath } from "../../fixtures/run-cli.js";
import { surveyModel } from "../import/survey.js";
import { formatInspection } from "./inspect-text.js";
import { plainStyle } from "./text-style.js";

test("an inspection has a line for each of as many layers as a file holds", async () => {
  const survey = await surveyModel(await readFile(fixturePath("examples/cnn-keras2-last/model.h5")));
  const graph = survey.graph!;
  const [layer] = graph.layers;
  const layers = Array.from({ length: 150_000 }, () => ({ ...layer!, name: "one of many" }));
  const lines = formatInspection("model.h5", { ...survey, graph: { ...graph, layers } }, plainStyle);
  expect(lines.filter((line) => line.startsWith("  one of many  "))).toHaveLength(150_000);
});

test("an inspection tells a loss as the file has it", async () => {
  const survey = await surveyModel(await readFile(fixturePath("examples/cnn-keras2-last/model.h5")));
  const told = (loss: unknown): string | undefined =>
    formatInspection("model.h5", { ...survey, training: { optimizer: null, loss, path: "" } }, plainStyle).find(
      (line) => line.startsWith("  training"),
    );
  expect(told("mse")).toBe('  training  no optimizer, loss "mse"');
  expect(told({ class_name: "Huber", config: { delta: Infinity } })).toBe(
    '  training  no optimizer, loss {"class_name":"Huber","config":{"delta":Infinity}}',
  );
  expect(told(undefined)).toBe("  training  no optimizer, loss none");
});
