import { expect, test } from "vitest";
import { caseNames, readCase } from "../../fixtures/case-files.js";
import { readModelSpec } from "../import/load-spec.js";
import { listCalls } from "./call-list.js";
import { openReference } from "./reference.js";

/** The operations that Keras 3 writes into functional graphs to compute masks; here masks go with the tensors. */
const maskOperation = /^layers\/(?:not_equal|any)(?:_\d+)?\//;

test.each(caseNames())("names the calls of %s as the recorder does", async (name) => {
  const { model, modelName, options, reference, referenceName } = readCase(name);
  const spec = await readModelSpec(model, { ...options, name: modelName });
  const { calls, modelEntries } = listCalls(spec.graph);
  const { entries } = await openReference(reference, referenceName);
  const recorded = entries
    .filter((entry) => entry.startsWith("layers/") && !maskOperation.test(entry))
    .map((entry) => entry.slice("layers/".length));
  const listed = [...calls.flatMap((call) => call.outputs), ...modelEntries];
  expect(listed.toSorted()).toEqual(recorded.toSorted());
});

test("counts the calls of a nested model's layers through all its runs", async () => {
  const { model, modelName } = readCase("cases/nested-keras3");
  const spec = await readModelSpec(model, { name: modelName });
  const { calls, outputs } = listCalls(spec.graph);
  const sums = calls.filter((call) => call.layer === "inner/sum").toSorted((a, b) => a.call - b.call);
  expect(sums.map(({ call, inputs }) => ({ call, inputs }))).toEqual([
    { call: 0, inputs: [["layers/inner/core/norm/0/0", "layers/inner/core/0/0"], ["layers/inner/skip/0/0"]] },
    { call: 1, inputs: [["layers/inner/core/norm/1/0", "layers/inner/core/1/0"], ["layers/inner/skip/1/0"]] },
  ]);
  expect(outputs.every((places) => places.length > 0)).toBe(true);
});
