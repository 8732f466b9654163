import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { beforeEach, describe, expect, it } from "vitest";
import { KerasProofError } from "../errors.js";
import { openNpz } from "../formats/npz.js";
import { buildModel, tensorOf } from "../import/build.js";
import { readModelSpec } from "../import/load-spec.js";
import type { ReadOptions } from "../import/read-options.js";
import { layerRegistry } from "../import/registry.js";
import type { LayerRule } from "../import/rule.js";
import { type ImportedModel, loadKerasModel } from "../load-keras-model.js";
import { enforceConstraints } from "./enforce.js";
import { modelConstraints } from "./model-constraints.js";
import { registerKerasLayers } from "./register-keras-layers.js";

const cases = join(dirname(fileURLToPath(import.meta.url)), "../../fixtures/cases");

const names = readdirSync(cases);

async function importCase(name: string): Promise<ImportedModel & { readonly inputs: tf.Tensor[] }> {
  const folder = join(cases, name);
  const [file, weights] = readdirSync(folder)
    .filter((one) => /\.(h5|keras|json)$/u.test(one) && one !== "case.json")
    .sort();
  const reference = await openNpz(readFileSync(join(folder, "model.ref.npz")));
  const inputs: tf.Tensor[] = [];
  for (let k = 0; reference.has(`inputs/${k}`); k++) inputs.push(tensorOf(await reference.read(`inputs/${k}`)));
  const given = weights === undefined ? {} : { weights: readFileSync(join(folder, weights)), weightsName: weights };
  const options = { name: file as string, ...given };
  return { ...(await loadKerasModel(readFileSync(join(folder, file as string)), options)), inputs };
}

async function save(model: tfl.LayersModel, config?: { includeOptimizer: boolean }): Promise<tf.io.ModelArtifacts> {
  const saved: tf.io.ModelArtifacts[] = [];
  const handler = tf.io.withSaveHandler((artifacts) => {
    saved.push(artifacts);
    return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } });
  });
  await model.save(handler, config);
  // As a file would keep it.
  return { ...saved[0], modelTopology: JSON.parse(JSON.stringify(saved[0]?.modelTopology)) as object };
}

function load(artifacts: tf.io.ModelArtifacts): Promise<tfl.LayersModel> {
  return tfl.loadLayersModel(tf.io.fromMemory(artifacts));
}

function predict(model: tfl.LayersModel, inputs: tf.Tensor[]): unknown[] {
  const outputs = model.predict(inputs.length === 1 ? (inputs[0] as tf.Tensor) : inputs);
  return [outputs].flat().map((output) => [output.shape, output.dataSync()]);
}

/** The text by which a layer is saved, changed. */
function tampered(
  artifacts: tf.io.ModelArtifacts,
  layer: string,
  change: (text: string) => string,
): tf.io.ModelArtifacts {
  const modelTopology = structuredClone(artifacts.modelTopology) as SavedTopology;
  const { config } = modelTopology.config.layers.find(
    ({ name }) => name === layer,
  ) as SavedTopology["config"]["layers"][0];
  config.keras.name = change(config.keras.name);
  return { ...artifacts, modelTopology };
}

interface SavedTopology {
  readonly config: { readonly layers: { readonly name: string; readonly config: { keras: { name: string } } }[] };
}

function trainableNames(model: tfl.LayersModel): string[] {
  return model.trainableWeights.map(({ originalName }) => originalName);
}

/** The weights after some steps that move them away from their limits. */
async function trainFour(model: tfl.LayersModel, inputs: tf.Tensor[]): Promise<unknown> {
  const targets = [model.predict(inputs)].flat().map((output) => tf.fill(output.shape, 10));
  for (let step = 0; step < 4; step++) await model.trainOnBatch(inputs, targets);
  return model.getWeights().map((weight) => weight.dataSync());
}

/** Loads a saved model twice and trains it with its constraints, and without: the first is like the model. */
async function trainsAlike(model: tfl.LayersModel, inputs: tf.Tensor[]): Promise<void> {
  const artifacts = await save(model);
  const [loaded, free] = [await load(artifacts), await load(artifacts)];
  for (const one of [model, loaded, free]) compile(one);
  const wanted = await trainFour(model, inputs);
  expect(await trainFour(loaded, inputs)).toEqual(wanted);
  enforceConstraints(free)();
  expect(await trainFour(free, inputs)).not.toEqual(wanted);
}

function compile(model: tfl.LayersModel): void {
  model.compile({ optimizer: tf.train.sgd(0.5), loss: "meanSquaredError" });
}

/** A model built of layers in Keras 3's form, each called on the one before; its weights are zeros. */
async function buildOf(layers: readonly object[], options: ReadOptions = {}): Promise<tfl.LayersModel> {
  const text = JSON.stringify(nested("m", true, layers));
  const spec = await readModelSpec(new TextEncoder().encode(text), options);
  return buildModel(spec, layerRegistry(options.customLayers)).model;
}

