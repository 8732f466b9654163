import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { surveyModel } from "../survey.js";

function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../../fixtures/weights/${name}`, import.meta.url));
}

const limited = '{"class_name": "MaxNorm", "config": {"max_value": 1, "axis": 0}}';

it("tells no weight of an own class whose arrays have no names from another", async () => {
  const model = new TextDecoder()
    .decode(fixture("model.json"))
    .replace('"module": "keras.layers", "class_name": "Dense"', '"module": "mine", "class_name": "Dense"')
    .replace('"kernel_constraint": null', `"kernel_constraint": ${limited}`)
    .replace('"bias_constraint": null', `"bias_constraint": ${limited}`);
  const survey = await surveyModel(new TextEncoder().encode(model), { weights: fixture("keras3.weights.h5") });
  expect(survey.stored?.map(({ weight, shape, values }) => [weight, shape, values])).toEqual([
    ["kernel", null, null],
    ["bias", null, null],
  ]);
  const notes = survey.notes.filter(({ code }) => code === "constraint-without-weight");
  expect(notes.map(({ path, message }) => [path, message.replace(/^.*: /, "")])).toEqual(
    ["kernel_constraint", "bias_constraint"].map((option) => [
      `model$.config.layers[1].config.${option}`,
      "the file has 2 arrays for the layer without names, in the order in which the layer's code made them",
    ]),
  );
});
