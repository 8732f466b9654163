import {
  abortSignal,
  anything,
  oneOf,
  type OptionKind,
  type OptionKinds,
  someFunction,
  someObject,
  someText,
} from "../check-options.js";
import { constraintFunctions } from "../constraints/argument-kinds.js";
import type { CustomConstraints } from "../constraints/custom-constraint.js";
import { type ByteInput, nameOf } from "../formats/byte-source.js";
import type { Limits } from "../formats/limits.js";
import type { LayerRule } from "./rule.js";
import type { Kernels } from "./weights/theano.js";

/** How far a reading has come. */
export interface Progress {
  readonly phase: "architecture" | "weights";
  readonly done: number;
  readonly total: number;
}

/** What a caller may say about a model file. */
export interface ReadOptions {
  /** Weights from a second file; they take the place of the model file's own. */
  readonly weights?: ByteInput;
  /**
   * The backend whose convolution the kernels are for, where the file does not say it: files of Keras 1 never do.
   * Default `tensorflow`, with a note.
   */
  readonly kernels?: Kernels;
  /**
   * The backend that computes the model, such as `jax`, where the file does not say it: TensorFlow, the default, makes
   * float32 numbers of some constants, which shows in float64 alone.
   */
  readonly backend?: string;
  /** The name of the model file in errors; that of the source by default, and `model` where it has none. */
  readonly name?: string;
  /** The name of the file with the weights in errors; that of their source by default, and `weights` where it has none. */
  readonly weightsName?: string;
  /** Rules for layers of one's own, which come before ours of the same name. */
  readonly customLayers?: readonly LayerRule[];
  /**
   * Functions for constraints of one's own, by their registered or bare names; they come before Keras's constraints of
   * the same name. Reading uses the names only.
   */
  readonly customConstraints?: CustomConstraints;
  readonly limits?: Partial<Limits>;
  /** Stops the reading with an `aborted` error. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** The options with the names that errors give; without weights of their own file those are named as the model. */
export function withNames(
  source: ByteInput,
  options: ReadOptions,
): ReadOptions & Required<Pick<ReadOptions, "name" | "weightsName">> {
  const name = nameOf(source, options.name, "model");
  const weightsName = options.weights === undefined ? name : nameOf(options.weights, options.weightsName, "weights");
  return { ...options, name, weightsName };
}

/** Layers of one's own. */
export const layerRules: OptionKind = {
  wanted: "a list of layer rules { className, read, outputShapes, call }",
  accepts: (value) => Array.isArray(value) && value.every(isLayerRule),
};

function isLayerRule(value: unknown): boolean {
  const { className, read, outputShapes, call } = (value ?? {}) as Partial<LayerRule>;
  return typeof className === "string" && [read, outputShapes, call].every(someFunction.accepts);
}

export const readOptionKinds: OptionKinds<ReadOptions> = {
  weights: anything,
  kernels: oneOf("tensorflow", "theano"),
  backend: someText,
  name: someText,
  weightsName: someText,
  customLayers: layerRules,
  customConstraints: constraintFunctions,
  limits: someObject,
  signal: abortSignal,
  onProgress: someFunction,
};
