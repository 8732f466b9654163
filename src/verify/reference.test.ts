import { describe, expect, test } from "vitest";
import { caseNames, readCase } from "../../fixtures/case-files.js";
import { writeNpz } from "../../fixtures/write-npz.js";
import { openReference } from "./reference.js";

const least = { "inputs/0": { shape: [1, 2], data: [1, 2] }, "outputs/0": { shape: [1, 1], data: [3] } };

const open = (members: Parameters<typeof writeNpz>[0]) => openReference(writeNpz(members), "m.ref.npz");

describe("openReference", () => {
  test("opens the least that a reference can be", async () => {
    const reference = await open(least);
    expect(await reference.readList("inputs")).toMatchObject([{ dtype: "float64", shape: [1, 2] }]);
    expect(reference.meta).toMatchObject({ keras: null, backend: null, epsilon: 1e-7, training: null });
  });

  test.each(["inputs/0", "outputs/0"] as const)("names %s where it is missing", async (entry) => {
    const { [entry]: _left, ...rest } = least;
    await expect(open(rest)).rejects.toMatchObject({ code: "missing-entry", path: `m.ref.npz!/${entry}.npy` });
  });

  test.each(["layer/dense/0/0", "inputs/x", "layers/dense/0", "train/1/weights/dense", "extra"])(
    "refuses %s, which no reference has",
    async (entry) => {
      const members = { ...least, [entry]: { shape: [1], data: [0] } };
      await expect(open(members)).rejects.toMatchObject({ code: "bad-reference", path: `m.ref.npz!/${entry}.npy` });
    },
  );

  test.each(['{"format": "other", "version": 1}', '{"format": "kerasproof-reference", "version": 2}', "[]"])(
    "refuses a meta.json that says %s",
    async (text) => {
      await expect(open({ ...least, "meta.json": text })).rejects.toMatchObject({ code: "bad-reference" });
    },
  );

  test("reads the training that meta.json gives", async () => {
    const meta = {
      format: "kerasproof-reference",
      version: 1,
      backend: "theano",
      train: { optimizer: { class_name: "SGD", config: { lr: 0.1 } }, loss: "mse" },
    };
    const reference = await open({ ...least, "meta.json": JSON.stringify(meta) });
    expect(reference.meta.backend).toBe("theano");
    expect(reference.meta.training).toMatchObject({
      optimizer: { className: "SGD", config: { lr: 0.1 } },
      loss: "mse",
    });
  });

  test.each(caseNames())("opens that of %s", async (name) => {
    const { reference, referenceName } = readCase(name);
    const opened = await openReference(reference, referenceName);
    expect(opened.meta.keras).toMatch(/^[123]\./);
    expect((await opened.readList("outputs")).length).toBeGreaterThan(0);
  });
});
