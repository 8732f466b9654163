import { constraintBindings, type ModelSpec, walkLayers } from "../import/spec.js";
import { sizeOf } from "../ndarray.js";
import { formatCount } from "./numbers.js";

/** A model in a few numbers. */
export interface ModelSummary {
  readonly format: string;
  /** As the file says, `null` where it does not. */
  readonly kerasVersion: string | null;
  readonly generation: "keras1" | "keras2" | "keras3";
  readonly backend: string | null;
  /** As `model.layers` of Keras counts them. */
  readonly layers: number;
  readonly parameters: number;
  readonly constraints: number;
}

/** Counts what a model has; the layers of nested models count for their parameters only. */
export function summariseModel(spec: ModelSpec): ModelSummary {
  const { format, kerasVersion, generation, backend, graph } = spec;
  let parameters = 0;
  for (const { layer } of walkLayers(graph)) for (const { shape } of layer.weights) parameters += sizeOf(shape);
  const counted = graph.sequential ? graph.layers.filter((layer) => layer.className !== "InputLayer") : graph.layers;
  const constraints = constraintBindings(spec).length;
  return { format, kerasVersion, generation, backend, layers: counted.length, parameters, constraints };
}

/** `Keras 1.2.2 by Theano, HDF5, 8 layers, 6,213 parameters, 2 constraints`. */
export function formatModelSummary(summary: ModelSummary): string {
  return [
    formatOrigin(versionOf(summary), summary.backend),
    summary.format,
    formatCount(summary.layers, "layer"),
    formatCount(summary.parameters, "parameter"),
    formatCount(summary.constraints, "constraint"),
  ].join(", ");
}

const backendNames: ReadonlyMap<string, string> = new Map([
  ["theano", "Theano"],
  ["tensorflow", "TensorFlow"],
  ["jax", "JAX"],
  ["torch", "PyTorch"],
  ["cntk", "CNTK"],
]);

/** Which Keras wrote a file: `Keras 1.2.2 by Theano`. */
export function formatOrigin(version: string, backend: string | null): string {
  return backend === null ? `Keras ${version}` : `Keras ${version} by ${backendNames.get(backend) ?? backend}`;
}

/** The version as the file says, or else what its form shows: `1.x`. */
export function versionOf({ kerasVersion, generation }: Pick<ModelSummary, "kerasVersion" | "generation">): string {
  return kerasVersion ?? `${generation.slice(-1)}.x`;
}
