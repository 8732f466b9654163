import { describe, expect, it } from "vitest";
import { resolveLayer } from "../../../fixtures/resolve-layer.js";
import type { JsonObject } from "../../formats/python-json.js";
import type { Shape } from "../rule.js";

const sequence = [[null, 5, 3]];
const lstm = { class_name: "LSTM", config: { name: "forward_lstm", units: 2, return_sequences: true } };

function optionsOf(generation: "keras1" | "keras3", config: JsonObject = {}): object {
  return resolveLayer("LSTM", { units: 2, ...config }, sequence, { generation }).layer.options;
}

function statesOf(className: string): readonly Shape[] | undefined {
  const config = { units: 2, return_state: true, return_sequences: true };
  return resolveLayer(className, config, sequence).layer.calls[0]?.outputShapes;
}

function lstmProblems(shapes: readonly Shape[]): string[] {
  return resolveLayer("LSTM", { units: 2 }, shapes).problems.map(({ code, message }) => `${code}: ${message}`);
}

function joinedShapes(mode: string | null, config: JsonObject = {}): readonly Shape[] | undefined {
  const layer = { ...lstm, config: { ...lstm.config, ...config } };
  return resolveLayer("Bidirectional", { layer, merge_mode: mode }, sequence).layer.calls[0]?.outputShapes;
}

function wrapperProblems(config: JsonObject): string[] {
  return resolveLayer("Bidirectional", config, sequence).problems.map(({ code, path }) => `${code} ${path}`);
}

function embeddedShapes(config: JsonObject, shape: Shape): readonly Shape[] | undefined {
  const embedding = { input_dim: 9, output_dim: 2, ...config };
  return resolveLayer("Embedding", embedding, [shape]).layer.calls[0]?.outputShapes;
}

describe("recurrent layers", () => {
  it("gives the slots of an LSTM in Keras's order, with their constraints and their place in the store", () => {
    const constraint = { class_name: "MaxNorm", config: { max_value: 2, axis: 1 } };
    const config = { units: 2, kernel_constraint: constraint, recurrent_constraint: constraint };
    const { layer, problems } = resolveLayer("LSTM", config, sequence);
    expect(problems).toEqual([]);
    expect(layer.weights.map(({ name, shape, store }) => [name, shape, store])).toEqual([
      ["kernel", [3, 8], "cell"],
      ["recurrent_kernel", [2, 8], "cell"],
      ["bias", [8], "cell"],
    ]);
    const limit = { kind: "maxNorm", maxValue: 2, axis: 1 };
    expect(layer.weights.map((weight) => weight.constraint)).toMatchObject([limit, limit, null]);
  });

  it("gives a GRU two rows of bias where the reset gate acts after the product", () => {
    const shapes = [{}, { reset_after: true }, { reset_after: false }].map((config) =>
      (["keras2", "keras3"] as const).map(
        (generation) =>
          resolveLayer("GRU", { units: 2, ...config }, sequence, { generation }).layer.weights.at(-1)?.shape,
      ),
    );
    expect(shapes).toEqual([
      [[6], [2, 6]],
      [
        [2, 6],
        [2, 6],
      ],
      [[6], [6]],
    ]);
  });

  it("takes the recurrent activation of the generation where the file has none", () => {
    expect(optionsOf("keras1")).not.toEqual(optionsOf("keras1", { recurrent_activation: "sigmoid" }));
    expect(optionsOf("keras1")).toEqual(optionsOf("keras1", { recurrent_activation: "hard_sigmoid" }));
    expect(optionsOf("keras3")).toEqual(optionsOf("keras3", { recurrent_activation: "sigmoid" }));
  });

  it("gives states as further outputs", () => {
    const [output, state] = [
      [null, 5, 2],
      [null, 2],
    ];
    expect(statesOf("LSTM")).toEqual([output, state, state]);
    expect(statesOf("GRU")).toEqual([output, state]);
    expect(statesOf("SimpleRNN")).toEqual([output, state]);
  });

  it("refuses what it does not compute", () => {
    const config = { units: 2, time_major: true, num_constants: 1, implementation: 3, projection: 4 };
    const { problems } = resolveLayer("LSTM", config, sequence);
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      "unsupported-option $.config.implementation",
      "unsupported-option $.config.time_major",
      "unsupported-option $.config.num_constants",
      "unsupported-option $.config.projection",
    ]);
  });

  it("refuses inputs that do not fit", () => {
    expect(lstmProblems([[null, 5]])).toEqual(["bad-graph: found a sequence of open width, wanted a fixed one"]);
    expect(lstmProblems([[null, 5, 3, 1]])).toEqual([
      "bad-graph: found an input of rank 4, wanted (batch, steps, features)",
    ]);
    expect(
      lstmProblems([
        [null, null, 3],
        [null, 2],
      ]),
    ).toEqual(["bad-graph: found 2 inputs, wanted the sequence and, if any, 2 states"]);
  });

  it("notes that states are not kept between calls", () => {
    const { notes } = resolveLayer("GRU", { units: 2, stateful: true }, [[4, 5, 3]]);
    expect(notes.map(({ code, path }) => [code, path])).toEqual([["stateful", "$.config.stateful"]]);
  });
});

