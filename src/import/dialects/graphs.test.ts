import { describe, expect, test } from "vitest";
import type { KerasProofError, Problem } from "../../errors.js";
import { readModelSpec } from "../load-spec.js";
import type { ModelSpec, TensorRef } from "../spec.js";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

function bytes(model: Json): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(model));
}

async function read(model: Json): Promise<ModelSpec> {
  return readModelSpec(bytes(model), { name: "m.json" });
}

async function problemsOf(model: Json): Promise<readonly Problem[]> {
  try {
    await read(model);
    return [];
  } catch (error) {
    return (error as KerasProofError).problems;
  }
}

async function codesOf(model: Json): Promise<string[]> {
  return (await problemsOf(model)).map((problem) => `${problem.code} ${problem.path}`);
}

const input = (name: string, shape: Json = [null, 3]): Json => ({
  class_name: "InputLayer",
  name,
  config: { name, batch_input_shape: shape, dtype: "float32" },
  inbound_nodes: [],
});

const dense = (name: string, nodes: Json, config: Json = {}): Json => ({
  class_name: "Dense",
  name,
  config: { name, units: 3, ...(config as object) },
  inbound_nodes: nodes,
});

const layer = (name: string, config: Json = {}): Json => ({
  class_name: "Dense",
  config: { name, units: 2, ...(config as object) },
});

const tensor = (layer: string, node: number): Json => ({
  class_name: "__keras_tensor__",
  config: { shape: [null, 3], dtype: "float32", keras_history: [layer, node, 0] },
});
const node = (layer: string, index = 0): Json => ({ args: [tensor(layer, index)], kwargs: { mask: null } });
const input3 = (name: string): Json => ({
  class_name: "InputLayer",
  name,
  config: { name, batch_shape: [null, 3] },
  inbound_nodes: [],
});

const from = (layer: string, node = 0): Json => [[layer, node, 0, {}]];

function functional(layers: Json, outputs: Json, extra: { readonly [key: string]: Json } = {}): Json {
  return {
    class_name: "Model",
    keras_version: "2.3.1",
    config: { name: "m", layers, input_layers: [["a", 0, 0]], output_layers: outputs, ...extra },
  };
}

const inner = (nodes: Json): Json => ({
  class_name: "Model",
  name: "inner",
  config: {
    name: "inner",
    layers: [input("i"), dense("j", [from("i")])],
    input_layers: [["i", 0, 0]],
    output_layers: [["j", 0, 0]],
  },
  inbound_nodes: nodes,
});

const linear = (name: string, activation: string): Json => ({
  class_name: "Activation",
  name,
  config: { name, activation },
  inbound_nodes: [from("a")],
});

const linearInput = (activation: string): Json =>
  functional([input("a"), linear("b", activation), dense("c", [from("b")])], [["c", 0, 0]], {
    input_layers: [["b", 0, 0]],
  });

function refs(list: readonly TensorRef[]): string[] {
  return list.map((ref) => `${ref.layer} ${ref.call} ${ref.tensor}`);
}

