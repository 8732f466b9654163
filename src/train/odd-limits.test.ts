import "@tensorflow/tfjs-backend-cpu";
import * as core from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { compile, denseModel, x, y } from "../../fixtures/dense-model.js";
import { modelWith, oddLimitFiles, readOddLimits } from "../../fixtures/odd-limits.js";
import { unitNorm } from "../constraints/unit-norm.js";
import { readModelSpec } from "../import/load-spec.js";
import { constraintBindings } from "../import/spec.js";
import { compileModel } from "./compile.js";
import { enforceConstraints } from "./enforce.js";
import { modelConstraints } from "./model-constraints.js";
import { tfjsConstraints } from "./tfjs-constraints.js";

const limits = { text: "2", list: [1, 0.5], object: { a: 1 }, "empty list": [] } as const;

describe("limits that are no numbers", () => {
  beforeAll(() => core.setBackend("cpu"));

  it.each(oddLimitFiles)("import with the model of %s, bound and reported at once", async (name) => {
    const file = readOddLimits(name);
    for (const one of file.cases) {
      const spec = await readModelSpec(modelWith(file, one));
      const [binding] = constraintBindings(spec);
      expect(binding?.weight).toBe("kernel");
      const told = spec.notes.map(({ code }) => code).filter((code) => code.startsWith("broken"));
      // JSON of Keras 1 and 3 does not say the backend.
      const isBroken = binding !== undefined && "writtenLimits" in binding.constraint;
      expect(told).toEqual(isBroken ? ["broken-limit", "broken-constraint"] : []);
      if (file.generation === "keras2") expect(isBroken).toBe(one.kernel === undefined || holdsList(one.constraint));
    }
  });

  it.each(Object.entries(limits))("predict and refuse to train: %s", async (_, limit) => {
    const kernel_constraint = { class_name: "MaxNorm", config: { max_value: limit, axis: 0 } };
    const { built, spec, model, bindings, kernel } = await denseModel({ kernel_constraint });
    const before = [...kernel.dataSync()];
    expect((model.predict(x()) as core.Tensor).shape).toEqual([4, 2]);
    const refused = expect.objectContaining({ code: "bad-constraint", path: "one/kernel" });
    const options = { optimizer: core.train.sgd(0), loss: "meanSquaredError" };
    expect(() => compileModel(built, spec, options)).toThrow(refused);
    compile(model);
    expect(() => enforceConstraints(model, bindings)).toThrow(refused);
    await model.trainOnBatch(x(), y());
    expect([...kernel.dataSync()]).toEqual(before);
  });

  it.each(Object.entries(limits))("come back when tfjs saves them: %s", async (_, limit) => {
    const kernel_constraint = { class_name: "MinMaxNorm", config: { max_value: limit, rate: "x" } };
    const { bindings } = await denseModel({ kernel_constraint });
    const keras = tfjsConstraints({ tensor: core.tensor, constraints: layers.constraints });
    const kernelConstraint = keras.from(bindings[0]!.constraint);
    expect(JSON.parse(JSON.stringify(kernelConstraint.getConfig()))).toEqual({
      minValue: 0,
      maxValue: limit,
      rate: "x",
      axis: 0,
    });
    const dense = layers.layers.dense({ units: 2, inputShape: [3], kernelConstraint });
    expect(modelConstraints(layers.sequential({ layers: [dense] }))).toMatchObject([
      { weight: "kernel", constraint: bindings[0]!.constraint },
    ]);
  });

  it("come back as broken axes do, which are never axes", () => {
    const keras = tfjsConstraints({ tensor: core.tensor, constraints: layers.constraints });
    const config = keras.from({ ...unitNorm({ axis: Number.NaN }), writtenAxis: "1.0" }).getConfig();
    expect(config).toEqual({ axis: "1.0" });
  });
});

function holdsList(constraint: object): boolean {
  return JSON.stringify(constraint).includes("[");
}
