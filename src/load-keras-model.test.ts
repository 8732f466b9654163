import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KerasProofError } from "./errors.js";
import type { ByteInput } from "./formats/byte-source.js";
import { readModelSpec } from "./import/load-spec.js";
import type { ReadOptions } from "./import/read-options.js";
import { surveyModel } from "./import/survey.js";
import { loadKerasModel } from "./load-keras-model.js";

const json = new Uint8Array(readFileSync(new URL("../fixtures/weights/model.json", import.meta.url)));
const unknown = new TextEncoder().encode(new TextDecoder().decode(json).replace('"Dense"', '"Odd"'));
const broken = new Uint8Array(100).fill(1);

async function placeOf(source: ByteInput, options: ReadOptions = {}): Promise<string> {
  const error: unknown = await loadKerasModel(source, options).catch((thrown: unknown) => thrown);
  if (!(error instanceof KerasProofError)) throw new Error("not refused", { cause: error });
  return error.path;
}

describe("errors of loading a model name", () => {
  it("the model as they are told, else as its source is named, else as a model", async () => {
    const file = new File([json], "mine.json");
    expect(await placeOf(file, { name: "given.json" })).toBe("given.json");
    expect(await placeOf(file)).toBe("mine.json");
    expect(await placeOf(json)).toBe("model");
    expect(await placeOf(new File([unknown], "odd.json"))).toMatch(/^odd\.json\$\.config\.layers/);
    expect(await placeOf(new File([broken], "broken.bin"))).toBe("broken.bin");
  });

  it("the weights as they are told, else as their source is named, else as weights", async () => {
    const weights = new File([broken], "mine.h5");
    expect(await placeOf(json, { weights, weightsName: "given.h5" })).toBe("given.h5");
    expect(await placeOf(json, { weights })).toBe("mine.h5");
    expect(await placeOf(json, { weights: broken })).toBe("weights");
  });

  it("the same as those of reading and surveying it", async () => {
    const place = /^odd\.json\$\.config\.layers/;
    const file = new File([unknown], "odd.json");
    await expect(readModelSpec(file)).rejects.toMatchObject({ path: expect.stringMatching(place) as string });
    const { problems } = await surveyModel(file);
    expect(problems.map(({ path }) => path)).toEqual([expect.stringMatching(place)]);
  });
});
