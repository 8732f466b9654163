import { describeJson } from "../describe-json.js";
import type { LayerRule, Shape } from "../rule.js";

/** An input of the model. */
export interface InputLayerOptions {
  /** With the batch first; `null` where the size is open. */
  readonly shape: Shape;
  readonly dtype: "float32" | "int32" | "bool";
}

const dtypes: ReadonlyMap<string, InputLayerOptions["dtype"]> = new Map([
  ["float16", "float32"],
  ["bfloat16", "float32"],
  ["float32", "float32"],
  ["float64", "float32"],
  ["int8", "int32"],
  ["int16", "int32"],
  ["int32", "int32"],
  ["int64", "int32"],
  ["uint8", "int32"],
  ["bool", "bool"],
]);

/** Keras 3's `InputLayer` (keras/src/layers/core/input_layer.py); other number types become the nearest that tfjs has. */
export const inputLayer: LayerRule<InputLayerOptions> = {
  className: "InputLayer",
  read(config) {
    for (const key of ["sparse", "ragged", "optional"]) config.only(key, false, null);
    config.only("input_tensor", null);
    const raw = config.raw("batch_shape");
    const valid =
      Array.isArray(raw) && raw.every((extent) => extent === null || (Number.isSafeInteger(extent) && extent >= 0));
    const shape = valid
      ? (raw as Shape)
      : config.problem("bad-config", "batch_shape", "found no list of extents, wanted the input's shape", [null]);
    const name = config.raw("dtype") ?? "float32";
    const dtype = typeof name === "string" ? dtypes.get(name) : undefined;
    if (dtype === undefined) {
      config.problem("unsupported-dtype", "dtype", `found ${describeJson(name)}, wanted a number type`, 0);
    }
    return { shape, dtype: dtype ?? "float32" };
  },
  outputShapes: ({ options }) => [options.shape],
  call: ({ inputs }) => inputs,
  masks: "pass",
};