describe("Bidirectional", () => {
  it("names and places the weights of both layers", () => {
    const { layer, problems } = resolveLayer("Bidirectional", { layer: lstm, merge_mode: "concat" }, sequence);
    expect(problems).toEqual([]);
    expect(layer.weights.map(({ name, store }) => [name, store])).toEqual([
      ["forward/kernel", "forward_layer/cell"],
      ["forward/recurrent_kernel", "forward_layer/cell"],
      ["forward/bias", "forward_layer/cell"],
      ["backward/kernel", "backward_layer/cell"],
      ["backward/recurrent_kernel", "backward_layer/cell"],
      ["backward/bias", "backward_layer/cell"],
    ]);
  });

  it("has the shapes that its merge mode gives", () => {
    expect(joinedShapes("concat")).toEqual([[null, 5, 4]]);
    expect(joinedShapes("sum", { return_sequences: false })).toEqual([[null, 2]]);
    expect(joinedShapes(null)).toEqual([
      [null, 5, 2],
      [null, 5, 2],
    ]);
    expect(joinedShapes("ave", { return_state: true })?.length).toBe(5);
  });

  it("freezes the weights of an inner layer that is frozen", () => {
    const frozen = { ...lstm, config: { ...lstm.config, trainable: false } };
    const backward = { class_name: "LSTM", config: { units: 2, return_sequences: true, go_backwards: true } };
    const config = { layer: frozen, backward_layer: backward };
    const { layer } = resolveLayer("Bidirectional", config, sequence);
    expect(layer.weights.map(({ trainable }) => trainable)).toEqual([false, false, false, true, true, true]);
  });

  it("refuses layers that do not fit together or are not recurrent", () => {
    expect(wrapperProblems({ layer: lstm, backward_layer: lstm })).toEqual(["bad-config $.config.backward_layer"]);
    const last = { class_name: "LSTM", config: { units: 2, go_backwards: true } };
    expect(wrapperProblems({ layer: lstm, backward_layer: last })).toEqual(["bad-config $.config.backward_layer"]);
    const wide = { class_name: "GRU", config: { units: 3, return_sequences: true, go_backwards: true } };
    expect(wrapperProblems({ layer: lstm, backward_layer: wide, merge_mode: "sum" })).toEqual(["bad-graph $"]);
    expect(wrapperProblems({ layer: { class_name: "Dense", config: { units: 2 } } })).toEqual([
      "unsupported-option $.config.layer",
    ]);
    expect(wrapperProblems({ layer: lstm, merge_mode: "max" })).toEqual(["unsupported-option $.config.merge_mode"]);
    expect(wrapperProblems({ layer: { class_name: "Lstm", config: {} } })).toEqual([
      "unsupported-layer $.config.layer",
    ]);
    expect(wrapperProblems({})).toEqual(["bad-config $.config.layer"]);
  });
});

describe("TimeDistributed", () => {
  const dense = { class_name: "Dense", config: { units: 4 } };

  it("has the weights and shapes of its layer at each step", () => {
    const { layer, problems } = resolveLayer("TimeDistributed", { layer: dense }, [[null, null, 6, 3]]);
    expect(problems).toEqual([]);
    expect(layer.calls[0]?.outputShapes).toEqual([[null, null, 6, 4]]);
    expect(layer.weights.map(({ name, shape, store }) => [name, shape, store])).toEqual([
      ["layer/kernel", [3, 4], "layer"],
      ["layer/bias", [4], "layer"],
    ]);
  });

  it("reaches through another wrapper", () => {
    const gru = { class_name: "GRU", config: { units: 2 } };
    const inner = { class_name: "Bidirectional", config: { layer: gru } };
    const { layer } = resolveLayer("TimeDistributed", { layer: inner }, [[null, 4, 5, 3]]);
    expect(layer.calls[0]?.outputShapes).toEqual([[null, 4, 4]]);
    expect(layer.weights[3]).toMatchObject({ name: "layer/backward/kernel", store: "layer/backward_layer/cell" });
  });

  it("refuses an input without steps", () => {
    const { problems } = resolveLayer("TimeDistributed", { layer: dense }, [[null, 3]]);
    expect(problems.map(({ code }) => code)).toEqual(["bad-graph"]);
  });
});

describe("Embedding", () => {
  it("adds an axis, and fills open extents by what the file says", () => {
    expect(embeddedShapes({}, [null, 7])).toEqual([[null, 7, 2]]);
    expect(embeddedShapes({ input_length: 7 }, [null, null])).toEqual([[null, 7, 2]]);
    expect(embeddedShapes({ input_length: [null, 7] }, [null, null, null])).toEqual([[null, null, 7, 2]]);
    expect(embeddedShapes({}, [null])).toEqual([[null, 2]]);
  });

  it("refuses what it does not compute", () => {
    const config = { input_dim: 9, output_dim: 2, lora_rank: 2, sparse: true, input_length: "7" };
    const { problems } = resolveLayer("Embedding", config, [[null, 7]]);
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      "unsupported-option $.config.lora_rank",
      "unsupported-option $.config.sparse",
      "bad-config $.config.input_length",
    ]);
  });
});
