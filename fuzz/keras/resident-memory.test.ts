import { expect, it } from "vitest";
import { list } from "../hdf5/made-file.js";
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
];

it("surveys small models in 64 MB of resident memory and four times the file", () => {
  const files = models.map(([title, model]): [string, Uint8Array] => {
    return [title, new TextEncoder().encode(JSON.stringify(model))];
  });
  expect(excessivePeaks("models", files)).toEqual([]);
}, 60_000);
