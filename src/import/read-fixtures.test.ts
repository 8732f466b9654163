import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { KerasProofError } from "../errors.js";
import { type NpzArchive, openNpz } from "../formats/npz.js";
import type { NdArray } from "../ndarray.js";
import { readModelSpec } from "./load-spec.js";
import { type LayerSpec, type ModelSpec, walkLayers } from "./spec.js";
import type { Kernels } from "./weights/theano.js";

interface Case {
  readonly name: string;
  readonly folder: URL;
  readonly files: { readonly model: string; readonly reference: string; readonly weights?: string };
  readonly backend: string;
}

const fixtures = new URL("../../fixtures/", import.meta.url);

function casesOf(group: string): Case[] {
  const root = new URL(`${group}/`, fixtures);
  return readdirSync(root).map((name) => {
    const folder = new URL(`${name}/`, root);
    const { files, backend } = JSON.parse(readFileSync(new URL("case.json", folder), "utf8"));
    return { name: `${group}/${name}`, folder, files, backend };
  });
}

const cases = [...casesOf("examples"), ...casesOf("cases")];

function bytesOf(one: Case, file: string): Uint8Array {
  return readFileSync(new URL(file, one.folder));
}

async function readCase(one: Case): Promise<ModelSpec> {
  const { model, weights } = one.files;
  const kernels: Kernels = one.backend === "theano" ? "theano" : "tensorflow";
  const given = weights === undefined ? {} : { weights: bytesOf(one, weights), weightsName: weights };
  return readModelSpec(bytesOf(one, model), { name: model, kernels, ...given });
}

/** What Keras's `layer.get_weights()` gave, in its own order and layout. */
async function recordedWeights(reference: NpzArchive, path: string): Promise<NdArray[]> {
  const arrays: NdArray[] = [];
  while (reference.has(`weights/${path}/${arrays.length}`)) {
    arrays.push(await reference.read(`weights/${path}/${arrays.length}`));
  }
  return arrays;
}

/** Reads one element, by its index along each axis. */
function at(array: NdArray, index: readonly number[]): number {
  let offset = 0;
  for (const [axis, i] of index.entries()) offset = offset * (array.shape[axis] as number) + i;
  return array.data[offset] as number;
}

function values(array: NdArray): number[] {
  return Array.from(array.data as Float32Array);
}

/** Every index of a shape, in C order. */
function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (list, extent) => list.flatMap((index) => Array.from({ length: extent }, (_, i) => [...index, i])),
    [[]],
  );
}

/** The kernel that Keras 1 or Theano stored, from the one that was read: axes and directions turned back. */
function storedKernel(kernel: NdArray, recorded: NdArray, flip: boolean, filtersFirst: boolean): number[] {
  const [rows, columns] = kernel.shape as [number, number, number, number];
  return indices(recorded.shape).map((index) => {
    const [a, b, c, d] = index as [number, number, number, number];
    const [row, column, channel, filter] = filtersFirst ? [c, d, b, a] : [a, b, c, d];
    return at(kernel, [flip ? rows - 1 - row : row, flip ? columns - 1 - column : column, channel, filter]);
  });
}

/** The arrays of Keras 1's recurrent layers, gate by gate, from the joined ones. */
function storedGates(weights: readonly NdArray[], order: readonly number[]): number[][] {
  return order.flatMap((gate) =>
    weights.map((weight) => {
      const units = (weight.shape.at(-1) as number) / order.length;
      const inGate = (index: readonly number[]): boolean => Math.floor((index.at(-1) as number) / units) === gate;
      return indices(weight.shape)
        .filter(inGate)
        .map((index) => at(weight, index));
    }),
  );
}

const gateOrders: ReadonlyMap<number, readonly number[]> = new Map([
  [12, [0, 2, 1, 3]],
  [9, [0, 1, 2]],
]);

/** The weights of a layer as the Keras that wrote the file held them. */
function asRecorded(layer: LayerSpec, recorded: readonly NdArray[], flip: boolean): number[][] {
  const weights = layer.weights.map((weight) => weight.values as NdArray);
  const order = weights.length === 3 ? gateOrders.get(recorded.length) : undefined;
  if (order !== undefined) return storedGates(weights, order);
  const each = weights.length === 6 ? gateOrders.get(recorded.length / 2) : undefined;
  if (each !== undefined) return [...storedGates(weights.slice(0, 3), each), ...storedGates(weights.slice(3), each)];
  return layer.weights.map((weight, i) => {
    const stored = recorded[i] as NdArray;
    const array = weights[i] as NdArray;
    const filtersFirst = stored.shape.length === 4 && stored.shape.join() !== array.shape.join();
    const flipped = flip && weight.spatialAxes === 2;
    return flipped || filtersFirst ? storedKernel(array, stored, flipped, filtersFirst) : values(array);
  });
}

