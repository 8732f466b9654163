import type { CallSpec, GraphSpec, LayerSpec, TensorRef } from "../import/spec.js";

/** One call of a layer that computes (no nested model, no InputLayer), with the names that a reference has for it. */
export interface LayerCall {
  /** The layer's path: the names of the models above and its own, joined with `/`, as in `BuiltModel.layers`. */
  readonly layer: string;
  readonly className: string;
  /** The number that the reference gives the call: counted over all runs of the nested models above. */
  readonly call: number;
  /** The entry of each output below `layers/`: `inner/dense/1/0`, with `/` in names written `%2F`. */
  readonly outputs: readonly string[];
  /** For each input tensor the places that may hold it, the producer's own first; model inputs are `inputs/<k>`. */
  readonly inputs: readonly (readonly string[])[];
}

/** Every layer call of a model, those of nested models among them. */
export interface CallList {
  /** In the order of computation. */
  readonly calls: readonly LayerCall[];
  /** For each output of the model the places that may hold it, the producer's own first. */
  readonly outputs: readonly (readonly string[])[];
  /** The entries below `layers/` of the outputs of nested models: the same tensors as the producers'. */
  readonly modelEntries: ReadonlySet<string>;
}

/**
 * Lists the calls of a model and its nested models. A nested model's layer that has c calls in its graph has the calls
 * n · c … n · c + c − 1 in the model's call n (recorder/kerasproof_record.py).
 */
export function listCalls(graph: GraphSpec): CallList {
  const calls: LayerCall[] = [];
  const modelEntries = new Set<string>();
  const inputs = graph.inputs.map((_, k) => [`inputs/${k}`]);
  const outputs = listGraph(graph, { layers: "", entries: "", run: 0 }, inputs, { calls, modelEntries });
  return { calls, outputs, modelEntries };
}

interface Place {
  /** What stands before a layer's path. */
  readonly layers: string;
  /** The same with the names escaped. */
  readonly entries: string;
  /** Which call of the model this is. */
  readonly run: number;
}

interface Lists {
  readonly calls: LayerCall[];
  readonly modelEntries: Set<string>;
}

type Sources = readonly (readonly string[])[];

function listGraph(graph: GraphSpec, place: Place, inputs: Sources, lists: Lists): Sources {
  const layers = new Map(graph.layers.map((layer) => [layer.name, layer]));
  const known = new Map<string, readonly string[]>();
  for (const [k, ref] of graph.inputs.entries()) known.set(keyOf(ref), inputs[k] ?? []);
  const sourceOf = (ref: TensorRef): readonly string[] => known.get(keyOf(ref)) ?? [];
  for (const { layer: name, call } of graph.order) {
    const layer = layers.get(name);
    const spec = layer?.calls[call];
    if (layer === undefined || spec === undefined || layer.className === "InputLayer") continue;
    const outputs = listCall(layer, call, spec, place, spec.inputs.map(sourceOf), lists);
    for (const [tensor, sources] of outputs.entries()) known.set(keyOf({ layer: name, call, tensor }), sources);
  }
  return graph.outputs.map(sourceOf);
}

function listCall(
  layer: LayerSpec,
  call: number,
  spec: CallSpec,
  place: Place,
  inputs: Sources,
  lists: Lists,
): Sources {
  const path = place.layers + layer.name;
  const entry = place.entries + layer.name.replaceAll("/", "%2F");
  const number = place.run * layer.calls.length + call;
  if (layer.graph === null) {
    const outputs = spec.outputShapes.map((_, k) => `${entry}/${number}/${k}`);
    lists.calls.push({ layer: path, className: layer.className, call: number, outputs, inputs });
    return outputs.map((output) => [`layers/${output}`]);
  }
  const inside = { layers: `${path}/`, entries: `${entry}/`, run: number };
  return listGraph(layer.graph, inside, inputs, lists).map((sources, k) => {
    const own = `${entry}/${number}/${k}`;
    lists.modelEntries.add(own);
    return [...sources, `layers/${own}`];
  });
}

function keyOf(ref: TensorRef): string {
  return `${ref.call} ${ref.tensor} ${ref.layer}`;
}
