import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findCases, findReference } from "./find-cases.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerasproof-cases-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), name.endsWith("magic") ? "PK\u0003\u0004" : "{}");
  }
}

const inside = (...names: readonly (string | null)[]) =>
  names.map((name) => (name === null ? null : join(folder, name)));

describe("findCases", () => {
  test("finds models with a reference beside them in all folders, in order", async () => {
    write("b/m.keras", "b/m.ref.npz", "a.h5", "a.ref.npz", "alone.h5", "notes.txt");
    const cases = await findCases(folder);
    expect(cases.map((one) => one.model)).toEqual(inside("a.h5", "b/m.keras"));
    expect(cases.map((one) => one.reference)).toEqual(inside("a.ref.npz", "b/m.ref.npz"));
  });

  test("takes the reference of the whole file name before that of the stem", async () => {
    write("m.h5", "m.keras", "m.keras.ref.npz", "m.ref.npz");
    const cases = await findCases(folder);
    expect(cases.map((one) => one.reference)).toEqual(inside("m.ref.npz", "m.keras.ref.npz"));
  });

  test("takes a model of any name by its first bytes, and neither weights nor other files for models", async () => {
    write("m.json", "m.weights.h5", "m.ref.npz", "m.txt", "m.magic");
    writeFileSync(join(folder, "m.txt"), "some words");
    expect((await findCases(folder)).map((one) => one.model)).toEqual(inside("m.json", "m.magic"));
  });

  test("keeps a reference without a model", async () => {
    write("m.ref.npz");
    expect(await findCases(folder)).toEqual([{ model: null, reference: join(folder, "m.ref.npz") }]);
  });

  test("refuses a folder that is not there", async () => {
    await expect(findCases(join(folder, "none"))).rejects.toMatchObject({ code: "file-not-found" });
  });
});

test("findReference says what a model without a reference wants", async () => {
  write("m.h5");
  await expect(findReference(join(folder, "m.h5"))).rejects.toMatchObject({
    code: "file-not-found",
    message: expect.stringContaining("m.ref.npz") as string,
  });
});
