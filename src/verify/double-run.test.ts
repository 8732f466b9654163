import { afterAll, describe, expect, test } from "vitest";
import { inLayer } from "../../fixtures/break-spec.js";
import { readCase } from "../../fixtures/case-files.js";
import { readModelSpec } from "../import/load-spec.js";
import type { ModelSpec } from "../import/spec.js";
import type { NdArray } from "../ndarray.js";
import { numbersOf, rmsDifference } from "./compare.js";
import { closeDoubleRun, openDoubleRun } from "./double-run.js";
import type { RunResult } from "./realm.js";
import { openReference } from "./reference.js";

interface Opened {
  readonly spec: ModelSpec;
  readonly inputs: readonly NdArray[];
  readonly truth: NdArray;
}

async function openFixture(name: string): Promise<Opened> {
  const { model, modelName, options, reference, referenceName } = readCase(name);
  const opened = await openReference(reference, referenceName);
  return {
    spec: await readModelSpec(model, { ...options, name: modelName }),
    inputs: await opened.readList("inputs"),
    truth: await opened.read("outputs64/0"),
  };
}

function outputOf(result: RunResult): NdArray {
  if ("failure" in result) throw new Error(result.failure);
  return result.outputs[0] as NdArray;
}

function scalesOf(result: RunResult): Float64Array {
  if ("failure" in result) throw new Error(result.failure);
  return result.scales?.[0] as Float64Array;
}

afterAll(closeDoubleRun);

describe("the double run", () => {
  test("computes in float64", async () => {
    const { spec, inputs, truth } = await openFixture("examples/words-keras3");
    const output = outputOf(await (await openDoubleRun(spec)).runModel(inputs, null));
    expect(output.dtype).toBe("float64");
    expect(rmsDifference(numbersOf(output), numbersOf(truth))).toBeLessThan(1e-15);
    expect(numbersOf(output)[0]).not.toBe(Math.fround(numbersOf(output)[0] as number));
  });

  test("measures noise of the size of float32's error, the same for the same seed", async () => {
    const { spec, inputs } = await openFixture("examples/words-keras3");
    const double = await openDoubleRun(spec);
    const noise = { kind: "walk", runs: 4, seed: 7 } as const;
    const first = await double.runModel(inputs, noise);
    const scales = scalesOf(first);
    expect(scalesOf(await double.runModel(inputs, noise))).toEqual(scales);
    const other = scalesOf(await double.runModel(inputs, { ...noise, seed: 8 }));
    expect(other).not.toEqual(scales);
    const largest = Math.max(...scales);
    expect(largest).toBeGreaterThan(2 ** -28);
    expect(largest).toBeLessThan(2 ** -19);
    const worst = scalesOf(await double.runModel(inputs, { ...noise, kind: "gammaN" }));
    expect(Math.max(...worst)).toBeGreaterThan(largest);
    expect(outputOf(first)).toEqual(outputOf(await double.runModel(inputs, null)));
  });

  test("leaves no number less noise than 0.3 of the tensor's root mean square", async () => {
    const { spec, inputs } = await openFixture("cases/merge-keras3");
    const scales = scalesOf(await (await openDoubleRun(spec)).runModel(inputs, { kind: "walk", runs: 4, seed: 1 }));
    const rms = Math.sqrt(scales.reduce((sum, scale) => sum + scale ** 2, 0) / scales.length);
    expect(Math.min(...scales)).toBeGreaterThan(0.25 * rms);
  });

  test("answers with a typed error where a model cannot be built, and goes on", async () => {
    const { spec, inputs } = await openFixture("examples/words-keras3");
    const unknown = inLayer("gru", (layer) => ({ ...layer, className: "Nothing" }))(spec);
    await expect(openDoubleRun(unknown)).rejects.toMatchObject({ code: "unsupported-layer", path: "Nothing" });
    expect(outputOf(await (await openDoubleRun(spec)).runModel(inputs, null)).shape).toEqual([3, 3]);
  });

  test("says what a layer throws as the failure of that call only", async () => {
    const { spec, inputs } = await openFixture("examples/words-keras3");
    const wrong: NdArray = { dtype: "float32", shape: [3, 2], data: new Float32Array(6) };
    const values = new Map<string, NdArray>([
      ["inputs/0", inputs[0] as NdArray],
      ["layers/gru/0/0", wrong],
    ]);
    const double = await openDoubleRun(spec);
    const results = await double.runCalls({ values, wanted: null, noise: null });
    expect([...results.keys()]).toEqual(["embedding/0/0", "dense/0/0"]);
    expect(results.get("dense/0/0")).toHaveProperty("failure");
    expect(outputOf(results.get("embedding/0/0") as RunResult).shape).toEqual([3, 9, 6]);
  });

  test("fails in time, and the next model has another worker", async () => {
    const { spec, inputs } = await openFixture("examples/words-keras3");
    await closeDoubleRun();
    await expect(openDoubleRun(spec, { timeout: 0 })).rejects.toMatchObject({ code: "limit", path: "double run" });
    expect(outputOf(await (await openDoubleRun(spec)).runModel(inputs, null)).shape).toEqual([3, 3]);
  });

  test("stops when the caller does", async () => {
    const { spec } = await openFixture("examples/words-keras3");
    const controller = new AbortController();
    const opening = openDoubleRun(spec, { signal: controller.signal });
    controller.abort();
    await expect(opening).rejects.toMatchObject({ code: "aborted" });
  });

  test("fails what is under way when its worker ends", async () => {
    const { spec } = await openFixture("examples/words-keras3");
    const opening = openDoubleRun(spec);
    const failed = expect(opening).rejects.toMatchObject({ code: "limit", path: "double run" });
    await closeDoubleRun();
    await failed;
  });
});
