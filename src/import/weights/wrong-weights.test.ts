import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { KerasProofError, Problem } from "../../errors.js";
import { openHdf5, textAttribute } from "../../formats/hdf5/index.js";
import { openZip } from "../../formats/zip/archive.js";
import { readModelSpec } from "../load-spec.js";
import type { ReadOptions } from "../read-options.js";

/** A model whose weights belong to another one: the configuration of a fixture, changed, with the fixture's weights. */
async function changed(fixture: string, change: (text: string) => string, options: ReadOptions = {}) {
  const file = readFileSync(new URL(`../../../fixtures/${fixture}`, import.meta.url));
  const text = fixture.endsWith(".keras")
    ? new TextDecoder().decode(await (await openZip(file)).read("config.json"))
    : ((await textAttribute((await openHdf5(file)).root, "model_config")) as string);
  const config = change(text);
  expect(config).not.toBe(text);
  const given = { weights: file, name: "m.json", weightsName: "w.h5", ...options };
  return readModelSpec(new TextEncoder().encode(config), given);
}

async function problemsOf(reading: Promise<unknown>): Promise<readonly Problem[]> {
  return reading.then(
    () => [],
    (error: KerasProofError) => error.problems,
  );
}

describe("weights of another model in a Keras 3 store", () => {
  const fixture = "examples/words-keras3/model.keras";

  test("with other shapes name the layer, the shape found and the shape wanted", async () => {
    const problems = await problemsOf(changed(fixture, (text) => text.replace(/"units": \d+/, '"units": 3')));
    expect(problems.length).toBeGreaterThan(0);
    expect(new Set(problems.map((problem) => problem.code))).toEqual(new Set(["wrong-weights"]));
    expect(problems[0]?.path).toMatch(/^w\.h5!\/model\.weights\.h5!\/layers\/\w+(\/cell)?\/vars\/\d$/);
    expect(problems[0]?.message).toMatch(/^found the shape \(.*\), wanted \(.*\) for \w+ of \w+$/);
  });

  test("that the model has not are found", async () => {
    const problems = await problemsOf(
      changed(fixture, (text) => text.replace('"use_bias": true', '"use_bias": false')),
    );
    expect(problems).toContainEqual(expect.objectContaining({ code: "wrong-weights", path: "w.h5" }));
    expect(problems.at(-1)?.message).toMatch(/^found weights that no layer of the model has: layers\//);
  });

  test("under other layer names are taken by their place, with a note", async () => {
    const spec = await changed(fixture, (text) => text.replaceAll('"embedding"', '"words"'));
    expect(spec.notes).toContainEqual(expect.objectContaining({ code: "weights-of-other-names" }));
    expect(spec.graph.layers.find((layer) => layer.name === "words")?.weights[0]?.values).not.toBeNull();
  });
});

describe("weights of another model in a legacy file", () => {
  const fixture = "examples/words-keras2/model.h5";

  test("with other shapes name the layer, the shape found and the shape wanted", async () => {
    const problems = await problemsOf(changed(fixture, (text) => text.replace(/"units": \d+/, '"units": 3')));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]).toMatchObject({ code: "wrong-weights" });
    expect(problems[0]?.path).toMatch(/^w\.h5!\/model_weights\//);
    expect(problems[0]?.message).toMatch(/^found the shape \(.*\), wanted \(.*\) for \w+ of \w+$/);
  });

  test("with another count of arrays name the layer", async () => {
    const problems = await problemsOf(
      changed(fixture, (text) => text.replace('"use_bias": true', '"use_bias": false')),
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(/^found \d arrays, wanted \d for the weights of \w+$/);
  });

  test("under other layer names are taken in their order, with a note", async () => {
    const spec = await changed(fixture, (text) => text.replaceAll('"embedding_1"', '"words"'));
    expect(spec.notes).toContainEqual(expect.objectContaining({ code: "weights-of-other-names" }));
  });
});

describe("the masks in Keras 3's graphs", () => {
  const fixture = "examples/words-keras3/model.keras";

  test("that do not come with the inputs are refused", async () => {
    const problems = await problemsOf(
      changed(fixture, (text) => text.replace('"mask_zero": true', '"mask_zero": false')),
    );
    expect(problems.map((problem) => problem.code)).toContain("unsupported-mask");
    expect(problems[0]?.path).toMatch(/\.inbound_nodes\[0\]\.kwargs\.mask$/);
  });

  test("that compare with another value are refused", async () => {
    const text = /("name": "not_equal".*?)\}, 0\]/;
    const problems = await problemsOf(changed(fixture, (config) => config.replace(text, "$1}, 1]")));
    expect(problems.map((problem) => problem.code)).toContain("unsupported-mask");
  });
});

test("a reading that the caller stops ends with aborted", async () => {
  const controller = new AbortController();
  const file = readFileSync(new URL("../../../fixtures/examples/words-keras3/model.keras", import.meta.url));
  const onProgress = (): void => controller.abort();
  await expect(readModelSpec(file, { signal: controller.signal, onProgress })).rejects.toMatchObject({
    code: "aborted",
  });
});
