import { expect, it } from "vitest";
import type { JsonObject } from "../../formats/python-json.js";
import { surveyModel } from "../survey.js";

const limited: JsonObject = { class_name: "MaxNorm", config: { max_value: 3, axis: 0 } };

/** The notes and problems about a layer with these options behind an input of four steps of three numbers. */
async function findings(className: string, options: JsonObject): Promise<string[]> {
  const layer = { class_name: className, config: { name: "one", batch_input_shape: [null, 4, 3], ...options } };
  const model = { class_name: "Sequential", config: { name: "m", layers: [layer] }, keras_version: "2.3.1" };
  const { notes, problems } = await surveyModel(new TextEncoder().encode(JSON.stringify(model)));
  return [...notes, ...problems].map(
    ({ code, path, message }) => `${code} ${path.split(".config.")[2] ?? ""}: ${message}`,
  );
}

const convolution = { filters: 3, kernel_size: [2] };
const unsupported =
  "unsupported-layer : found a layer of class Conv1D, wanted a supported one or a rule of your own in customLayers";

it("a misspelt option of a layer that is not supported is noted with the nearest right one", async () => {
  for (const option of ["kernal_constraint", "kernel_contraint", "Kernel_Constraint", "kernelConstraint"]) {
    expect(await findings("Conv1D", { ...convolution, [option]: limited })).toEqual([
      `misspelt-option ${option}: found the option ${option}, which Conv1D does not know: perhaps kernel_constraint is meant`,
      unsupported,
    ]);
  }
});

it("an option for a weight that the layer does not have is dead, and no misspelling of one that is given", async () => {
  const dead = "the layer has no such weight at all, so that Keras never runs it";
  expect(await findings("Conv1D", { ...convolution, recurrent_constraint: limited })).toEqual([
    `dead-constraint recurrent_constraint: ${dead}`,
    unsupported,
  ]);
  const both = { ...convolution, kernel_constraint: limited, kernal_constraint: limited };
  expect(await findings("Conv1D", both)).toEqual([`dead-constraint kernal_constraint: ${dead}`, unsupported]);
  expect(await findings("Conv1D", { ...convolution, use_bias: false, bias_constraint: limited })).toEqual([
    "dead-constraint bias_constraint: the layer has no such weight with these options, so that Keras never runs it",
    unsupported,
  ]);
});

it("an option that keeps a layer from being imported is told once", async () => {
  expect(await findings("LSTM", { units: 2, kernal_constraint: limited })).toEqual([
    'unsupported-option kernal_constraint: found the option kernal_constraint = {"class_name":"MaxNorm","config":{"max_value":3,"axis":0}}, which LSTM does not know (perhaps kernel_constraint is meant)',
  ]);
});
