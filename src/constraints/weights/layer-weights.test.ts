import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { layerWeights } from "./layer-weights.js";
import { findWeightAxes, weightsOfOption } from "./weight-axes.js";
import { agreesWith } from "./weight-shape.js";

interface KerasLayer {
  readonly class: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Without the batch. */
  readonly input: readonly number[];
  readonly options: readonly string[];
  readonly weights: readonly { name: string; shape: readonly number[]; option: string | null }[];
}

/** What real Keras says of its layers; see fixtures/build/constraint_weights.py. */
function readLayers(name: string): KerasLayer[] {
  const path = fileURLToPath(new URL(`../../../fixtures/constraints/weights-${name}.json`, import.meta.url));
  return (JSON.parse(readFileSync(path, "utf8")) as { layers: KerasLayer[] }).layers;
}

/** Keras 3's names of options that Keras 1 has other ones for. */
const renamed: Readonly<Record<string, string>> = {
  W_constraint: "kernel_constraint",
  b_constraint: "bias_constraint",
};

describe.each(["keras1", "tfkeras", "keras3"])("the table of weights, by the layers of %s", (name) => {
  const layers = readLayers(name);
  it.each(layers)("has every constrained weight of $class $config, and no other", (layer) => {
    expect(layer.weights.length).toBeGreaterThan(0);
    for (const weight of layer.weights) {
      const found = findWeightAxes(
        layer.class,
        weight.name.replace(/^[a-z]+_\d+_/, ""),
        weight.shape.length,
        layer.config,
      );
      const option = weight.option === null ? null : (renamed[weight.option] ?? weight.option);
      expect(found?.option ?? null, weight.name).toBe(option);
      if (found === null) continue;
      expect(found.words).toHaveLength(weight.shape.length);
      expect(new Set(found.words).size).toBe(found.words.length);
      expect(found.perUnit?.every((axis) => axis < weight.shape.length) ?? true).toBe(true);
      expect(found.perUnit === null).toBe(found.unit === "");
    }
  });
});

describe("the extents of weights", () => {
  const found = ["keras1", "tfkeras", "keras3"].flatMap(readLayers).flatMap((layer) =>
    layer.weights.flatMap(({ name, shape, option }) => {
      const own = name
        .replace(/^[a-z]+_\d+_/, "")
        .replace(/:\d+$/, "")
        .split("/");
      const weights = (layerWeights.get(layer.class) ?? []).filter(
        ({ weight }) => weight === own.slice(-2).join("/") || weight === own.at(-1),
      );
      return option === null ? [] : [{ layer, weight: weights.at(0)!, shape }];
    }),
  );

  it.each(found)(
    "are Keras's, by options and inputs: $layer.class $weight.weight $shape",
    ({ layer, weight, shape }) => {
      const input = [null, ...layer.input];
      const inputs = new Map(["input_shape", "query_shape", "value_shape"].map((name) => [name, input]));
      const extents = weight.axes({ rank: null, config: optionsOf(layer), inputs })?.extents ?? null;
      if (weight.weight === "bias" && isEinsumWithDotsLast(layer)) expect(extents).toBeNull();
      else if (weight.weight === "kernel" && isSparseAtEdges(layer)) expect(extents).toEqual([null]);
      else expect(extents).toEqual(shape);
    },
  );

  it("are open where options alone do not tell them", () => {
    const told = found.map(({ layer, weight, shape }) => {
      const extents = weight.axes({ rank: null, config: optionsOf(layer) })?.extents ?? null;
      if (extents !== null) expect(agreesWith(extents, shape), `${layer.class} ${weight.weight}`).toBe(true);
      return extents;
    });
    const extents = told.flatMap((one) => one ?? []);
    const count = { weights: told.length, unknown: told.filter((one) => one === null).length };
    expect({ ...count, extents: extents.length, open: extents.filter((one) => one === null).length }).toEqual({
      weights: 315,
      unknown: 6,
      extents: 715,
      open: 218,
    });
  });
});

/** The table has Keras 3's names. */
function optionsOf({ class: name, config }: KerasLayer): KerasLayer["config"] {
  return name === "MaxoutDense" ? { ...config, units: config["output_dim"] } : config;
}

/** Axes of extent 1 stand for the dots; how many, only the rank of the input tells. */
function isEinsumWithDotsLast({ config }: KerasLayer): boolean {
  return String(config["equation"]).endsWith("...");
}

/** How many numbers the edges of a padded input leave is not told. */
function isSparseAtEdges({ config }: KerasLayer): boolean {
  return config["implementation"] === 3 && config["padding"] === "same";
}

describe("the axes of one unit", () => {
  it.each([
    ["Dense", "kernel", 2, {}, [0]],
    ["Conv2DTranspose", "kernel", 4, {}, [0, 1, 3]],
    ["EinsumDense", "kernel", 3, { equation: "abc,cde->abde" }, [0]],
    ["EinsumDense", "kernel", 3, { equation: "...x, xyz -> ...yz" }, [0]],
    ["EinsumDense", "kernel", 3, { equation: "abcd,cde->abe" }, [0, 1]],
    ["EinsumDense", "kernel", 3, {}, null],
    ["MultiHeadAttention", "mha/query/kernel", 3, {}, [0]],
    ["MultiHeadAttention", "mha/attention_output/kernel:0", 3, {}, [0, 1]],
    ["LocallyConnected1D", "kernel", 4, {}, [0, 1]],
    ["LocallyConnected2D", "kernel", 6, { data_format: "channels_first" }, [0, 1, 2]],
    ["PReLU", "alpha", 3, {}, null],
  ] as const)("of %s %s of rank %i with %j are %j", (layer, weight, rank, config, perUnit) => {
    expect(findWeightAxes(layer, weight, rank, config)?.perUnit).toEqual(perUnit);
  });

  it("are not those of a weight that no option reaches, or of another rank", () => {
    expect(findWeightAxes("ReversibleEmbedding", "reverse_embeddings", 2)).toBeNull();
    expect(findWeightAxes("Dense", "kernel", 3)).toBeNull();
    expect(findWeightAxes("Lambda", "kernel", 2)).toBeNull();
  });

  it("of attention differ between the kernels of its one option", () => {
    expect(weightsOfOption("MultiHeadAttention", "kernel_constraint")).toContain("attention_output/kernel");
    expect(weightsOfOption("Dense", "gamma_constraint")).toEqual([]);
  });
});