describe("every fixture's weights are those that Keras held", () => {
  test.each(cases)("$name", async (one) => {
    const spec = await readCase(one);
    const reference = await openNpz(bytesOf(one, one.files.reference), { name: one.files.reference });
    const seen = new Set<string>();
    let compared = 0;
    for (const { layer, path } of walkLayers(spec.graph)) {
      const recorded = await recordedWeights(reference, path);
      for (const i of recorded.keys()) seen.add(`weights/${path}/${i}`);
      if (layer.graph !== null) continue;
      const found = asRecorded(layer, recorded, one.backend === "theano");
      expect(found.length, path).toBe(recorded.length);
      for (const [i, array] of recorded.entries()) {
        expect(found[i], `${path} ${i}`).toEqual(values(array));
        compared += 1;
      }
    }
    const all = reference.names.filter((name) => name.startsWith("weights/"));
    expect(all.filter((name) => !seen.has(name))).toEqual([]);
    expect(compared).toBe(all.length);
    expect(spec.hasWeights).toBe(true);
  });
});

const corpus = new URL("../../../shared/corpus/", import.meta.url);
/** Files of HDF5's own projects, which hold arrays and no models. */
const noModels = /^(?:h5py__h5py|jjhelmus__pyfive|usnistgov__h5wasm)\//;

function corpusFiles(): string[] {
  const names = readdirSync(corpus, { recursive: true }).map(String);
  return names.filter((name) => /\.(?:h5|hdf5|keras|json)$/.test(name) && !noModels.test(name)).toSorted();
}

function corpusFile(name: string): Uint8Array {
  return readFileSync(new URL(encodeURI(name), corpus));
}

/** `read`, or the code of the first problem; the classes that are not supported are added to the set. */
async function outcomeOf(name: string, unsupported: Set<string>): Promise<string> {
  try {
    const spec = await readModelSpec(corpusFile(name), { name });
    return spec.hasWeights ? "read" : "read without weights";
  } catch (error) {
    if (!(error instanceof KerasProofError)) throw error;
    for (const problem of error.problems) {
      const found = /^found a layer of class (\w+)/.exec(problem.message)?.[1];
      if (found !== undefined) unsupported.add(found);
    }
    return error.code;
  }
}

describe.skipIf(!existsSync(corpus))("files that others wrote", () => {
  test("are read where their layers are supported, and otherwise refused with a reason", async () => {
    const counts = new Map<string, number>();
    const unsupported = new Set<string>();
    for (const name of corpusFiles()) {
      const outcome = await outcomeOf(name, unsupported);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual({
      read: 65,
      "read without weights": 55,
      "bad-config": 2,
      "code-in-file": 3,
      "missing-entry": 7,
      "unsupported-format": 6,
      "unsupported-layer": 18,
      "unsupported-model": 4,
    });
    // Layers that come with a later release; SplineT is a layer of the file's authors.
    const later = "AveragePooling1D Conv1D Cropping2D GlobalAveragePooling1D GlobalMaxPooling1D MaxPooling1D";
    const classes = [...unsupported].toSorted((a, b) => (a < b ? -1 : 1));
    expect(classes.join(" ")).toBe(`${later} Normalization Rescaling SplineT`);
  });

  test.each([
    ["keras1__cnn_tf_config.json", "cnn_tf_weights.h5"],
    ["simple_lstm_tf_keras_1_config.json", "simple_lstm_tf_keras_1_weights.h5"],
    ["lstm_th_keras_2_config.json", "lstm_th_keras_2_weights.h5"],
    ["simple_rnn_tf_keras_2_config.json", "simple_rnn_tf_keras_2_weights.h5"],
  ])("%s takes the weights of %s", async (model, weights) => {
    const folder = "deeplearning4j__dl4j-test-resources/";
    const spec = await readModelSpec(corpusFile(folder + model), { weights: corpusFile(folder + weights) });
    const all = [...walkLayers(spec.graph)].flatMap(({ layer }) => layer.weights);
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter((weight) => weight.values === null)).toEqual([]);
  });
});
