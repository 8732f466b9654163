import { expect, test } from "vitest";
import { startCpuClock } from "../../fixtures/cpu-clock.js";
import { KerasProofError } from "../errors.js";
import { readModel } from "./load-spec.js";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

function list(count: number, make: (i: number) => Json): Json[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** A layer of a functional model as Keras 2 writes it, with the names of the layers that each call takes. */
function layer(className: string, name: string, config: { readonly [key: string]: Json }, ...calls: string[][]): Json {
  const nodes = calls.map((inputs) => inputs.map((input) => [input, 0, 0, {}]));
  return { class_name: className, name, config: { name, ...config }, inbound_nodes: nodes };
}

function input(name: string, axes = 2): Json {
  return layer("InputLayer", name, { batch_shape: [null, ...list(axes - 1, () => 4)] });
}

function linear(name: string, from: string): Json {
  return layer("Activation", name, { activation: "linear" }, [from]);
}

/** A functional model of which `in` is the input; its layers are those given, its outputs and other inputs too. */
function model(layers: readonly Json[], outputs: readonly string[], inputs: readonly string[] = ["in"]): Json {
  const config = { name: "m", layers, input_layers: inputs.map(firstOf), output_layers: outputs.map(firstOf) };
  return { class_name: "Functional", config, keras_version: "2.9.0" };
}

/** The only output of the first call of a layer. */
function firstOf(name: string): Json {
  return [name, 0, 0];
}

function sequential(layers: readonly Json[]): Json {
  return { class_name: "Sequential", config: { name: "m", layers }, keras_version: "2.9.0" };
}

/** The output of a layer as Keras 3 writes it, and an operation on some. */
function tensor(name: string): Json {
  return { class_name: "__keras_tensor__", config: { keras_history: [name, 0, 0] } };
}
function operation(className: string, name: string, args: readonly Json[]): Json {
  return {
    module: "keras.src.ops.numpy",
    class_name: className,
    name,
    config: { name },
    inbound_nodes: [{ args, kwargs: {} }],
  };
}

interface Hostile {
  readonly title: string;
  readonly json: () => Json;
  /** Of the first problem; undefined where there is none. */
  readonly code?: string;
  readonly message?: string;
}

const hostile: readonly Hostile[] = [
  {
    title: "thousands of inputs that lead through thousands of layers",
    json: () => {
      const chain = list(4000, (i) => linear(`a${i}`, i === 0 ? "in" : `a${i - 1}`));
      return model([input("in"), ...chain], ["a1"], list(30_000, () => "a3999") as string[]);
    },
  },
  {
    title: "thousands of inputs that lead into a circle",
    json: () => {
      const circle = list(4000, (i) => linear(`a${i}`, `a${(i + 1) % 4000}`));
      return model([input("in"), ...circle], ["a1"], list(30_000, () => "a1") as string[]);
    },
    code: "bad-graph",
    message: "found a loop through a0",
  },
  {
    title: "a model of thousands of layers that is called thousands of times",
    json: () => {
      const { config } = model(
        list(4500, (i) => input(`x${i}`)),
        ["x1"],
        ["x1"],
      ) as { config: Json };
      const calls = list(9500, () => [["in", 0, 0]]);
      const nested = { class_name: "Functional", name: "n", config, inbound_nodes: calls };
      return model([input("in"), nested], ["in"]);
    },
  },
  {
    title: "a model that is called more often than the limit",
    json: () => {
      const { config } = model([input("in"), ...list(4000, (i) => linear(`b${i}`, "in"))], ["b1"]) as { config: Json };
      const calls = list(18_000, () => [["in", 0, 0]]);
      return model([input("in"), { class_name: "Functional", name: "n", config, inbound_nodes: calls }], ["in"]);
    },
    code: "limit",
    message: "connections between layers, wanted at most 20000",
  },
  {
    title: "thousands of layers after an input of thousands of axes",
    json: () => sequential([input("in", 100_000), ...list(3500, (i) => layer("Dense", `d${i}`, { units: 4 }))]),
    code: "limit",
    message: "found an output of 100000 axes, wanted at most 64",
  },
  {
    title: "thousands of sums of tensors of thousands of axes",
    json: () => {
      const sums = list(2500, (i) => layer("Add", `d${i}`, {}, ["in", "in"]));
      return model([input("in", 100_000), ...sums], ["d1"]);
    },
    code: "limit",
    message: "found an output of 100000 axes, wanted at most 64",
  },
  {
    title: "thousands of layers after one that gives its input thousands of axes",
    json: () => {
      const reshape = layer("Reshape", "r", { target_shape: list(100_000, (i) => (i === 0 ? 4 : 1)) });
      return sequential([input("in"), reshape, ...list(3500, (i) => layer("Dense", `d${i}`, { units: 4 }))]);
    },
    code: "limit",
    message: "found an output of 100001 axes, wanted at most 64",
  },
  {
    title: "sums of ever more tensors with a mask of their own",
    json: () => {
      const masked = list(3000, (i) => layer("Masking", `k${i}`, { mask_value: i }, ["in"]));
      const sums = list(3000, (i) => layer("Add", `t${i}`, {}, [i === 0 ? "k0" : `t${i - 1}`, `k${i}`]));
      return model([input("in"), ...masked, ...sums], ["t1"]);
    },
  },
  {
    title: "thousands of calls that are given a mask of thousands of operations",
    json: () => {
      const chain = list(1500, (i) => operation("LogicalOr", `o${i + 1}`, [tensor(`o${i}`), tensor(`o${i}`)]));
      const call: Json = { args: [tensor("in")], kwargs: { mask: tensor("o1500") } };
      const dense: Json = {
        class_name: "Dense",
        name: "d",
        config: { name: "d", units: 4 },
        inbound_nodes: list(2000, () => call),
      };
      return model([input("in"), operation("NotEqual", "o0", [tensor("in"), 0]), ...chain, dense], ["d"]);
    },
    code: "unsupported-mask",
  },
  {
    title: "a model with thousands of inputs in the first place of another",
    json: () => {
      const inputs = list(2500, () => "in") as string[];
      const { config } = model([input("in")], ["in"], inputs) as { config: Json };
      return sequential([{ class_name: "Functional", config }]);
    },
  },
  {
    title: "hundreds of thousands of layers that are none",
    json: () => ({ class_name: "Sequential", config: { name: "m", layers: list(195_000, () => ({})) } }),
    code: "bad-config",
    message: "found nothing, wanted the options of a layer",
  },
  {
    title: "thousands of options that no layer has",
    json: () => {
      const options = Object.fromEntries(Array.from({ length: 44_000 }, (_, i) => [`option_${i}`, i]));
      return sequential([input("in"), layer("Dense", "d", { units: 3, ...options })]);
    },
    code: "unsupported-option",
    message: "found the option option_0 = 0, which Dense does not know",
  },
];

test.each(hostile)("reads in a second $title", async ({ json, code, message = "" }) => {
  const bytes = new TextEncoder().encode(JSON.stringify(json()));
  const spent = startCpuClock();
  const { problems } = await readModel(bytes, {}).catch((error: unknown) => {
    if (error instanceof KerasProofError) return error;
    throw error;
  });
  const ms = spent();
  expect(problems[0]?.code).toBe(code);
  expect(problems[0]?.message ?? "").toContain(message);
  expect(ms).toBeLessThan(1000);
});
