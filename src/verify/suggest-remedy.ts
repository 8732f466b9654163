import { KerasProofError } from "../errors.js";
import type { GraphSpec, LayerSpec, ModelSpec } from "../import/spec.js";
import type { NdArray } from "../ndarray.js";
import type { LayerCall } from "./call-list.js";
import { numbersOf, sameShapes } from "./compare.js";
import { openDoubleRun } from "./double-run.js";
import { judgeFloat64 } from "./judge.js";
import type { Reference } from "./reference.js";

/** A layer call that is not the same function as Keras's. */
export interface DivergentCall {
  readonly layer: LayerSpec;
  readonly call: LayerCall;
}

/** Values that generations of Keras, its backends and its ports take for each other. */
const alternatives: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  ["epsilon", [1e-3, 1e-5, 1e-6, 1e-7, 1e-4]],
  ["padding", ["same", "valid", "theanoSame"]],
  ["mergeMode", ["concat", "sum", "mul", "ave"]],
  ["interpolation", ["nearest", "bilinear", "bilinearCorner"]],
]);

const twins: ReadonlyMap<string, string> = new Map([
  ["gelu", "geluTanh"],
  ["geluTanh", "gelu"],
  ["hardSigmoidFifth", "hardSigmoidSixth"],
  ["hardSigmoidSixth", "hardSigmoidFifth"],
]);

/**
 * Looks for one option of the layer whose other usual value makes the call agree with Keras's float64, such as
 * `epsilon is 0.001`; `null` where none does, and for layers that depend on masks. The layer runs alone in the double
 * run, whose present model is closed by it.
 */
export async function suggestRemedy(
  spec: ModelSpec,
  { layer, call }: DivergentCall,
  reference: Reference,
): Promise<string | null> {
  const inputs: NdArray[] = [];
  for (const places of call.inputs) {
    const entry = places.map((place) => place.replace(/^layers\//, "layers64/")).find((one) => reference.has(one));
    if (entry === undefined) return null;
    inputs.push(await reference.read(entry));
  }
  const expected = `layers64/${call.outputs[0]}`;
  if (!reference.has(expected)) return null;
  const truth = await reference.read(expected);
  for (const [name, value] of variants(layer.options)) {
    const changed = { ...layer, options: { ...layer.options, [name]: value } };
    if (await agrees({ ...spec, graph: aloneGraph(changed, inputs) }, inputs, truth)) {
      return formatOption(name, value);
    }
  }
  return null;
}

function* variants(options: object): Generator<readonly [string, unknown]> {
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    if (typeof value === "boolean") yield [name, !value];
    for (const other of alternatives.get(name) ?? []) if (other !== value) yield [name, other];
    const twin = twins.get((value as { name?: string } | null)?.name ?? "");
    if (twin !== undefined) yield [name, { name: twin }];
  }
}

async function agrees(spec: ModelSpec, inputs: readonly NdArray[], truth: NdArray): Promise<boolean> {
  const output = await outputOf(spec, inputs);
  if (output === undefined || !sameShapes(output, truth)) return false;
  return judgeFloat64(numbersOf(output), numbersOf(truth), truth.shape, null).agrees;
}

/** `undefined` where the layer cannot be built or run with its changed option. */
async function outputOf(spec: ModelSpec, inputs: readonly NdArray[]): Promise<NdArray | undefined> {
  try {
    const result = await (await openDoubleRun(spec)).runModel(inputs, null);
    return "failure" in result ? undefined : result.outputs[0];
  } catch (error) {
    if (error instanceof KerasProofError) return undefined;
    throw error;
  }
}

/** A model of one layer and its inputs. */
function aloneGraph(layer: LayerSpec, inputs: readonly NdArray[]): GraphSpec {
  const names = inputs.map((_, k) => `input_${k}_of_${layer.name}`);
  const places = names.map((name) => ({ layer: name, call: 0, tensor: 0 }));
  const layers = inputs.map(({ shape, dtype }, k): LayerSpec => {
    const options = { shape, dtype: dtype.includes("int") ? "int32" : "float32" };
    const calls = [{ inputs: [], inputShapes: [], outputShapes: [shape] }];
    const name = names[k] as string;
    return { name, className: "InputLayer", path: name, trainable: true, options, graph: null, calls, weights: [] };
  });
  const inputShapes = inputs.map((input) => input.shape);
  const own = { ...layer, calls: [{ inputs: places, inputShapes, outputShapes: layer.calls[0]?.outputShapes ?? [] }] };
  return {
    name: "alone",
    sequential: false,
    layers: [...layers, own],
    order: [...names, layer.name].map((name) => ({ layer: name, call: 0 })),
    inputs: places,
    outputs: [{ layer: layer.name, call: 0, tensor: 0 }],
  };
}

/** Names of ours that are not Keras's. */
const words: ReadonlyMap<string, string> = new Map([
  ["hardSigmoidFifth", "the hard_sigmoid of Keras 1 and 2"],
  ["hardSigmoidSixth", "the hard_sigmoid of Keras 3"],
  ["gelu", "gelu without approximation"],
  ["geluTanh", "gelu approximated with tanh"],
  ["theanoSame", "same as Theano pads it"],
  ["bilinearCorner", "bilinear by corners, as before TensorFlow 2"],
]);

function formatOption(name: string, value: unknown): string {
  if (name === "channelsFirst") return `data_format is ${value === true ? "channels_first" : "channels_last"}`;
  const text = typeof value === "object" && value !== null && "name" in value ? String(value.name) : String(value);
  return `${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} is ${words.get(text) ?? text}`;
}
