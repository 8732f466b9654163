import { expect, it } from "vitest";
import { checkLongestWay, withinStack } from "./longest-way.js";
import type { GraphSpec, LayerSpec, TensorRef } from "./spec.js";

const ref = (layer: string): TensorRef => ({ layer, call: 0, tensor: 0 });

function layer(name: string, ...inputs: readonly TensorRef[]): LayerSpec {
  const calls = [{ inputs, inputShapes: [], outputShapes: [[null, 1]] }];
  return { name, className: "Add", path: `$.${name}`, trainable: true, options: {}, graph: null, calls, weights: [] };
}

function graphOf(layers: readonly LayerSpec[]): GraphSpec {
  const order = layers.map(({ name }) => ({ layer: name, call: 0 }));
  return { name: "m", sequential: false, layers, order, inputs: [], outputs: [] };
}

function chain(count: number): LayerSpec[] {
  return Array.from({ length: count }, (_, i) => layer(`f${i}`, ...(i === 0 ? [] : [ref("f0"), ref(`f${i - 1}`)])));
}

it("refuses more than 4000 calls one after another, and no number of them side by side", () => {
  const beside = Array.from({ length: 10_000 }, (_, i) => layer(`b${i}`, ref("f0")));
  expect(() => checkLongestWay(graphOf([...chain(4000), ...beside]))).not.toThrow();
  const refusal = { code: "limit", path: "$.f4000", message: expect.stringContaining("found 4001 calls") as string };
  expect(() => checkLongestWay(graphOf(chain(4001)))).toThrow(expect.objectContaining(refusal));
});

it("refuses what the stack has no room for, and hands on other errors", () => {
  const endless = (): number => endless() + 1;
  const graph = graphOf([layer("f0")]);
  const cause = expect.any(RangeError) as RangeError;
  expect(() => withinStack(graph, endless)).toThrow(expect.objectContaining({ code: "limit", path: "$.f0", cause }));
  for (const other of [new TypeError("other"), new RangeError("Invalid array length")]) {
    expect(() =>
      withinStack(graph, () => {
        throw other;
      }),
    ).toThrow(other);
  }
  expect(withinStack(graph, () => 1)).toBe(1);
});
