import { afterAll, describe, expect, test } from "vitest";
import { readCase } from "../../fixtures/case-files.js";
import { arrayOf, denseSpec, referenceOf } from "../../fixtures/dense-reference.js";
import { type FloatArray, writeNpz } from "../../fixtures/write-npz.js";
import { numbersOf } from "./compare.js";
import { closeDoubleRun } from "./double-run.js";
import { openReference } from "./reference.js";
import { joinVerdicts } from "./verdict.js";
import { verifyCase, type VerifyRequest } from "./verify-case.js";
import { verifySpec } from "./verify-spec.js";

afterAll(closeDoubleRun);

function requestFor(name: string, changes: Partial<VerifyRequest> = {}): VerifyRequest {
  const { options, ...files } = readCase(name);
  return { ...files, ...options, backend: "cpu", ...changes };
}

const words = "examples/words-keras3";

/** The inputs and outputs of a fixture's reference. */
async function plainReference(): Promise<{ inputs: Readonly<Record<string, FloatArray>>; outputs: FloatArray }> {
  const { reference, referenceName } = readCase(words);
  const opened = await openReference(reference, referenceName);
  const plain = async (entry: string): Promise<FloatArray> => {
    const array = await opened.read(entry);
    return { shape: array.shape, data: Array.from(numbersOf(array)) };
  };
  return { inputs: { "inputs/0": await plain("inputs/0") }, outputs: await plain("outputs/0") };
}

describe("a case that cannot be judged", () => {
  test("is invalid where the model is cut off", async () => {
    const { model } = readCase(words);
    const verdict = await verifyCase(requestFor(words, { model: model.slice(0, -100) }));
    expect(verdict).toMatchObject({ status: "invalid", tensors: [], error: { path: expect.stringContaining(words) } });
  });

  test("is invalid where the reference misses its inputs", async () => {
    const reference = writeNpz({ "outputs/0": { shape: [1], data: [1] } });
    const verdict = await verifyCase(requestFor(words, { reference, referenceName: "m.ref.npz" }));
    expect(verdict).toMatchObject({
      status: "invalid",
      error: { code: "missing-entry", path: "m.ref.npz!/inputs/0.npy" },
    });
  });

  test("is invalid where the inputs are those of another model", async () => {
    const inputs = { shape: [2, 8], data: Array.from({ length: 16 }, () => 1) };
    const reference = writeNpz({ "inputs/0": inputs, "outputs/0": { shape: [2, 3], data: [0, 0, 0, 0, 0, 0] } });
    const verdict = await verifyCase(requestFor(words, { reference, referenceName: "m.ref.npz" }));
    expect(verdict).toMatchObject({
      status: "invalid",
      error: { code: "bad-reference", message: "found the shape (2, 8), wanted (any, 9)" },
    });
  });

  test("is invalid where the reference has an input too many", async () => {
    const { outputs, inputs } = await plainReference();
    const reference = writeNpz({ ...inputs, "inputs/1": { shape: [1], data: [1] }, "outputs/0": outputs });
    const verdict = await verifyCase(requestFor(words, { reference, referenceName: "m.ref.npz" }));
    expect(verdict).toMatchObject({
      status: "invalid",
      error: {
        code: "bad-reference",
        path: "m.ref.npz!/inputs/1.npy",
        message: "found more inputs than the 1 of the model",
      },
    });
  });

  test("is invalid where the reference has other weights, with the entry", async () => {
    const { reference, referenceName } = readCase("cases/train-keras3-meta");
    const verdict = await verifyCase(requestFor("cases/train-keras3", { reference, referenceName }));
    expect(verdict).toMatchObject({ status: "invalid", error: { code: "wrong-weights" } });
    expect(verdict.error?.path).toContain("!/weights/conv2d");
  });

  test("is invalid where the model has no weights", async () => {
    const verdict = await verifyCase(requestFor("cases/shared-keras3", { weights: undefined }));
    expect(verdict).toMatchObject({ status: "invalid", error: { code: "missing-weights" } });
  });

  test("is unsupported where the model is valid Keras of another kind", async () => {
    const config = { class_name: "Sequential", config: { name: "s", layers: [] as object[] } };
    config.config.layers.push({ class_name: "Lambda", config: { name: "l", batch_input_shape: [null, 3] } });
    const model = new TextEncoder().encode(JSON.stringify(config));
    const verdict = await verifyCase(requestFor(words, { model, modelName: "m.json" }));
    expect(verdict).toMatchObject({ status: "unsupported", error: { code: "code-in-file" } });
  });

  test("stops with an error only where the caller stops it", async () => {
    const signal = AbortSignal.abort();
    await expect(verifyCase(requestFor(words, { signal }))).rejects.toMatchObject({ code: "aborted" });
  });

  test("stops with an error where the backend is missing, which is no fault of the case", async () => {
    await expect(verifyCase(requestFor(words, { backend: "node" }))).rejects.toMatchObject({
      code: "backend-missing",
      message: expect.stringContaining("npm install @tensorflow/tfjs-node") as string,
    });
  });
});

