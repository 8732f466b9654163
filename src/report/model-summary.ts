import type { Generation } from "../constraints/spec.js";
import { formatCount } from "./numbers.js";

/** A model in a few words and numbers. */
export interface ModelSummary {
  /** What the file is; `null` where it is not known. */
  readonly format: string | null;
  /** As the file says, `null` where it does not. */
  readonly kerasVersion: string | null;
  readonly generation: Generation | null;
  readonly backend: string | null;
  /** Layers that compute, those of nested models among them. */
  readonly layers: number;
  readonly parameters: number;
  readonly constraints: number;
}

/**
 * `Keras 1.2.2 by Theano, HDF5, 8 layers, 6,213 parameters, 2 constraints`. Of an incomplete model only what is sure is
 * told: what an unsupported layer holds is not known, and so neither is what there is in all.
 */
export function formatModelSummary(summary: ModelSummary, complete = true): string {
  const { format, layers, parameters, constraints } = summary;
  const parts = [formatOrigin(summary), format, formatCount(layers, "layer")];
  if (complete) parts.push(formatCount(parameters, "parameter"), formatCount(constraints, "constraint"));
  return parts.filter((part) => part !== null).join(", ");
}

const backendNames: ReadonlyMap<string, string> = new Map([
  ["theano", "Theano"],
  ["tensorflow", "TensorFlow"],
  ["jax", "JAX"],
  ["torch", "PyTorch"],
  ["cntk", "CNTK"],
]);

/** Which Keras wrote a file: `Keras 1.2.2 by Theano`; where the file has no version, `Keras 1.x`. */
function formatOrigin({ kerasVersion, generation, backend }: ModelSummary): string | null {
  const version = kerasVersion ?? (generation === null ? null : `${generation.slice("keras".length)}.x`);
  if (version === null) return null;
  return backend === null ? `Keras ${version}` : `Keras ${version} by ${backendNames.get(backend) ?? backend}`;
}
