import { describe, expect, it } from "vitest";
import type { Problem } from "../errors.js";
import type { RawLayer } from "./raw-graph.js";
import { layerRegistry } from "./registry.js";
import { resolveGraph } from "./resolve.js";
import type { TensorRef } from "./spec.js";

const ref = (layer: string): TensorRef => ({ layer, call: 0, tensor: 0 });

function layer(name: string, className: string, config: RawLayer["config"], inputs: TensorRef[]): RawLayer {
  const rest = { trainable: true, dtype: "float32", calls: [inputs], graph: null };
  return { name, className, config, path: `$.${name}`, ...rest };
}

function problemsOf(...layers: RawLayer[]): Problem[] {
  const problems: Problem[] = [];
  const input = layer("x", "InputLayer", { batch_shape: [null, 2] }, []);
  const raw = {
    name: "m",
    path: "m.json$",
    sequential: false,
    layers: [input, ...layers],
    inputs: [ref("x")],
    outputs: [],
  };
  resolveGraph(raw, { generation: "keras3", registry: layerRegistry(), problems, notes: [] });
  return problems;
}

describe("resolving a graph", () => {
  it("reports every unsupported thing of every layer at once", () => {
    const problems = problemsOf(
      layer("a", "Dense", { units: 0, colour: "red" }, [ref("x")]),
      layer("b", "Lambda", {}, [ref("x")]),
      layer("c", "Frobnicate", {}, [ref("x")]),
    );
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ["bad-config", "$.a.config.units"],
      ["unsupported-option", "$.a.config.colour"],
      ["code-in-file", "$.b"],
      ["unsupported-layer", "$.c"],
    ]);
  });

  it("tells numbers in options as the file has them", () => {
    const padding = layer("a", "ZeroPadding2D", { padding: [1, Number.NaN] }, [ref("x")]);
    const strides = layer("b", "Conv2D", { filters: 1, kernel_size: 1, strides: [1, -Infinity] }, [ref("x")]);
    expect(problemsOf(padding, strides).map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        "found [1,NaN], wanted an integer, two, or two pairs",
        expect.stringContaining("found [1,-Infinity], wanted "),
      ]),
    );
  });

  it("refuses two inputs for a layer of one", () => {
    const problems = problemsOf(layer("a", "Dense", { units: 1 }, [ref("x"), ref("x")]));
    expect(problems).toMatchObject([
      { code: "bad-graph", path: "$.a", message: "found a call with 2 inputs, wanted one" },
    ]);
  });

  it("takes a call of as many inputs, and a nested model of as many outputs, as the limits allow", () => {
    const many = Array.from({ length: 150_000 }, () => ref("x"));
    const inner = layer("x", "InputLayer", { batch_shape: [null, 2] }, []);
    const graph = {
      name: "n",
      path: "m.json$.n",
      sequential: false,
      layers: [inner],
      inputs: [ref("x")],
      outputs: many,
    };
    const nested = { ...layer("n", "Functional", {}, [ref("x")]), graph };
    expect(problemsOf(layer("a", "Add", {}, many), nested)).toEqual([]);
  });

  it("reports shapes that do not fit at their layer", () => {
    const wide = layer("a", "Dense", { units: 3 }, [ref("x")]);
    const problems = problemsOf(wide, layer("b", "Add", {}, [ref("x"), ref("a")]));
    expect(problems).toMatchObject([{ code: "bad-graph", path: "$.b" }]);
  });
});
