import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { fixturePath } from "../../fixtures/run-cli.js";
import type { JsonObject } from "../formats/python-json.js";
import { readModelSpec } from "../import/load-spec.js";
import type { ImportedConstraint, LayerRule } from "../import/rule.js";
import { surveyModel } from "../import/survey.js";
import { formatAxes } from "./constraint-sentences.js";
import { formatConstraintExplanation } from "./constraint-text.js";
import { explainModel, explainSurvey } from "./explain-model.js";

function layer(name: string, options: JsonObject): JsonObject {
  return { module: "keras.layers", class_name: name, config: { name, ...options }, registered_name: null };
}

/** A Keras 3 Sequential as JSON. */
function modelOf(inputShape: (number | null)[], ...layers: JsonObject[]): Uint8Array {
  const input = layer("InputLayer", { batch_shape: inputShape, dtype: "float32" });
  const config = { name: "m", layers: [input, ...layers] };
  return new TextEncoder().encode(
    JSON.stringify({ module: "keras", class_name: "Sequential", config, registered_name: null }),
  );
}

const limited: JsonObject = { class_name: "MaxNorm", config: { max_value: 3, axis: 0 } };

async function explain(...args: Parameters<typeof modelOf>) {
  return explainSurvey("m.json", await surveyModel(modelOf(...args)));
}

describe("the constraints of a model", () => {
  it("are explained with the norms of its weights", async () => {
    const bytes = new Uint8Array(await readFile(fixturePath("examples/cnn-keras3/model.keras")));
    const [first] = explainModel(await readModelSpec(bytes));
    expect(first).toMatchObject({
      layerName: "conv2d",
      weightName: "kernel",
      status: "violated",
      shape: [3, 3, 3, 32],
    });
    expect(first?.norms?.finiteCount).toBe(288);
  });

  it("are dead where the weight does not train", async () => {
    const dense = layer("Dense", { units: 2, trainable: false, kernel_constraint: limited });
    const { constraints, counts } = await explain([null, 3], dense);
    expect(constraints[0]).toMatchObject({
      status: "dead",
      dead: expect.stringContaining("trainable=False") as string,
    });
    expect(counts).toEqual({ broken: 0, dead: 1, unknown: 0, violated: 0, holds: 0, doubtful: 0 });
  });

  it("are dead where the Keras that wrote them never runs them", async () => {
    const bytes = modelOf([null, 3], layer("Dense", { units: 2, kernel_constraint: limited }));
    const text = new TextDecoder().decode(bytes).replace(/\}$/, ',"keras_version":"3.0.0"}');
    const { constraints } = explainSurvey("m.json", await surveyModel(new TextEncoder().encode(text)));
    expect(constraints[0]?.dead).toBe(
      "Keras 3.0.0 never runs the constraints of a Dense, and so it is not enforced here",
    );
  });

  it("are told by the options of their layer", async () => {
    const einsum: LayerRule = {
      className: "EinsumDense",
      read: (config) => ({
        equation: config.raw("equation"),
        kernelConstraint: config.constraint("kernel_constraint"),
      }),
      weights: ({ options }) => {
        const { kernelConstraint: constraint } = options as { kernelConstraint: ImportedConstraint };
        return [{ name: "kernel", shape: [3, 2, 4], trainable: true, constraint }];
      },
      outputShapes: () => [[null, 2, 4]],
      call: () => [],
    };
    const options = { equation: "ab,bcd->acd", kernel_constraint: limited };
    const bytes = modelOf([null, 3], layer("EinsumDense", options));
    const plain = explainModel(await readModelSpec(bytes, { customLayers: [einsum] }));
    expect(plain[0]?.axisWords).toEqual(["b (in)", "c (out)", "d (out)"]);
    const wrapped = modelOf([null, 5, 3], layer("TimeDistributed", { layer: layer("EinsumDense", options) }));
    const inner = explainModel(await readModelSpec(wrapped, { customLayers: [einsum] }));
    expect(inner[0]?.axisWords).toEqual(["b (in)", "c (out)", "d (out)"]);
    const twice = layer("TimeDistributed", {
      layer: layer("TimeDistributed", { layer: layer("EinsumDense", options) }),
    });
    const innermost = explainModel(await readModelSpec(modelOf([null, 5, 4, 3], twice), { customLayers: [einsum] }));
    expect(innermost[0]?.axisWords).toEqual(["b (in)", "c (out)", "d (out)"]);
  });
});

describe("a model that cannot be imported", () => {
  it("is explained as far as it can be read, with what is in its way", async () => {
    const { constraints, problems } = await explain(
      [null, 3],
      layer("Dense", { units: 2, kernel_constraint: limited }),
      layer("Dance", { units: 2 }),
    );
    expect(constraints).toHaveLength(1);
    expect(problems.map(({ code }) => code)).toEqual(["unsupported-layer"]);
  });

  it("loses no constraint of a layer behind one that is not supported", async () => {
    const inner = layer("Dense", { units: 2, bias_constraint: { class_name: "NonNeg", config: {} } });
    const { constraints, notes } = await explain(
      [null, 3],
      layer("Dance", {}),
      layer("Dense", { units: 2, kernel_constraint: limited }),
      layer("TimeDistributed", { layer: inner }),
    );
    expect(constraints.map((one) => [one.layerName, one.weightName, formatAxes(one)])).toEqual([
      ["Dense", "kernel", "in ?, units 2"],
      ["TimeDistributed", "layer/bias", "units 2"],
    ]);
    expect(notes.filter(({ code }) => code === "constraint-without-weight")).toEqual([]);
  });

  it("is shown in docs/explain.md with extents that are not known", async () => {
    const options = { filters: 32, kernel_size: [3, 3], kernel_constraint: limited };
    const { constraints } = await explain([null, 8, 8, 3], layer("Dance", {}), layer("Conv2DTranspose", options));
    const [head = "", over = ""] = formatConstraintExplanation(constraints[0]!);
    const page = await readFile(fixturePath("../docs/explain.md"), "utf8");
    expect(page).toContain(`\n${head.replace("Conv2DTranspose (", "conv2d_transpose (")}\n${over}\n`);
  });

  it("names the one constraint of attention as what it is", async () => {
    const { constraints } = await explain(
      [null, 4, 3],
      layer("MultiHeadAttention", { num_heads: 2, key_dim: 3, kernel_constraint: limited, bias_constraint: limited }),
    );
    const found = constraints.flatMap(({ weightName, remarks }) =>
      remarks.flatMap(({ code, message }) => (code === "two-shapes" ? [[weightName, message] as const] : [])),
    );
    const kernels = ["query/kernel", "key/kernel", "value/kernel", "attention_output/kernel"];
    expect(found.map(([weight]) => weight)).toEqual(kernels);
    expect(found[0]?.[1]).toContain("axis=[0, 1] for attention_output (heads, value size, out): no axis is right");
    expect(found[0]?.[1]).not.toContain("gate");
  });

  it("is told the nearest name of a misspelt option", async () => {
    const { problems } = await explain([null, 3], layer("Dense", { units: 2, kernal_constraint: limited }));
    expect(problems[0]?.message).toMatch(/which Dense does not know \(perhaps kernel_constraint is meant\)$/);
  });
});
