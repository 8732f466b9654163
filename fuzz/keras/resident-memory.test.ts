import { expect, it } from "vitest";
import { refusalOf } from "../../fixtures/refusal-of.js";
import { writeDeflatedZip } from "../../fixtures/write-deflated-zip.js";
import { ascii, list, makeFile, noHeap, oldHeader } from "../hdf5/made-file.js";
import { hardLink } from "../hdf5/made-structures.js";
import { surveyModel } from "../../src/import/survey.js";
import { excessivePeaks } from "../measure-peaks.js";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const input: Json = { class_name: "InputLayer", config: { name: "in", batch_shape: [null, 4] } };

function sequential(...layers: readonly Json[]): Json {
  return { class_name: "Sequential", config: { name: "m", layers: [input, ...layers] }, keras_version: "2.9.0" };
}

function dense(options: { readonly [key: string]: Json }): Json {
  return { class_name: "Dense", config: { units: 3, ...options } };
}

/** So many options that no layer has. */
function options(count: number): { readonly [key: string]: Json } {
  return Object.fromEntries(list(count, (i) => [`option_${i}`, i]));
}

/** A layer within so many others. */
function wrapped(depth: number, layer: Json): Json {
  return depth === 0 ? layer : { class_name: "TimeDistributed", config: { layer: wrapped(depth - 1, layer) } };
}

/** A functional model with a layer of this name, which is called so often. */
function called(name: string, calls: number): Json {
  const start = { class_name: "InputLayer", name: "in", config: { name: "in", batch_shape: [null, 4] } };
  const layer = { class_name: "Flatten", name, config: {}, inbound_nodes: list(calls, () => [["in", 0, 0]]) };
  const config = { name: "m", layers: [start, layer], input_layers: [["in", 0, 0]], output_layers: [["in", 0, 0]] };
  return { class_name: "Functional", config, keras_version: "2.9.0" };
}

/** A model of this name, with so many layers, in another one. */
function nested(name: string, layers: number): Json {
  const inside = list(layers, (i) => dense({ name: `${i}`, kernel_constraint: "NonNeg", x: 1 }));
  return sequential({ class_name: "Sequential", config: { name, layers: [input, ...inside] } });
}

const models: readonly (readonly [title: string, model: Json])[] = [
  ["44,000 options that a layer does not have", sequential(dense(options(44_000)))],
  ["a layer with a long name, called thousands of times", called("n".repeat(15_000), 2500)],
  ["a model with a long name around thousands of layers", nested("n".repeat(300_000), 3000)],
  ["options below sixty layers within each other", sequential(wrapped(60, dense(options(30_000))))],
];

const bytesOf = (model: Json): Uint8Array => new TextEncoder().encode(JSON.stringify(model));

it("surveys small models in 64 MB of resident memory and four times the file", () => {
  expect(
    excessivePeaks(
      "models",
      models.map(([title, model]) => [title, bytesOf(model)]),
    ),
  ).toEqual([]);
}, 60_000);

/** As many layers as may come out of a small archive. */
const layers: readonly (readonly [title: string, make: (i: number) => Json, count: number])[] = [
  ["layers with nothing", () => ({ class_name: "Flatten", config: {} }), 5326],
  [
    "layers with weights that are missing",
    (i) => ({ class_name: "BatchNormalization", config: { name: `${i}` } }),
    3996,
  ],
  ["layers with options that they do not have", () => dense({ a: 0, b: 0 }), 2663],
  ["layers with constraints that are none", () => dense({ kernel_constraint: "X", bias_constraint: 1 }), 2663],
];

/** A deflated archive of a model with these layers, and a file of weights without any. */
function archiveOf(...layers: readonly Json[]): Uint8Array {
  const { add, finishAt } = makeFile();
  const empty = add(oldHeader([noHeap]));
  const weights = finishAt(add(oldHeader([noHeap, [6, hardLink(ascii("layers"), empty)]])));
  const config = { name: "config.json", bytes: bytesOf(sequential(...layers)) };
  return writeDeflatedZip([config, { name: "model.weights.h5", bytes: weights }]);
}

it("surveys archives of a few kB in the same memory, whatever comes out of them", () => {
  const files = layers.map(([title, make, count]): [string, Uint8Array] => [title, archiveOf(...list(count, make))]);
  expect(Math.max(...files.map(([, { length }]) => length))).toBeLessThan(60_000);
  expect(excessivePeaks("models", files)).toEqual([]);
}, 60_000);

it.each(layers)("refuses archives of a few kB with more %s", async (_, make, count) => {
  const refusal = await refusalOf(surveyModel(archiveOf(...list(count + 10, make))));
  expect(refusal).toMatchObject({ code: "limit", message: expect.stringContaining("more than 16000 values") });
});
