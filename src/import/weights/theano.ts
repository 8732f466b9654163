import type { Generation } from "../../constraints/spec.js";
import type { Note } from "../../errors.js";
import { type GraphSpec, walkLayers } from "../spec.js";
import { flipAxes } from "./array-layout.js";
import type { WeightValues } from "./weight-context.js";

/** Which backend's convolution the kernels of a file are made for. */
export type Kernels = "theano" | "tensorflow";

/** What is known of the backend that wrote the weights. */
export interface KernelSource {
  readonly generation: Generation;
  /** As the file with the weights says; Keras 1 files do not. */
  readonly backend: string | null;
  /** What the caller says. */
  readonly kernels: Kernels | undefined;
  /** The file, for notes. */
  readonly name: string;
}

/**
 * Turns the kernels of a file that Theano wrote, in place of their values. Theano's convolution runs through the
 * kernel backwards on all spatial axes, those of all other backends forwards (K2.2.4:keras/utils/conv_utils.py,
 * `convert_kernel`). Keras 2 and later say which backend wrote the file; for files that do not, the caller's word
 * counts, and without it TensorFlow is assumed and a note says so. Models without convolutions need neither.
 */
export function orientKernels(graph: GraphSpec, values: WeightValues, source: KernelSource, notes: Note[]): void {
  const kernels = [...walkLayers(graph)].flatMap(({ layer }) => layer.weights.filter((one) => one.spatialAxes > 0));
  if (kernels.length === 0 || kernelsOf(source, notes) !== "theano") return;
  for (const weight of kernels) {
    const array = values.get(weight);
    if (array !== undefined) values.set(weight, flipAxes(array, weight.spatialAxes));
  }
}

/** Whose convolution the kernels of a file are for, with a note of what was assumed and done. */
export function kernelsOf(source: KernelSource, notes: Note[]): Kernels {
  const known = source.backend;
  const written = known ?? source.kernels ?? "tensorflow";
  if (known === null) notes.push(assumption(source));
  else if (source.kernels !== undefined && (known === "theano") !== (source.kernels === "theano")) {
    const message = `the file says that ${known} wrote it; the option kernels: "${source.kernels}" has no effect`;
    notes.push({ code: "kernels-option-ignored", path: source.name, message });
  }
  if (written !== "theano") return "tensorflow";
  if (known !== null) {
    const message = "Theano wrote the file: the kernels of convolutions are turned around on their spatial axes";
    notes.push({ code: "theano-kernels-flipped", path: source.name, message });
  }
  return "theano";
}

function assumption({ generation, kernels, name }: KernelSource): Note {
  const silent = generation === "keras1" ? "a file of Keras 1 does not say" : "the file does not say";
  const taken =
    kernels === undefined
      ? 'assumed TensorFlow; for one that Theano wrote say kernels: "theano" (--kernels theano), which turns the kernels around'
      : `took ${kernels === "theano" ? "Theano, kernels turned around" : "TensorFlow, kernels as they are"}, as the option kernels says`;
  return {
    code: "assumed-kernels",
    path: name,
    message: `${silent} which backend wrote its convolution kernels; ${taken}`,
  };
}
