import { expect, it } from "vitest";
import { caseNames, readCase } from "../../../fixtures/case-files.js";
import { agreesWith } from "../../constraints/weights/weight-shape.js";
import { readModelSpec } from "../load-spec.js";
import { walkLayers } from "../spec.js";
import { outputShape } from "./output-shape.js";

it("is that which importing infers, of every layer of every fixture that can be imported", async () => {
  const count = { calls: 0, told: 0, whole: 0 };
  for (const name of caseNames()) {
    const { model, options } = readCase(name);
    const { graph } = await readModelSpec(model, options);
    for (const { layer, path } of walkLayers(graph)) {
      for (const { inputShapes, outputShapes } of layer.source === undefined ? [] : layer.calls) {
        const [input] = inputShapes;
        const told = input === undefined ? null : outputShape(layer.className, layer.source!.config, input);
        count.calls++;
        if (told === null) continue;
        expect(agreesWith(told, outputShapes[0]!), `${name} ${path}: ${told.join()}`).toBe(true);
        count.told++;
        if (!told.slice(1).includes(null)) count.whole++;
      }
    }
  }
  expect(count).toEqual({ calls: 1242, told: 643, whole: 453 });
});

it("has the channels of convolutions where the data format has them, and no places", () => {
  const filters = { filters: 7, kernel_size: [3] };
  expect(outputShape("Conv1D", filters, [null, 9, 4])).toEqual([null, null, 7]);
  expect(outputShape("Conv3DTranspose", filters, [null, 9, 9, 9, 4])).toEqual([null, null, null, null, 7]);
  expect(outputShape("LocallyConnected1D", { ...filters, data_format: "channels_first" }, [2, 4, 9])).toEqual([
    2,
    7,
    null,
  ]);
  expect(outputShape("SeparableConv1D", { filters: "7" }, [null, 9, 4])).toEqual([null, null, null]);
  expect(outputShape("MaxPooling1D", {}, [null, 9, 4])).toEqual([null, null, 4]);
  expect(outputShape("Cropping3D", { data_format: "channels_first" }, [2, 4, 9, 9, 9])).toEqual([
    2,
    4,
    null,
    null,
    null,
  ]);
  expect(outputShape("LayerNormalization", {}, [null, 9, 4])).toEqual([null, 9, 4]);
  expect(outputShape("Conv1D", { ...filters, activation: "relu" }, [null, 9, 4])).toEqual([null, null, 7]);
  for (const activation of ["glu", { class_name: "Mine", config: {} }]) {
    expect(outputShape("Conv1D", { ...filters, activation }, [null, 9, 4])).toBeNull();
  }
  for (const name of ["Flatten", "Lambda", "Mine>Conv1D", "Conv2DLSTM", "GlobalMaxPooling1D", "DepthwiseConv1D"]) {
    expect(outputShape(name, filters, [null, 9, 4])).toBeNull();
  }
});
