import * as tf from "@tensorflow/tfjs-core";
import { KerasProofError } from "../errors.js";
import { type BuiltModel, buildModel, tensorOf } from "../import/build.js";
import { attachMask, maskOf } from "../import/masks.js";
import type { LayerRegistry } from "../import/registry.js";
import type { ModelSpec } from "../import/spec.js";
import type { NdArray } from "../ndarray.js";
import { type CallList, type LayerCall, listCalls } from "./call-list.js";
import { type NoiseKind, perturbed, withKernelNoise } from "./kernel-noise.js";
import { seededUniform } from "./random.js";

/** How a result's noise is measured: the root mean square over some noisy runs. */
export interface NoiseRequest {
  readonly kind: NoiseKind;
  readonly runs: number;
  readonly seed: number;
}

/** What a layer call or a model computed, or why it could not. */
export type RunResult =
  | {
      readonly outputs: readonly NdArray[];
      /** For each output the noise scale of each number; `null` where none was asked for. */
      readonly scales: readonly Float64Array[] | null;
    }
  | { readonly failure: string };

/** One run of layer calls, each on the given inputs. */
export interface CallsRequest {
  /** The tensors of the reference, by entry: `inputs/0`, `layers/dense/0/0`. */
  readonly values: ReadonlyMap<string, NdArray>;
  /** The calls whose results are wanted, by their first output's entry; `null` for all. */
  readonly wanted: ReadonlySet<string> | null;
  readonly noise: NoiseRequest | null;
}

/** An imported model on one tfjs: the backend's in the main thread, or the double one in its worker. */
export interface Realm {
  readonly calls: CallList;
  /** By the first output's entry below `layers/`; calls whose inputs are not all given are left out. */
  runCalls(request: CallsRequest): ReadonlyMap<string, RunResult>;
  runModel(inputs: readonly NdArray[], noise: NoiseRequest | null): RunResult;
  dispose(): void;
}

/** Numbers of one tensor, 1 GiB in float64. */
const largestOutput = 2 ** 27;

/** Builds a spec's model on the backend that tfjs has set. Noise is only for the double run's cpu backend. */
export function openRealm(spec: ModelSpec, registry: LayerRegistry): Realm {
  const built = buildModel(spec, registry, { largestOutput });
  const calls = listCalls(spec.graph);
  return {
    calls,
    runCalls: (request) => runCalls(built, calls.calls, request),
    runModel: (inputs, noise) => runModel(built, inputs, noise),
    dispose: () => {
      built.model.dispose();
    },
  };
}

function runCalls(built: BuiltModel, calls: readonly LayerCall[], request: CallsRequest): Map<string, RunResult> {
  const results = new Map<string, RunResult>();
  const masks = new Map<string, tf.Tensor>();
  for (const call of calls) {
    const layer = built.layers.get(call.layer);
    const name = call.outputs[0];
    const given = call.inputs.map((places) => places.map((place) => request.values.get(place)).find(Boolean));
    if (layer === undefined || name === undefined || given.includes(undefined)) continue;
    const wanted = request.wanted === null || request.wanted.has(name);
    const run: Run = (inputs) => {
      for (const [k, input] of inputs.entries()) attachMask(input, masks.get(call.inputs[k]?.[0] as string) ?? null);
      const outputs = layer.call(inputs.length === 1 ? (inputs[0] as tf.Tensor) : inputs);
      return Array.isArray(outputs) ? outputs : [outputs];
    };
    // What is not wanted runs too: it may make the masks of what is.
    const seen: Run = (inputs) => {
      const outputs = run(inputs);
      for (const [k, output] of outputs.entries()) {
        const mask = maskOf(output);
        if (mask !== null) masks.set(`layers/${call.outputs[k]}`, tf.keep(mask.clone()));
      }
      return outputs;
    };
    const noise = wanted ? request.noise : null;
    const result = measure(given as NdArray[], layer.variables, { first: seen, again: run }, noise);
    if (wanted) results.set(name, result);
  }
  for (const mask of masks.values()) mask.dispose();
  return results;
}

