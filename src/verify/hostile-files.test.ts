import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { mutateBytes } from "../../fuzz/mutate-bytes.js";
import { seededRandom } from "../../fuzz/random.js";
import { closeDoubleRun } from "./double-run.js";
import { verifyCase } from "./verify-case.js";

afterAll(closeDoubleRun);

function read(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../fixtures/${path}`, import.meta.url)));
}

/** The verdicts on damaged copies of one file of a case, with the names of its status and error. */
async function judge(model: string, damaged: "model" | "reference", seed: number): Promise<string[]> {
  const files = {
    model: read(`cases/${model}`),
    reference: read(`cases/${model.replace(/model\.\w+$/, "model.ref.npz")}`),
  };
  const found: string[] = [];
  const random = seededRandom(seed);
  for (let i = 0; i < 40; i++) {
    const bytes = mutateBytes(files[damaged], files[damaged], [], random);
    const request = { ...files, [damaged]: bytes, modelName: "m", referenceName: "m.ref.npz", backend: "cpu" } as const;
    const { status, error, tensors } = await verifyCase(request);
    const failure = tensors.find((tensor) => tensor.failure !== null)?.failure;
    found.push(`${status} ${error?.path ?? ""} ${error?.message ?? failure ?? ""}`);
  }
  return found;
}

describe("a damaged file gets a verdict with a place, or is judged", () => {
  test.each([
    ["embedding-keras3/model.keras", 1],
    ["recurrent-keras1/model.h5", 2],
    ["nested-frozen-keras2/model.h5", 3],
    ["merge-keras1/model.h5", 4],
  ])("%s", { timeout: 60_000 }, async (model, seed) => {
    const found = [...(await judge(model, "model", seed)), ...(await judge(model, "reference", seed + 100))];
    expect(found.filter((one) => one.startsWith("invalid m")).length).toBeGreaterThan(20);
    // The words for an error that is none of ours.
    expect(found.filter((one) => one.includes("could not be run"))).toEqual([]);
    expect(found.filter((one) => /^\w+ {2}./.test(one))).toEqual([]);
  });
});
