import { describe, expect, it } from "vitest";
import type { Problem } from "../errors.js";
import { orderCalls } from "./order-calls.js";
import type { RawGraph, RawLayer } from "./raw-graph.js";
import type { TensorRef } from "./spec.js";

const ref = (layer: string, call = 0): TensorRef => ({ layer, call, tensor: 0 });

function layer(name: string, ...calls: TensorRef[][]): RawLayer {
  return {
    name,
    className: "Add",
    config: {},
    path: `$.${name}`,
    trainable: true,
    dtype: "float32",
    calls,
    graph: null,
  };
}

function order(layers: RawLayer[], outputs: TensorRef[] = []): { keys: string[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const graph: RawGraph = { name: "model", path: "$", sequential: false, layers, inputs: [], outputs };
  return { keys: orderCalls(graph, problems).map((one) => `${one.layer}:${one.call}`), problems };
}

describe("the order of calls", () => {
  it("puts a call after the calls it depends on, whatever the order of the layers", () => {
    const { keys, problems } = order([layer("c", [ref("b")]), layer("b", [ref("a")]), layer("a", [])]);
    expect(keys).toEqual(["a:0", "b:0", "c:0"]);
    expect(problems).toEqual([]);
  });

  it("orders a shared layer whose second call comes first", () => {
    const { keys } = order([layer("a", []), layer("s", [ref("b")], [ref("a")]), layer("b", [ref("s", 1)])]);
    expect(keys).toEqual(["a:0", "s:1", "b:0", "s:0"]);
  });

  it("counts an input that is used twice once", () => {
    expect(order([layer("a", []), layer("b", [ref("a"), ref("a")])]).keys).toEqual(["a:0", "b:0"]);
  });

  it("names the layers of a loop", () => {
    const { problems } = order([layer("a", [ref("b")]), layer("b", [ref("a")])]);
    expect(problems).toEqual([{ code: "bad-graph", path: "$.a", message: "found a loop through a, b" }]);
  });

  it("reports inputs and outputs that are not there", () => {
    const { problems } = order([layer("a", [ref("none")])], [ref("a", 3)]);
    expect(problems.map((problem) => problem.message)).toEqual([
      "found an input from call 0 of none, which this model does not have",
      "found call 3 of a as an input or output, which this model does not have",
    ]);
  });

  it("orders a chain of 50,000 layers that are listed backwards", () => {
    const layers = Array.from({ length: 50_000 }, (_, at) => layer(`l${at}`, at === 0 ? [] : [ref(`l${at - 1}`)]));
    expect(order(layers.toReversed()).keys).toHaveLength(50_000);
  });
});
