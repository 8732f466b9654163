import type { Generation } from "../constraints/spec.js";
import type { Note } from "../errors.js";
import type { JsonObject } from "../formats/python-json.js";
import type { NdArray } from "../ndarray.js";
import type { MappedAxes } from "./raw-graph.js";
import type { ImportedConstraint, Shape } from "./rule.js";
import type { Writer } from "./writer.js";

/** One call of a layer; calls count from 0, in the order of creation, everywhere. */
export interface CallRef {
  readonly layer: string;
  readonly call: number;
}

/** One output tensor of a call; tensors count from 0, too. */
export interface TensorRef extends CallRef {
  readonly tensor: number;
}

/** One call of a layer: a node of the graph. */
export interface CallSpec {
  readonly inputs: readonly TensorRef[];
  readonly inputShapes: readonly Shape[];
  readonly outputShapes: readonly Shape[];
}

/** A weight of a layer. */
export interface WeightSpec {
  /** Keras's name of the weight, such as `kernel` or `forward/kernel`. */
  readonly name: string;
  /** In the layout of Keras 2 and 3, whatever the file has. */
  readonly shape: readonly number[];
  readonly trainable: boolean;
  readonly constraint: ImportedConstraint | null;
  /** The class whose weight it is: the layer's, or that of a layer inside it. */
  readonly layerClass: string;
  /** Where Keras 3 stores it below the layer. */
  readonly store: string;
  /** How many of the first axes Theano flips. */
  readonly spatialAxes: number;
  /** `null` until weights are read. */
  readonly values: NdArray | null;
}

/** What a layer was read from: enough to read it again. Plain data. */
export interface LayerSource extends Writer {
  readonly generation: Generation;
  /** As in `RawLayer`. */
  readonly config: JsonObject;
  readonly mappedAxes: ReadonlyMap<string, MappedAxes>;
}

/** A layer with its calls in the graph that holds it. */
export interface LayerSpec {
  readonly name: string;
  readonly className: string;
  /** The place in the file that the layer came from. */
  readonly path: string;
  readonly trainable: boolean;
  /** What the layer's rule read: plain data. */
  readonly options: object;
  /** What it read that from; absent for nested models and for layers that come from no file. */
  readonly source?: LayerSource;
  /** The graph of a nested model; its weights are those of its layers. */
  readonly graph: GraphSpec | null;
  readonly calls: readonly CallSpec[];
  /** In the order of Keras's `layer.weights` when the layer was made. */
  readonly weights: readonly WeightSpec[];
}

/** A model's graph: every option filled in, no dialect left. */
export interface GraphSpec {
  readonly name: string;
  readonly sequential: boolean;
  /** In the order of Keras's `model.layers`; for a Sequential with its InputLayer first, which Keras leaves out. */
  readonly layers: readonly LayerSpec[];
  /** Every call, each after the calls it depends on. */
  readonly order: readonly CallRef[];
  readonly inputs: readonly TensorRef[];
  readonly outputs: readonly TensorRef[];
}

/** How the model was compiled, as the file says; plain data with Keras's own names inside. */
export interface TrainingConfig {
  readonly optimizer: { readonly className: string; readonly config: { readonly [key: string]: unknown } } | null;
  /** The serialised loss: a name, an object, a list or a map, as the file has it. */
  readonly loss: unknown;
  /** What each output's loss counts, as the file has it: a number, a list or a map. Absent where the file says nothing. */
  readonly lossWeights?: unknown;
  readonly path: string;
}

/** The canonical form of a model: plain data that can be cloned between workers. */
export interface ModelSpec {
  readonly generation: Generation;
  /** As the file says, `null` where it does not. */
  readonly kerasVersion: string | null;
  /** The backend that wrote the file, as it says. */
  readonly backend: string | null;
  /** What the file is: `Keras 3 archive`, `HDF5`, `JSON and HDF5 weights` … */
  readonly format: string;
  readonly graph: GraphSpec;
  readonly hasWeights: boolean;
  readonly training: TrainingConfig | null;
  readonly notes: readonly Note[];
}

/** A constraint and the weight it holds for. */
export interface ConstraintBinding {
  /** The layer's name; inside nested models with theirs before it, `inner/dense_1`. */
  readonly layer: string;
  /** The class whose weight it is: the layer's, or that of a layer inside it. */
  readonly layerClass: string;
  readonly weight: string;
  readonly shape: readonly number[];
  readonly constraint: ImportedConstraint;
  readonly generation: Generation;
  readonly trainable: boolean;
}

/** Walks a graph and its nested models; `prefix` is `""` or the names of the models above, each followed by `/`. */
export function* walkLayers(graph: GraphSpec, prefix = ""): Generator<{ layer: LayerSpec; path: string }> {
  for (const layer of graph.layers) {
    yield { layer, path: prefix + layer.name };
    if (layer.graph !== null) yield* walkLayers(layer.graph, `${prefix}${layer.name}/`);
  }
}

/** Every constraint of a model, in the order of its layers. A layer below a frozen one counts as frozen. */
export function constraintBindings(spec: ModelSpec): ConstraintBinding[] {
  const bindings: ConstraintBinding[] = [];
  const visit = (graph: GraphSpec, prefix: string, trainable: boolean): void => {
    for (const layer of graph.layers) {
      const live = trainable && layer.trainable;
      for (const weight of layer.weights) {
        if (weight.constraint === null) continue;
        bindings.push({
          layer: prefix + layer.name,
          layerClass: weight.layerClass,
          weight: weight.name,
          shape: weight.shape,
          constraint: weight.constraint,
          generation: spec.generation,
          trainable: live && weight.trainable,
        });
      }
      if (layer.graph !== null) visit(layer.graph, `${prefix}${layer.name}/`, live);
    }
  };
  visit(spec.graph, "", true);
  return bindings;
}
