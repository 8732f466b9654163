import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { KerasProofError } from "../errors.js";
import { openHdf5, textAttribute } from "../formats/hdf5/index.js";
import { openZip } from "../formats/zip/archive.js";
import { readModel } from "./load-spec.js";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What a mutant has in place of a value. */
const odd: readonly Json[] = [
  null,
  -1,
  0.5,
  2 ** 53,
  "",
  "x",
  "Dense",
  true,
  [],
  {},
  [["x", 0, 0]],
  { class_name: "x" },
];

/** A generator of 32-bit integers (mulberry32), the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Every object and array of a document, the outer ones first. */
function containersOf(root: Json): (Json[] | { [key: string]: Json })[] {
  const found: (Json[] | { [key: string]: Json })[] = [];
  const pending: Json[] = [root];
  for (let value = pending.shift(); value !== undefined; value = pending.shift()) {
    if (typeof value !== "object" || value === null) continue;
    found.push(value);
    pending.push(...Object.values(value));
  }
  return found;
}

/** Changes one value of a document to another, to one from elsewhere in it, or takes it out. */
function mutate(root: Json, random: () => number): void {
  const containers = containersOf(root);
  const target = containers[random() % containers.length] as { [key: string]: Json };
  const keys = Object.keys(target);
  const key = keys[random() % Math.max(keys.length, 1)];
  if (key === undefined) return;
  const other = containers[random() % containers.length] as Json;
  const way = random() % 4;
  if (way === 0) delete target[key];
  else target[key] = way === 1 ? structuredClone(other) : (odd[random() % odd.length] as Json);
}

async function configOf(fixture: string): Promise<string> {
  const file = readFileSync(new URL(`../../fixtures/${fixture}`, import.meta.url));
  if (fixture.endsWith(".keras")) return new TextDecoder().decode(await (await openZip(file)).read("config.json"));
  return (await textAttribute((await openHdf5(file)).root, "model_config")) as string;
}

describe("a damaged configuration ends in a typed error or a model", () => {
  test.each([
    "examples/words-keras3/model.keras",
    "examples/eegnet-keras3/model.keras",
    "examples/cnn-keras1/model.h5",
    "cases/nested-frozen-keras2/model.h5",
    "cases/nested-keras3/model.keras",
  ])("%s", async (fixture) => {
    const text = await configOf(fixture);
    const random = randomOf(7);
    let refused = 0;
    for (let i = 0; i < 400; i++) {
      const model = JSON.parse(text) as Json;
      for (let changes = random() % 3; changes >= 0; changes--) mutate(model, random);
      try {
        const bytes = new TextEncoder().encode(JSON.stringify(model));
        const { problems } = await readModel(bytes, { limits: { jsonLength: 2 ** 24 } });
        refused += problems.length > 0 ? 1 : 0;
      } catch (error) {
        if (!(error instanceof KerasProofError))
          throw new Error(JSON.stringify(model).slice(0, 20_000), { cause: error });
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(200);
  });
});
