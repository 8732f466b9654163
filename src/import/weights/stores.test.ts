import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { KerasProofError, Problem } from "../../errors.js";
import { readModelSpec } from "../load-spec.js";
import { type ModelSpec, walkLayers } from "../spec.js";

function file(name: string): Uint8Array {
  return readFileSync(new URL(`../../../fixtures/weights/${name}`, import.meta.url));
}

async function readWith(name: string): Promise<ModelSpec> {
  return readModelSpec(file("model.json"), { name: "model.json", weights: file(name), weightsName: name });
}

async function problemsOf(name: string): Promise<readonly Problem[]> {
  return readWith(name).then(
    () => [],
    (error: KerasProofError) => error.problems,
  );
}

async function typeOf(name: string): Promise<string | undefined> {
  return (await readWith(name)).graph.layers[1]?.weights[0]?.values?.dtype;
}

/** The values that fixtures/weights/build.py gave, counted on through the layers in eighths. */
function valuesOf(spec: ModelSpec): Record<string, number[]> {
  const entries = [...walkLayers(spec.graph)].flatMap(({ layer }) =>
    layer.weights.map((weight) => [`${layer.name} ${weight.name}`, Array.from(weight.values?.data as Float32Array)]),
  );
  return Object.fromEntries(entries);
}

const written = {
  "first kernel": [0, 0.125, 0.25, 0.375, 0.5, 0.625],
  "first bias": [0.75, 0.875],
  "middle gamma": [1, 1.125],
  "middle beta": [1.25, 1.375],
  "middle moving_mean": [1.5, 1.625],
  "middle moving_variance": [1.75, 1.875],
  "last kernel": [2, 2.125],
  "last bias": [2.25],
};

describe("every form of a store gives the same numbers", () => {
  test.each([
    "keras3.weights.h5",
    "legacy.h5",
    "split-names.h5",
    "names-2-12.h5",
    "names-2-14.h5",
    "backslashes.h5",
    "soft-links.h5",
    "float16.h5",
    "float64.h5",
  ])("%s", async (name) => {
    expect(valuesOf(await readWith(name))).toEqual(written);
  });

  test("with the precision of the file, half precision widened", async () => {
    expect(await typeOf("keras3.weights.h5")).toBe("float32");
    expect(await typeOf("float16.h5")).toBe("float32");
    expect(await typeOf("float64.h5")).toBe("float64");
  });
});

describe("a store that is not the model's", () => {
  test("lacks a weight: the place and the weight are named", async () => {
    expect(await problemsOf("missing.h5")).toEqual([
      {
        code: "wrong-weights",
        path: "missing.h5!/layers/dense_1/vars/1",
        message: "found no weight here, wanted bias of last, shape (1)",
      },
    ]);
  });

  test("has a weight too many: its place is named", async () => {
    expect(await problemsOf("superfluous.h5")).toEqual([
      {
        code: "wrong-weights",
        path: "superfluous.h5",
        message: "found weights that no layer of the model has: layers/dense_2/vars/0",
      },
    ]);
  });

  test("has integers: every weight is refused", async () => {
    const problems = await problemsOf("integers.h5");
    expect(problems).toHaveLength(8);
    expect(problems[0]).toMatchObject({ code: "wrong-weights", path: "integers.h5!/layers/dense/vars/0" });
  });

  test("leads out of the file: it is unsafe", async () => {
    const problems = await problemsOf("external-link.h5");
    expect(problems).toEqual([
      expect.objectContaining({ code: "unsafe", path: "external-link.h5!/layers/dense/vars/0" }),
    ]);
  });
});
