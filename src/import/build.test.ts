import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { buildModel, tensorOf } from "./build.js";
import type { RawGraph, RawLayer } from "./raw-graph.js";
import { layerRegistry } from "./registry.js";
import { resolveGraph } from "./resolve.js";
import type { GraphSpec, ModelSpec, TensorRef } from "./spec.js";

const registry = layerRegistry();
const ref = (layer: string, call = 0): TensorRef => ({ layer, call, tensor: 0 });

function layer(name: string, className: string, config: RawLayer["config"], ...calls: TensorRef[][]): RawLayer {
  return { name, className, config, path: `$.${name}`, trainable: true, dtype: "float32", calls, graph: null };
}

function resolve(layers: RawLayer[], outputs: TensorRef[]): GraphSpec {
  const problems: [] = [];
  const raw: RawGraph = { name: "model", path: "$", sequential: false, layers, inputs: [ref("x")], outputs };
  const graph = resolveGraph(raw, { generation: "keras3", registry, problems, notes: [] });
  expect(problems).toEqual([]);
  return graph;
}

function withWeights(graph: GraphSpec, values: number[][]): ModelSpec {
  const left = [...values];
  const layers = graph.layers.map((one) => ({
    ...one,
    weights: one.weights.map((weight) => ({
      ...weight,
      values: { dtype: "float32" as const, shape: weight.shape, data: Float32Array.from(left.shift() ?? []) },
    })),
  }));
  return {
    generation: "keras3",
    kerasVersion: null,
    backend: null,
    format: "test",
    graph: { ...graph, layers },
    hasWeights: true,
    training: null,
    notes: [],
  };
}