describe("a reference of inputs and outputs alone", () => {
  test("is judged by the noise of the computation, and a small error is found", async () => {
    const { outputs, inputs } = await plainReference();
    const agreeing = await verifyCase(requestFor(words, { reference: writeNpz({ ...inputs, "outputs/0": outputs }) }));
    expect(agreeing).toMatchObject({ status: "agrees", layerCalls: { judged: 0 } });
    expect(agreeing.tensors[0]).toMatchObject({ basis: "derived", question: "import", layer: null });
    const wrong = { ...outputs, data: outputs.data.map((value, i) => (i === 4 ? value * 1.0001 : value)) };
    const differing = await verifyCase(requestFor(words, { reference: writeNpz({ ...inputs, "outputs/0": wrong }) }));
    expect(differing.status).toBe("differs");
    expect(differing.firstDivergence).toMatchObject({ layer: null, tensor: "outputs/0", index: [1, 1] });
  });

  test("proves nothing where a large change could have gone unseen", async () => {
    const inputs = { "inputs/0": arrayOf([1, 1, 1], [1, 3]) };
    const judge = async (kernel: readonly number[], outputs: readonly number[]): Promise<string> => {
      const reference = referenceOf({ ...inputs, "outputs/0": arrayOf(outputs, [1, 2]) });
      const spec = await denseSpec(arrayOf(kernel));
      return (await verifySpec(spec, reference, { modelName: "m", backend: "cpu" })).status;
    };
    expect(await judge([1, 1, 1, 1, 1, 1], [3, 3])).toBe("agrees");
    // The rounding of a million is as large as the whole output.
    expect(await judge([1e6, 1, -1e6, 1, 1, 1], [1, 3])).toBe("inconclusive");
  });

  test("gets a note for what the recorder left out", async () => {
    const { outputs, inputs } = await plainReference();
    const missing = [{ part: "train", reason: "no optimizer" }];
    const meta = { format: "kerasproof-reference", version: 1, missing };
    const reference = writeNpz({ "meta.json": JSON.stringify(meta), ...inputs, "outputs/0": outputs });
    const { notes } = await verifyCase(requestFor(words, { reference, referenceName: "m.ref.npz" }));
    expect(notes.filter(({ code }) => code === "reference-incomplete")).toEqual([
      {
        code: "reference-incomplete",
        path: "m.ref.npz!/train",
        message: "the recorder left it out: no optimizer",
      },
    ]);
  });

  test("says which backend wrote a Keras 1 file that does not", async () => {
    const request = requestFor("cases/conv2d-th-theano-keras1");
    expect(request.kernels).toBe("theano");
    expect(await verifyCase({ ...request, kernels: undefined })).toMatchObject({ status: "agrees", error: null });
  });

  test("gets a note for entries that belong to no layer, and one for another model file", async () => {
    const { outputs, inputs } = await plainReference();
    const stray = { shape: [1], data: [1] };
    const meta = { format: "kerasproof-reference", version: 1, model_sha256: "0" };
    const reference = writeNpz({
      "meta.json": JSON.stringify(meta),
      ...inputs,
      "outputs/0": outputs,
      "layers/nobody/0/0": stray,
    });
    const { notes } = await verifyCase(requestFor(words, { reference }));
    const codes = notes.map((note) => note.code);
    expect(codes).toContain("unmatched-entries");
    expect(codes).toContain("recorded-from-another-file");
  });
});

test("verdicts are joined with a count of each status", async () => {
  const bad = await verifyCase(requestFor(words, { model: new Uint8Array(4) }));
  expect(joinVerdicts("cpu", [bad, { ...bad, status: "agrees" }])).toMatchObject({
    format: "kerasproof-verdict",
    version: 1,
    counts: { agrees: 1, differs: 0, inconclusive: 0, unsupported: 0, invalid: 1 },
  });
});
