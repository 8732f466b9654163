import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { buildModel } from "../import/build.js";
import { readModelSpec } from "../import/load-spec.js";
import { layerRegistry } from "../import/registry.js";
import { openRealm } from "./realm.js";

function modelWith(className: string, config: object): Uint8Array {
  const input = { class_name: "InputLayer", config: { name: "in", batch_shape: [null, 8, 8, 3], dtype: "float32" } };
  const layers = [input, { class_name: className, config: { name: "big", ...config } }];
  return new TextEncoder().encode(JSON.stringify({ class_name: "Sequential", config: { name: "m", layers } }));
}

test.each([
  ["ZeroPadding2D", { padding: 2 ** 40 }],
  ["ZeroPadding2D", { padding: 2 ** 15 }],
  ["UpSampling2D", { size: 10 ** 6 }],
  ["UpSampling2D", { size: 10 ** 6, interpolation: "bilinear" }],
])("an output of %s with %o is refused before it is allocated", async (className, config) => {
  const spec = await readModelSpec(modelWith(className, config), { name: "m.json" });
  const image = { dtype: "float32", shape: [1, 8, 8, 3], data: new Float32Array(192) } as const;
  const refusal = expect.objectContaining({ code: "limit", path: "m.json$.config.layers[1]" });
  const realm = openRealm(spec, layerRegistry());
  expect(() => realm.runModel([image], null)).toThrow(refusal);
  expect(() => realm.runCalls({ values: new Map([["inputs/0", image]]), wanted: null, noise: null })).toThrow(refusal);
  const { model } = buildModel(spec, layerRegistry(), { largestOutput: 10 ** 6 });
  expect(() => model.predict(tf.zeros([1, 8, 8, 3]))).toThrow(refusal);
});
