import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { KerasProofError } from "../errors.js";
import { entriesOf, type NdArray } from "../ndarray.js";
import { callMap } from "./call-map.js";
import { ImportedTfjsModel } from "./imported-tfjs-model.js";
import { KerasLayer, type KerasLayerArgs } from "./keras-layer.js";
import type { InputLayerOptions } from "./layers/input-layer.js";
import { NestedModel } from "./nested-model.js";
import type { LayerRegistry } from "./registry.js";
import { distinctInputs } from "./repeated-input.js";
import { requireRule } from "./require-rule.js";
import type { LayerRule } from "./rule.js";
import type { GraphSpec, LayerSpec, ModelSpec, TensorRef } from "./spec.js";
import { tfjsNames } from "./tfjs-name.js";
import { checkLongestWay, withinStack } from "./longest-way.js";

/** A model that tfjs runs, and the tfjs layer of every layer of the spec. */
export interface BuiltModel {
  readonly model: tfl.LayersModel;
  /** By the names of the models above and the layer's own, joined with `/`; nested models and inputs are left out. */
  readonly layers: ReadonlyMap<string, KerasLayer>;
}

/**
 * Builds the `tf.LayersModel` of a spec and assigns its weights as they are, constraints or not. Without weights the
 * model has zeros. The backend is whichever tfjs has set. A layer whose name tfjs does not take has another one there
 * (`tfjsNames`); `layers` has the names of the spec. A layer that would compute an output of more than `largestOutput`
 * numbers throws `limit` when it is called.
 */
export function buildModel(
  spec: ModelSpec,
  registry: LayerRegistry,
  limits: Pick<KerasLayerArgs, "largestOutput"> = {},
): BuiltModel {
  const layers = new Map<string, KerasLayer>();
  const ruleOf = (className: string): LayerRule => requireRule(registry, className);
  const makeLayer: MakeLayer = (layer, place) => new KerasLayer(layer, { ...place, ...limits, ruleOf });
  const name = tfjsNames([spec.graph.name]).get(spec.graph.name) as string;
  const model = buildGraph(spec.graph, { name, prefix: "", scope: "" }, makeLayer, layers);
  for (const layer of layers.values()) assignWeights(layer);
  return { model, layers };
}

/** Makes a layer at its place in tfjs. */
type MakeLayer = (spec: LayerSpec, place: Pick<KerasLayerArgs, "name" | "scope">) => KerasLayer;

/** Where a graph is built. */
interface Place {
  /** The model's name in tfjs. */
  readonly name: string;
  /** The Keras names of a nested model and of those above, each followed by `/`. */
  readonly prefix: string;
  /** The same of their tfjs names. */
  readonly scope: string;
  /** A nested model's name in Keras. */
  readonly nested?: string;
}

function buildGraph(
  graph: GraphSpec,
  place: Place,
  makeLayer: MakeLayer,
  layers: Map<string, KerasLayer>,
): tfl.LayersModel {
  checkLongestWay(graph);
  const names = tfjsNames(graph.layers.map((layer) => layer.name));
  const specs = new Map(graph.layers.map((layer) => [layer.name, layer]));
  const built = new Map<string, tfl.layers.Layer>();
  const outputs = callMap<readonly tfl.SymbolicTensor[]>();
  const symbolOf = (ref: TensorRef): tfl.SymbolicTensor => {
    const symbol = outputs.get(ref)?.[ref.tensor];
    if (symbol === undefined)
      throw new KerasProofError("bad-graph", graph.name, `found no tensor ${ref.layer}:${ref.tensor}`);
    return symbol;
  };
  for (const ref of graph.order) {
    const { layer: name, call } = ref;
    const spec = specs.get(name) as LayerSpec;
    if (spec.className === "InputLayer") {
      outputs.set(ref, [buildInput(spec, names.get(name) as string)]);
      continue;
    }
    let layer = built.get(name);
    if (layer === undefined) {
      layer = buildLayer(spec, { ...place, name: names.get(name) as string }, makeLayer, layers);
      built.set(name, layer);
    }
    const inputs = distinctInputs((spec.calls[call]?.inputs ?? []).map(symbolOf));
    const result = layer.apply(inputs.length === 1 ? (inputs[0] as tfl.SymbolicTensor) : inputs) as tfl.SymbolicTensor;
    outputs.set(ref, Array.isArray(result) ? result : [result]);
  }
  const ends = { inputs: graph.inputs.map(symbolOf), outputs: graph.outputs.map(symbolOf), name: place.name };
  return withinStack(graph, () => {
    if (place.nested === undefined) return new ImportedTfjsModel(ends);
    const model = new NestedModel(ends);
    model.kerasName = place.nested;
    return model;
  });
}

function buildLayer(
  spec: LayerSpec,
  { name, prefix, scope }: Place,
  makeLayer: MakeLayer,
  layers: Map<string, KerasLayer>,
): tfl.layers.Layer {
  if (spec.graph !== null) {
    const place = { name, prefix: `${prefix}${spec.name}/`, scope: `${scope}${name}/`, nested: spec.name };
    const model = buildGraph(spec.graph, place, makeLayer, layers);
    // Not the other way: the layers inside are frozen or not by themselves.
    if (!spec.trainable) model.trainable = false;
    return model;
  }
  const layer = makeLayer(spec, { name, scope });
  layers.set(prefix + spec.name, layer);
  return layer;
}

function buildInput(spec: LayerSpec, name: string): tfl.SymbolicTensor {
  const { shape, dtype } = spec.options as InputLayerOptions;
  return tfl.input({ batchShape: [...shape], dtype, name });
}

function assignWeights(layer: KerasLayer): void {
  for (const [index, weight] of layer.spec.weights.entries()) {
    if (weight.values === null) continue;
    tf.tidy(() => layer.variables[index]?.assign(tensorOf(weight.values as NdArray)));
  }
}

/**
 * A tfjs tensor of an array's values: int32 for integers and bool for booleans, float32 for the rest. In the double
 * run, where `Float32Array` is `Float64Array`, the values keep what precision the array has.
 */
export function tensorOf(array: NdArray): tf.Tensor {
  const { data, dtype } = array;
  const shape = [...array.shape];
  if (dtype === "string") throw new KerasProofError("unsupported-dtype", "tensor", "found text, wanted numbers");
  if (entriesOf(dtype) === 2) {
    throw new KerasProofError("unsupported-dtype", "tensor", "found complex numbers, wanted real ones");
  }
  if (dtype === "bool") return tf.tensor(data as Uint8Array, shape, "bool");
  if (!dtype.includes("float")) return tf.tensor(Int32Array.from(data as ArrayLike<number>, Number), shape, "int32");
  const numbers = data as Float32Array | Float64Array;
  return tf.tensor(numbers instanceof Float32Array ? numbers : new Float32Array(numbers), shape, "float32");
}