function nested(name: string, trainable: boolean, layers: readonly object[]): object {
  const input = { module: "keras.layers", class_name: "InputLayer", config: { name: "x", batch_shape: [null, 2] } };
  const config = { name, trainable, layers: [input, ...layers] };
  return { module: "keras", class_name: "Sequential", config };
}

function dense(name: string, config: object = {}): object {
  return { module: "keras.layers", class_name: "Dense", config: { name, units: 2, ...config } };
}

describe("an imported model that was saved and loaded again", () => {
  beforeEach(() => tf.setBackend("cpu"));

  it.each(names)("computes the same to the bit, with its constraints: %s", async (name) => {
    const { model, inputs, constraints } = await importCase(name);
    const loaded = await load(await save(model));
    expect(predict(loaded, inputs)).toEqual(predict(model, inputs));
    expect(modelConstraints(loaded)).toEqual(constraints);
    expect(trainableNames(loaded)).toEqual(trainableNames(model));
    const again = await load(await save(loaded));
    expect(await save(again)).toEqual({ ...(await save(loaded)) });
  });

  it.each(["train-keras2", "train-keras3", "train-tfkeras"])(
    "trains as before as soon as it is compiled: %s",
    async (name) => {
      const { model, inputs } = await importCase(name);
      await trainsAlike(model, inputs);
    },
  );

  it("trains as before on wasm", async () => {
    await tf.setBackend("wasm");
    registerKerasLayers();
    const model = await buildOf([
      dense("one", { kernel_constraint: "max_norm" }),
      dense("two", { kernel_constraint: "non_neg", bias_constraint: "unit_norm" }),
    ]);
    model.setWeights(model.weights.map(({ shape }, seed) => tf.randomNormal(shape as number[], 0, 3, "float32", seed)));
    compile(model);
    enforceConstraints(model);
    await trainsAlike(model, [
      tf.tensor2d([
        [1, -2],
        [0.5, 3],
      ]),
    ]);
  });

  it("is compiled again where its optimizer was saved too, with its constraints", async () => {
    const { model, inputs } = await importCase("train-keras3");
    model.compile({ optimizer: tf.train.momentum(0.5, 0.9), loss: "meanSquaredError" });
    await trainFour(model, inputs);
    const loaded = await load(await save(model, { includeOptimizer: true }));
    expect(await trainFour(loaded, inputs)).toEqual(await trainFour(model, inputs));
  });

  it("gives its layers and their constraints to other models", async () => {
    const { model, inputs, constraints } = await importCase("train-keras3");
    const top = tfl.layers.dense({ units: 1, name: "top" });
    const output = top.apply(model.outputs[0] as tfl.SymbolicTensor) as tfl.SymbolicTensor;
    const larger = tfl.model({ inputs: model.inputs, outputs: output, name: "larger" });
    const loaded = await load(await save(larger));
    expect(predict(loaded, inputs)).toEqual(predict(larger, inputs));
    expect(modelConstraints(loaded)).toEqual(constraints);
    for (const one of [larger, loaded]) {
      compile(one);
      enforceConstraints(one);
    }
    expect(await trainFour(loaded, inputs)).toEqual(await trainFour(larger, inputs));
  });

  it("may have layers of one name at several depths, and what is frozen stays frozen", async () => {
    registerKerasLayers();
    const inner = nested("deep est", true, [dense("same", { kernel_constraint: "non_neg" })]);
    const model = await buildOf([
      dense("same", { kernel_constraint: "max_norm", trainable: false }),
      nested("inner", false, [dense("same", { kernel_constraint: "unit_norm" }), inner]),
      dense("last"),
    ]);
    const numbers = model.weights.map(({ shape }, seed) => tf.randomUniform(shape as number[], -1, 1, "float32", seed));
    model.setWeights(numbers);
    const loaded = await load(await save(model));
    expect(predict(loaded, [tf.ones([1, 2])])).toEqual(predict(model, [tf.ones([1, 2])]));
    const places = modelConstraints(loaded).map(({ layer, trainable }) => [layer, trainable]);
    expect(places).toEqual([
      ["same", false],
      ["inner/same", false],
      ["inner/deep est/same", false],
    ]);
    expect(trainableNames(loaded)).toEqual(["last/kernel", "last/bias"]);
    // A frozen model is thawed with all that is in it.
    (loaded.layers[2] as tfl.LayersModel).trainable = true;
    expect(modelConstraints(loaded).map(({ trainable }) => trainable)).toEqual([false, true, true]);
  });

  it("has the layers and constraints of one's own that are registered, and names those that are not", async () => {
    const double: LayerRule = {
      className: "Double",
      read: (config) => ({ by: config.number("by", 2) }),
      outputShapes: ({ inputs }) => inputs,
      call: ({ tf, inputs, options }) => tf.mul(inputs[0] as tf.Tensor, (options as { by: number }).by),
    };
    const own = {
      customLayers: [double],
      customConstraints: { "my>Zero": (data: Float32Array | Float64Array) => void data.fill(0) },
    };
    const zero = { module: "my", class_name: "Zero", config: { a: 1 }, registered_name: "my>Zero" };
    const layers = [
      { module: "my", class_name: "Double", config: { name: "twice", by: 3 }, registered_name: "my>Double" },
      dense("one", { kernel_constraint: zero }),
    ];
    const artifacts = await save(await buildOf(layers, own));
    await expect(load(artifacts)).rejects.toThrow("Unknown layer: KerasProof>Double");
    registerKerasLayers({ customLayers: [double] });
    await expect(load(artifacts)).rejects.toMatchObject({ code: "unsupported-constraint" });
    registerKerasLayers(own);
    const loaded = await load(artifacts);
    compile(loaded);
    await loaded.trainOnBatch(tf.ones([1, 2]), tf.ones([1, 2]));
    const [kernel, bias] = loaded.getWeights().map((weight) => [...weight.dataSync()]);
    expect(kernel).toEqual([0, 0, 0, 0]);
    expect(bias).not.toEqual([0, 0]);
  });

  it("keeps a limit that is no number, predicts, and refuses to train", async () => {
    registerKerasLayers();
    const maxNorm = { class_name: "MaxNorm", config: { max_value: [1, "3"], axis: 0 } };
    const model = await buildOf([dense("one", { kernel_constraint: maxNorm })]);
    const loaded = await load(await save(model));
    expect(modelConstraints(loaded)).toEqual(modelConstraints(model));
    expect(modelConstraints(loaded)).toMatchObject([
      { constraint: { writtenLimits: { maxValue: { value: [1, "3"], perGroup: false } } } },
    ]);
    expect((loaded.predict(tf.ones([1, 2])) as tf.Tensor).shape).toEqual([1, 2]);
    compile(loaded);
    const refused = expect.objectContaining({ code: "bad-constraint" }) as Error;
    await expect(loaded.trainOnBatch(tf.ones([1, 2]), tf.ones([1, 2]))).rejects.toThrow(refused);
    expect(() => enforceConstraints(loaded)).toThrow(refused);
  });

  it.each([
    ["cut off", (text: string) => text.slice(0, -20), "bad-json"],
    ["of another version", (text: string) => text.replace('"version":1', '"version":2'), "bad-config"],
    ["of another format", () => "[]", "bad-config"],
    ["of no generation", (text: string) => text.replace('"keras3"', '"keras4"'), "bad-config"],
    ["of an unknown class", (text: string) => text.replace('"Dense"', '"Danse"'), "unsupported-layer"],
    ["with an option too many", (text: string) => text.replace('"units"', '"evil":1,"units"'), "unsupported-option"],
    ["with an option of the wrong type", (text: string) => text.replace('"units":2', '"units":"2"'), "bad-config"],
    ["with an unknown constraint", (text: string) => text.replace('"MaxNorm"', '"MinNorm"'), "unsupported-constraint"],
    ["with a broken constraint", (text: string) => text.replace('"max_value":3', '"max_valu":3'), "bad-constraint"],
    ["with other shapes", (text: string) => text.replace("[[null,2]]", "[[null,3]]"), "bad-graph"],
    ["with no shapes", (text: string) => text.replace("[[null,2]]", "[[null,-2]]"), "bad-config"],
    ["with a key twice", (text: string) => text.replace("{", '{"name":"x",'), "duplicate"],
    ["with axes of nothing", (text: string) => text.replace('"mapped_axes":{}', '"mapped_axes":{"a":1}'), "bad-config"],
  ] as const)("refuses a layer that was tampered with: %s", async (_, change, code) => {
    registerKerasLayers();
    const maxNorm = { class_name: "MaxNorm", config: { max_value: 3, axis: 0 } };
    const artifacts = await save(await buildOf([dense("one", { kernel_constraint: maxNorm })]));
    expect(modelConstraints(await load(artifacts))).toHaveLength(1);
    const error: unknown = await load(tampered(artifacts, "one", change)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KerasProofError);
    expect(error).toMatchObject({ code, path: expect.stringContaining("saved layer one") as string });
  });

  it("refuses a layer without its text", async () => {
    registerKerasLayers();
    const artifacts = await save(await buildOf([dense("one")]));
    const none = tampered(artifacts, "one", () => 1 as never);
    await expect(load(none)).rejects.toMatchObject({ code: "bad-config", path: "saved layer one.keras" });
  });

  it("keeps numbers that JSON does not have", async () => {
    registerKerasLayers();
    for (const [limit, value] of [
      ["Infinity", Infinity],
      ["-0.0", -0],
      ["1152921504606846976", 2 ** 60],
      ["NaN", Number.NaN],
    ] as const) {
      const marked = dense("one", { kernel_constraint: "MARK" });
      const text = JSON.stringify(nested("m", true, [marked])).replace(
        '"MARK"',
        `{"class_name":"MaxNorm","config":{"max_value":${limit},"axis":0}}`,
      );
      const built = buildModel(await readModelSpec(new TextEncoder().encode(text)), layerRegistry());
      const [binding] = modelConstraints(await load(await save(built.model)));
      expect(binding?.constraint).toMatchObject({ maxValue: value });
    }
  });
});