function runModel(built: BuiltModel, inputs: readonly NdArray[], noise: NoiseRequest | null): RunResult {
  const run: Run = (tensors) => {
    const outputs = built.model.apply(tensors.length === 1 ? (tensors[0] as tf.Tensor) : tensors) as
      | tf.Tensor
      | tf.Tensor[];
    return Array.isArray(outputs) ? outputs : [outputs];
  };
  const variables = [...built.layers.values()].flatMap((layer) => layer.variables);
  return measure(inputs, variables, { first: run, again: run }, noise);
}

type Run = (inputs: tf.Tensor[]) => tf.Tensor[];

/** Runs once for the outputs, and with noise as often as asked for their scales. */
function measure(
  inputs: readonly NdArray[],
  variables: readonly tf.Variable[],
  { first, again }: { readonly first: Run; readonly again: Run },
  noise: NoiseRequest | null,
): RunResult {
  try {
    const outputs = scoped(() => first(inputs.map(tensorOf)).map(arrayOf));
    if (noise === null) return { outputs, scales: null };
    const squares = outputs.map((output) => new Float64Array(output.data.length));
    for (let run = 0; run < noise.runs; run++) {
      const noisy = noisyRun(inputs, variables, again, noise.kind, noise.seed + run);
      for (const [k, output] of outputs.entries()) {
        addSquares(squares[k] as Float64Array, output.data, (noisy[k] as NdArray).data);
      }
    }
    return { outputs, scales: squares.map((sum) => scalesOf(sum, noise.runs)) };
  } catch (error) {
    // Too large to compute says nothing about what it computes.
    if (error instanceof KerasProofError && error.code === "limit") throw error;
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * One run with noise in the weights and after each kernel. The inputs are left as they are: both sides get the very same,
 * and a nudge would take away what a Masking layer looks for, so that the spread would be that of another mask.
 */
function noisyRun(
  inputs: readonly NdArray[],
  variables: readonly tf.Variable[],
  run: Run,
  kind: NoiseKind,
  seed: number,
): NdArray[] {
  const next = seededUniform(seed * 7919 + 1);
  const plain = variables.map((variable) => variable.clone());
  try {
    for (const variable of variables) {
      const values = perturbed(new Float32Array(variable.dataSync()), next);
      tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    }
    return scoped(() => {
      const tensors = inputs.map(tensorOf);
      return withKernelNoise(kind, seed, () => run(tensors)).map(arrayOf);
    });
  } finally {
    for (const [index, variable] of variables.entries()) variable.assign(plain[index] as tf.Tensor);
    tf.dispose(plain);
  }
}

/** `tf.tidy` for a result that is plain data. */
function scoped<T>(step: () => T): T {
  const results: T[] = [];
  tf.tidy(() => {
    results.push(step());
  });
  return results[0] as T;
}

function addSquares(sums: Float64Array, exact: NdArray["data"], noisy: NdArray["data"]): void {
  for (let i = 0; i < sums.length; i++) {
    const difference = Number(noisy[i]) - Number(exact[i]);
    if (Number.isFinite(difference)) sums[i] = (sums[i] as number) + difference ** 2;
  }
}

/** No number's noise counts as less than this part of the tensor's root mean square noise. */
const scaleFloor = 0.3;

function scalesOf(squares: Float64Array, runs: number): Float64Array {
  const total = squares.reduce((sum, square) => sum + square, 0);
  const floor = scaleFloor * Math.sqrt(total / (runs * Math.max(1, squares.length)));
  return squares.map((square) => Math.max(Math.sqrt(square / runs), floor));
}

/** A copy of a tensor's values: float64 in the double run. */
function arrayOf(tensor: tf.Tensor): NdArray {
  const values = tensor.dataSync();
  const shape = [...tensor.shape];
  if (tensor.dtype === "bool") return { dtype: "bool", shape, data: Uint8Array.from(values) };
  if (tensor.dtype === "int32") return { dtype: "int32", shape, data: Int32Array.from(values) };
  const data = new Float32Array(values);
  return { dtype: (data[Symbol.toStringTag] as string) === "Float64Array" ? "float64" : "float32", shape, data };
}