describe("building a model", () => {
  beforeAll(() => tf.setBackend("cpu"));
  const input = layer("x", "InputLayer", { batch_shape: [null, 2] }, []);

  it("calls a shared layer with one set of weights", () => {
    const dense = layer("d", "Dense", { units: 2, use_bias: false }, [ref("x")], [ref("d", 0)]);
    const spec = withWeights(resolve([input, dense], [ref("d", 1)]), [[0, 1, 2, 0]]);
    const { model, layers } = buildModel(spec, registry);
    expect(model.countParams()).toBe(4);
    expect([...layers.keys()]).toEqual(["d"]);
    // [1, 3] times [[0, 1], [2, 0]] twice is twice itself.
    expect([...(model.predict(tf.tensor2d([[1, 3]])) as tf.Tensor).dataSync()]).toEqual([2, 6]);
  });

  it("assigns weights as they are, whatever their constraint", () => {
    const config = {
      units: 1,
      use_bias: false,
      kernel_constraint: { class_name: "MaxNorm", config: { max_value: 1 } },
    };
    const spec = withWeights(resolve([input, layer("d", "Dense", config, [ref("x")])], [ref("d")]), [[30, 40]]);
    const { model } = buildModel(spec, registry);
    expect([...(model.getWeights()[0] as tf.Tensor).dataSync()]).toEqual([30, 40]);
  });

  it("lets a mask that a nested model makes out of it, and frees it in the end", () => {
    const steps = layer("x", "InputLayer", { batch_shape: [null, 3, 1] }, []);
    const graphOf = (name: string, inside: RawLayer): RawGraph => ({
      name,
      path: `$.${name}`,
      sequential: false,
      layers: [steps, inside],
      inputs: [ref("x")],
      outputs: [ref(inside.name)],
    });
    const masking = layer("masking", "Masking", {}, [ref("x")]);
    const inner = { ...layer("inner", "Functional", {}, [ref("x")]), graph: graphOf("inner", masking) };
    const outer = { ...layer("outer", "Functional", {}, [ref("x")]), graph: graphOf("outer", inner) };
    const rnn = { units: 1, use_bias: false, activation: "linear", return_sequences: true };
    const last = layer("rnn", "SimpleRNN", rnn, [ref("outer")]);
    const spec = withWeights(resolve([steps, outer, last], [ref("rnn")]), [[1], [2]]);
    const { model } = buildModel(spec, registry);
    const x = tf.tensor3d([[[1], [0], [1]]]);
    const before = tf.memory().numTensors;
    const y = model.predict(x) as tf.Tensor;
    // The masked step keeps the state 1, which makes 1 + 2 * 1 of the next.
    expect([...y.dataSync()]).toEqual([1, 1, 3]);
    expect(tf.memory().numTensors - before).toBe(1);
  });

  it("calls a layer with one tensor twice, and leaves it to the layers after", () => {
    const twice = layer("twice", "Multiply", {}, [ref("d"), ref("d")]);
    const dense = layer("d", "Dense", { units: 1, use_bias: false }, [ref("x")]);
    const sum = layer("sum", "Add", {}, [ref("d"), ref("twice")]);
    const again = layer("again", "Subtract", {}, [ref("sum"), ref("d")]);
    const spec = withWeights(resolve([input, dense, twice, sum, again], [ref("again")]), [[1, 1]]);
    const before = tf.memory().numTensors;
    const { model, layers } = buildModel(spec, registry);
    expect([...layers.keys()]).toEqual(["d", "twice", "sum", "again"]);
    expect([...(model.predict(tf.tensor2d([[1, 3]])) as tf.Tensor).dataSync()]).toEqual([16]);
    expect(tf.memory().numTensors - before).toBe(3);
  });

  it("runs models whose layers have names that tfjs does not take", () => {
    const odd = ["a b", "a_b", "__proto__", "constructor", "toString", "ü/x"];
    const layers = odd.map((name, i) => layer(name, "Dense", { units: 2, use_bias: false }, [ref(odd[i - 1] ?? "x")]));
    const outputs = odd.map((name) => ref(name));
    const spec = withWeights(
      { ...resolve([input, ...layers], outputs), name: "__proto__" },
      odd.map(() => [0, 1, 2, 0]),
    );
    const { model, layers: built } = buildModel(spec, registry);
    expect([...built.keys()]).toEqual(odd);
    // [1, 3] times [[0, 1], [2, 0]] is [6, 1], and twice that for every two layers.
    const results = model.predict(tf.tensor2d([[1, 3]])) as tf.Tensor[];
    expect(results.map((result) => [...result.dataSync()])).toEqual([
      [6, 1],
      [2, 6],
      [12, 2],
      [4, 12],
      [24, 4],
      [8, 24],
    ]);
  });

  it("infers shapes through the graph before tfjs is asked", () => {
    const graph = resolve([input, layer("d", "Dense", { units: 5 }, [ref("x")])], [ref("d")]);
    expect(graph.layers[1]?.calls[0]).toMatchObject({ inputShapes: [[null, 2]], outputShapes: [[null, 5]] });
    expect(graph.layers[1]?.weights.map((weight) => [weight.name, weight.shape])).toEqual([
      ["kernel", [2, 5]],
      ["bias", [5]],
    ]);
  });

  it("leaves no tensor behind but the weights", () => {
    const spec = withWeights(resolve([input, layer("d", "Dense", { units: 1 }, [ref("x")])], [ref("d")]), [
      [1, 1],
      [0],
    ]);
    const before = tf.memory().numTensors;
    const { model } = buildModel(spec, registry);
    const weights = model.weights.length;
    expect(tf.memory().numTensors - before).toBe(weights);
    tf.dispose(model.predict(tf.zeros([1, 2])));
    expect(tf.memory().numTensors - before).toBe(weights + 1);
  });
});

describe("a tensor of an array", () => {
  it("narrows 64-bit integers to int32", () => {
    const tensor = tensorOf({ dtype: "int64", shape: [2], data: BigInt64Array.of(1n, -2n) });
    expect([tensor.dtype, ...tensor.dataSync()]).toEqual(["int32", 1, -2]);
  });

  it("refuses text and complex numbers", () => {
    expect(() => tensorOf({ dtype: "complex64", shape: [1], data: Float32Array.of(1, 2) })).toThrow(
      "found complex numbers, wanted real ones",
    );
    expect(() => tensorOf({ dtype: "string", shape: [1], data: ["a"] })).toThrow("found text, wanted numbers");
  });
});
