import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { verifyDirectory, verifyFile } from "./verify-files.js";

const fixtures = fileURLToPath(new URL("../../fixtures/", import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kerasproof-verify-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function copy(from: string, to: string): string {
  copyFileSync(fixtures + from, join(folder, to));
  return join(folder, to);
}

describe("verifyDirectory", () => {
  test("judges every case, bad ones among them, and tells each as it comes", async () => {
    const bad = copy("examples/words-keras3/model.keras", "bad.keras");
    truncateSync(bad, 1000);
    copy("examples/words-keras3/model.ref.npz", "bad.ref.npz");
    copy("cases/shared-keras3/model.json", "good.json");
    copy("cases/shared-keras3/model.weights.h5", "good.weights.h5");
    copy("cases/shared-keras3/model.ref.npz", "good.ref.npz");
    copy("examples/words-keras3/model.ref.npz", "lonely.ref.npz");
    const told: string[] = [];
    const verdict = await verifyDirectory(folder, {
      onCase: ({ status }, done, total) => told.push(`${done} of ${total} ${status}`),
    });
    expect(told).toEqual(["1 of 3 invalid", "2 of 3 agrees", "3 of 3 invalid"]);
    expect(verdict.counts).toEqual({ agrees: 1, differs: 0, inconclusive: 0, unsupported: 0, invalid: 2 });
    expect(verdict.cases[2]?.error).toMatchObject({ code: "file-not-found", path: join(folder, "lonely.ref.npz") });
  });

  test("refuses a folder without a case", async () => {
    await expect(verifyDirectory(folder)).rejects.toMatchObject({ code: "file-not-found", path: folder });
  });
});

describe("verifyFile", () => {
  test("takes the reference beside the model or the one that is named", async () => {
    const model = copy("examples/words-keras2/model.h5", "m.h5");
    await expect(verifyFile(model)).rejects.toMatchObject({ code: "file-not-found", path: model });
    const reference = join(fixtures, "examples/words-keras2/model.ref.npz");
    expect(await verifyFile(model, { reference })).toMatchObject({
      status: "agrees",
      reference,
      model,
      backend: "cpu",
    });
    copy("examples/words-keras2/model.ref.npz", "m.ref.npz");
    expect(await verifyFile(model)).toMatchObject({ status: "agrees", reference: join(folder, "m.ref.npz") });
  });

  test("gives a verdict on a file that is no model", async () => {
    const model = join(folder, "m.h5");
    writeFileSync(model, "not a model");
    copy("examples/words-keras2/model.ref.npz", "m.ref.npz");
    expect(await verifyFile(model)).toMatchObject({ status: "invalid", error: { code: "unknown-format" } });
  });
});