describe("functional models", () => {
  test("keep the order of layers and calls, shared layers called against the order of depth too", async () => {
    const b = dense("b", [from("c"), from("a")]);
    const spec = await read(functional([input("a"), b, dense("c", [from("b", 1)])], [["b", 0, 0]]));
    expect(spec.graph.order.map((call) => `${call.layer} ${call.call}`)).toEqual(["a 0", "b 1", "c 0", "b 0"]);
    expect(refs(spec.graph.outputs)).toEqual(["b 0 0"]);
  });

  test("take the InputLayer below linear activations as the input, and no other layer", async () => {
    expect(refs((await read(linearInput("linear"))).graph.inputs)).toEqual(["a 0 0"]);
    expect(await codesOf(linearInput("relu"))).toEqual(["bad-graph m.json$.config.layers[1]"]);
  });

  test("report a loop", async () => {
    const layers = [input("a"), dense("b", [from("c")]), dense("c", [from("b")])];
    const problems = await problemsOf(functional(layers, [["c", 0, 0]]));
    expect(problems.map((problem) => problem.code)).toEqual(["bad-graph"]);
    expect(problems[0]?.message).toContain("loop");
  });

  test("report layers and nodes that are not there, and names that stand twice", async () => {
    expect(await codesOf(functional([input("a"), dense("b", [from("x")])], [["b", 0, 0]]))).toContain(
      "bad-graph m.json$.config.layers[1]",
    );
    expect(await codesOf(functional([input("a"), dense("b", [from("a", 4)])], [["b", 0, 0]]))).toContain(
      "bad-graph m.json$.config.layers[1]",
    );
    const twice = [input("a"), dense("b", [from("a")]), dense("b", [from("a")])];
    expect(await codesOf(functional(twice, [["b", 0, 0]]))).toContain("bad-graph m.json$.config.layers[2]");
  });

  test("collect the problems of all layers", async () => {
    const layers = [
      input("a"),
      dense("b", [from("a")], { units: Number.MAX_VALUE }),
      dense("c", [[["a", 0, 0, { mask: ["a", 0, 0] }]]]),
      dense("d", [from("a")], { dtype: "float16" }),
      { class_name: "Lambda", name: "e", config: { name: "e" }, inbound_nodes: [from("a")] },
      dense("f", [["_CONSTANT_VALUE", -1, 2, {}]]),
    ];
    const codes = await codesOf(functional(layers, [["a", 0, 0]]));
    expect(codes.toSorted()).toEqual(
      [
        "bad-config m.json$.config.layers[1].config.units",
        "code-in-file m.json$.config.layers[4]",
        "unsupported-dtype m.json$.config.layers[3].config.dtype",
        "unsupported-option m.json$.config.layers[2].inbound_nodes[0][0][3].mask",
        "unsupported-option m.json$.config.layers[5].inbound_nodes[0]",
      ].toSorted(),
    );
  });

  test("report a refused layer alone, not the layers that it feeds", async () => {
    const layers = [input("a"), dense("b", [from("a")], { dtype: "float16" }), dense("c", [from("b")])];
    expect(await codesOf(functional(layers, [["c", 0, 0]]))).toEqual([
      "unsupported-dtype m.json$.config.layers[1].config.dtype",
    ]);
  });

  test("take a chain of ten thousand layers that are listed backwards", async () => {
    const layers = Array.from({ length: 10_000 }, (_, i) => dense(`d${i}`, [from(i === 0 ? "a" : `d${i - 1}`)]));
    const spec = await read(functional([...layers.toReversed(), input("a")], [["d9999", 0, 0]]));
    expect(spec.graph.order).toHaveLength(10_001);
  });

  test("refuse a subclassed model and what is no model", async () => {
    expect(await codesOf({ class_name: "MyModel", config: {} })).toEqual(["unsupported-model m.json$.class_name"]);
    expect(await codesOf({ inputs: 3 })).toEqual(["bad-config m.json$.class_name"]);
    expect(await codesOf([1, 2])).toEqual(["bad-config m.json$"]);
  });
});

