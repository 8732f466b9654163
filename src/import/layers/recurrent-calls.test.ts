import { expect, it } from "vitest";
import { loadTfjs } from "../../../fixtures/float64-tfjs.js";
import { requestOf } from "../../../fixtures/recurrent-references.js";
import { resolveLayer } from "../../../fixtures/resolve-layer.js";
import type { Generation } from "../../constraints/spec.js";
import type { JsonObject } from "../../formats/python-json.js";
import { type CallRequest, type LayerRule, only, type Tensor } from "../rule.js";
import type { Writer } from "../writer.js";

const tf = await loadTfjs();
const x = tf.ones([2, 3, 4]);
const mask = tf.ones([2, 3], "bool");

/** Calls a layer on ones, with weights of ones; `change` says what is unlike a plain call for inference. */
function callLayer(
  className: string,
  config: JsonObject,
  change: Partial<CallRequest<object>>,
  from: { generation?: Generation; writer?: Writer } = {},
): unknown {
  const inputs = change.inputs ?? [x];
  const shapes = inputs.map(({ shape: [, ...rest] }) => [null, ...rest]);
  const { layer } = resolveLayer(className, config, shapes, from);
  const weights = layer.weights.map(({ shape }) => tf.ones([...shape]));
  const request = { ...requestOf(tf, layer, inputs, [null], weights), ...change };
  return request.ruleOf(className).call(request);
}

it("refuses to train a layer with dropout, which runs otherwise", () => {
  for (const config of [{ dropout: 0.5 }, { recurrent_dropout: 0.5 }]) {
    expect(() => callLayer("GRU", { units: 2, ...config }, { training: true })).toThrow("dropout");
    expect(() => callLayer("GRU", { units: 2, ...config }, { training: false })).not.toThrow();
  }
  const embedding = { input_dim: 3, output_dim: 2, dropout: 0.5 };
  expect(() => callLayer("Embedding", embedding, { training: true })).toThrow("dropout");
  expect(() => callLayer("Embedding", embedding, {})).not.toThrow();
});

it("refuses a mask with given states where Keras 2 of an unknown kind wrote the file", () => {
  const change = { inputs: [x, tf.ones([2, 2])], masks: [mask, null] };
  const call = (config: JsonObject, writer: Writer) =>
    callLayer("SimpleRNN", { units: 2, ...config }, change, { generation: "keras2", writer });
  const tensorflow = { kerasVersion: "2.2.4", backend: "tensorflow" };
  expect(() => call({}, tensorflow)).toThrow("states at the start with a mask");
  expect(() => call({ unroll: true }, tensorflow)).not.toThrow();
  expect(() => call({ time_major: false }, tensorflow)).not.toThrow();
  expect(() => call({}, { kerasVersion: "2.3.1", backend: "tensorflow" })).not.toThrow();
  expect(() => call({}, { kerasVersion: "2.2.4", backend: "theano" })).not.toThrow();
});

it("refuses a mask of steps for sequences within a step, and a sequence without steps", () => {
  const config = { layer: { class_name: "GRU", config: { units: 2 } } };
  const inputs = [tf.ones([2, 3, 4, 5])];
  expect(() => callLayer("TimeDistributed", config, { inputs, masks: [mask] })).toThrow("found a mask of rank 2");
  expect(() => callLayer("TimeDistributed", config, { inputs, masks: [tf.ones([2, 3, 4], "bool")] })).not.toThrow();
  expect(() => callLayer("GRU", { units: 2 }, { inputs: [tf.ones([2, 0, 4])] })).toThrow("no steps");
});

it("takes one step after another in training where Keras 3 wrote the file, and moves weights in each", () => {
  const counting: LayerRule = {
    className: "Dense",
    read: () => ({}),
    outputShapes: ({ inputs }) => inputs,
    call({ inputs, weights, update }) {
      update(0, tf.add(weights[0] as Tensor, tf.scalar(1)));
      return only(inputs);
    },
  };
  const moved = (generation: Generation): number[] => {
    const found: number[] = [];
    const config = { layer: { class_name: "Dense", config: { units: 1 } } };
    const { layer } = resolveLayer("TimeDistributed", config, [[null, 3, 4]], { generation });
    const request = requestOf(tf, layer, [x], [null], [tf.scalar(0)]);
    const { ruleOf } = request;
    const update = (slot: number, value: Tensor): void => void found.push(slot, only([...value.dataSync()]));
    const training = { ...request, training: true, update, ruleOf: () => counting };
    const outputs = ruleOf("TimeDistributed").call(training) as readonly Tensor[];
    expect(only(outputs).shape).toEqual([2, 3, 4]);
    return found;
  };
  expect(moved("keras3")).toEqual([0, 3]);
  expect(moved("keras2")).toEqual([0, 1]);
});