describe("nested models", () => {
  test("of Keras 2 count their calls from 1", async () => {
    const layers = [input("a"), inner([from("a"), from("inner", 1)]), dense("z", [from("inner", 2)])];
    const spec = await read(
      functional(layers, [
        ["inner", 1, 0],
        ["z", 0, 0],
      ]),
    );
    const calls = new Map(spec.graph.layers.map((layer) => [layer.name, layer.calls.map((call) => refs(call.inputs))]));
    expect(calls.get("inner")).toEqual([["a 0 0"], ["inner 0 0"]]);
    expect(calls.get("z")).toEqual([["inner 1 0"]]);
    expect(refs(spec.graph.outputs)).toEqual(["inner 0 0", "z 0 0"]);
  });

  test("take as many tensors as they have inputs", async () => {
    const layers = [
      input("a"),
      inner([
        [
          ["a", 0, 0, {}],
          ["a", 0, 0, {}],
        ],
      ]),
    ];
    expect(await codesOf(functional(layers, [["inner", 1, 0]]))).toEqual(["bad-graph m.json$.config.layers[1]"]);
  });

  test("of Keras 2 count from 1 where only the first of two calls is used", async () => {
    const layers = [input("a"), inner([from("a"), from("a")]), dense("z", [from("inner", 1)])];
    const spec = await read(functional(layers, [["z", 0, 0]]));
    expect(refs(spec.graph.layers[2]?.calls[0]?.inputs ?? [])).toEqual(["inner 0 0"]);
  });

  test("of tf.keras count from 0 where a Sequential was made without an input shape", async () => {
    const late: Json = {
      class_name: "Sequential",
      name: "inner",
      config: { name: "inner", layers: [layer("x", { units: 3 })], build_input_shape: [null, 3] },
      inbound_nodes: [from("a"), from("a")],
    };
    const spec = await read(functional([input("a"), late, dense("z", [from("inner", 1)])], [["z", 0, 0]]));
    expect(refs(spec.graph.layers[2]?.calls[0]?.inputs ?? [])).toEqual(["inner 1 0"]);
  });

  test("that are referred to by index 0 count from 0", async () => {
    const spec = await read(
      functional([input("a"), inner([from("a")]), dense("z", [from("inner", 0)])], [["z", 0, 0]]),
    );
    expect(refs(spec.graph.layers[2]?.calls[0]?.inputs ?? [])).toEqual(["inner 0 0"]);
  });

  test.each([
    {
      outputs: [
        ["inner", 1, 0],
        ["inner", 2, 0],
        ["z", 0, 0],
      ],
      canonical: ["inner 0 0", "inner 1 0", "z 0 0"],
    },
    {
      outputs: [
        ["inner", 1, 0],
        ["z", 0, 0],
      ],
      canonical: ["inner 0 0", "z 0 0"],
    },
  ])("of Keras 3 count from 0 in nodes and from 1 among the outputs: $canonical", async ({ outputs, canonical }) => {
    const nested: Json = {
      module: "keras.src.models.functional",
      class_name: "Functional",
      name: "inner",
      registered_name: "Functional",
      config: {
        name: "inner",
        layers: [input3("i"), dense("j", [node("i")])],
        input_layers: [["i", 0, 0]],
        output_layers: [["j", 0, 0]],
      },
      inbound_nodes: [node("a"), node("inner", 0)],
    };
    const spec = await read({
      module: "keras.src.models.functional",
      class_name: "Functional",
      config: {
        name: "m",
        layers: [input3("a"), nested, dense("z", [node("inner", 1)])],
        input_layers: ["a", 0, 0],
        output_layers: outputs,
      },
    });
    expect(spec.generation).toBe("keras3");
    expect(refs(spec.graph.outputs)).toEqual(canonical);
    expect(refs(spec.graph.layers[1]?.calls[1]?.inputs ?? [])).toEqual(["inner 0 0"]);
    expect(refs(spec.graph.layers[2]?.calls[0]?.inputs ?? [])).toEqual(["inner 1 0"]);
  });
});

describe("Sequential models", () => {
  test("get an InputLayer from the first layer's shape, as a list or an object", async () => {
    const list = [layer("a", { batch_input_shape: [null, 4] }), layer("b")];
    for (const config of [list, { name: "s", layers: list }]) {
      const { graph } = await read({ class_name: "Sequential", keras_version: "2.2.4", config });
      expect(graph.layers.map((one) => one.name)).toEqual(["a_input", "a", "b"]);
      expect(graph.layers[1]?.weights[0]?.shape).toEqual([4, 2]);
      expect(graph.sequential).toBe(true);
    }
  });

  test("take the shape they were built with", async () => {
    const config = { name: "s", layers: [layer("a")], build_input_shape: [null, 5] };
    const { graph } = await read({ class_name: "Sequential", keras_version: "3.1.0", config });
    expect(graph.layers[1]?.weights[0]?.shape).toEqual([5, 2]);
  });

  test("without any shape say what to do", async () => {
    const [problem] = await problemsOf({ class_name: "Sequential", config: { name: "s", layers: [layer("a")] } });
    expect(problem?.code).toBe("bad-graph");
    expect(problem?.message).toContain("give its first layer an input_shape");
  });

  test("begin with a nested model", async () => {
    const nested: Json = { class_name: "Sequential", config: [layer("a", { batch_input_shape: [null, 4] })] };
    const { graph } = await read({ class_name: "Sequential", keras_version: "2.1.6", config: [nested, layer("b")] });
    expect(graph.layers.map((one) => one.name)).toEqual(["sequential_2_input", "sequential_2", "b"]);
  });

  test("nested three hundred deep are refused without a fault", async () => {
    let model: Json = { class_name: "Sequential", config: [layer("a", { batch_input_shape: [null, 4] })] };
    for (let i = 0; i < 300; i++) model = { class_name: "Sequential", config: [model] };
    expect((await codesOf(model))[0]).toMatch(/^limit /);
  });

  test("keep NaN and odd names apart from code", async () => {
    const text =
      '{"class_name":"Sequential","config":[{"class_name":"Dense","config":{"name":"__proto__","units":NaN,"batch_input_shape":[null,2]}}]}';
    const reading = readModelSpec(new TextEncoder().encode(text), { name: "m.json" });
    await expect(reading).rejects.toMatchObject({ code: "bad-config", path: "m.json$.config[0].config.units" });
    expect(({} as { units?: unknown }).units).toBeUndefined();
  });
});
