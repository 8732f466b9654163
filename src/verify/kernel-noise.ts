import * as tf from "@tensorflow/tfjs-core";
import { noiseModelOf, type KernelArguments } from "./noise-amplitude.js";
import { seededUniform } from "./random.js";

/** How the size of a sum's rounding error is taken: as a random walk, or at its worst (`gammaN`: n u |x||W|). */
export type NoiseKind = "walk" | "gammaN";

/** The unit roundoff of float32. */
const unitRoundoff = 2 ** -24;

interface DataBackend {
  readonly data: { get(id: object): { values: unknown } };
}

/**
 * Runs `step` while every kernel of the cpu backend adds, to each float number y_i of its outputs, an independent error
 * u · a_i · ξ with ξ uniform in (-1, 1): Monte Carlo arithmetic (Parker 1997) at the level of kernels. `a_i` is what
 * `noise-amplitude.ts` says of the kernel. The same seed gives the same errors. Only for the double run: in float32
 * storage an error below one unit in the last place would be lost.
 */
export function withKernelNoise<T>(kind: NoiseKind, seed: number, step: () => T): T {
  const next = seededUniform(seed);
  const configs = tf.getKernelsForBackend("cpu");
  for (const config of configs) {
    tf.unregisterKernel(config.kernelName, "cpu");
    tf.registerKernel({ ...config, kernelFunc: noisyKernel(config, kind, next) });
  }
  try {
    return step();
  } finally {
    for (const config of configs) {
      tf.unregisterKernel(config.kernelName, "cpu");
      tf.registerKernel(config);
    }
  }
}

/** A perturbed copy of some numbers: x(1 + u ξ), save integers, which no rounding moves. */
export function perturbed(values: Float32Array, next: () => number): Float32Array {
  return values.map((value) => (Number.isInteger(value) ? value : value * (1 + unitRoundoff * next())));
}

function noisyKernel(config: tf.KernelConfig, kind: NoiseKind, next: () => number): tf.KernelFunc {
  const model = noiseModelOf(config.kernelName);
  if (model === null) return config.kernelFunc;
  return (request) => {
    const outputs = config.kernelFunc(request);
    const backend = request.backend as DataBackend;
    const valuesOf = (info: tf.TensorInfo): ArrayLike<number> => backend.data.get(info.dataId).values as Float32Array;
    const rerun = (change: (value: number) => number): ArrayLike<number> => {
      const inputs = mapInputs(request.inputs, (info) => {
        const values = new Float32Array(valuesOf(info)).map(change);
        return backendTensor(request.backend, info.shape, values);
      });
      const result = config.kernelFunc({ ...request, inputs });
      return valuesOf((Array.isArray(result) ? result[0] : result) as tf.TensorInfo);
    };
    const kernel: KernelArguments = {
      inputs: request.inputs,
      attrs: request.attrs as KernelArguments["attrs"],
      valuesOf,
      rerun,
      kind,
    };
    for (const output of Array.isArray(outputs) ? outputs : [outputs]) {
      if (output.dtype !== "float32") continue;
      const values = valuesOf(output) as Float32Array;
      const amplitude = model(values, kernel, output);
      for (let i = 0; i < values.length; i++) {
        values[i] = (values[i] as number) + unitRoundoff * next() * amplitude(i);
      }
    }
    return outputs;
  };
}

function mapInputs(
  inputs: tf.NamedTensorInfoMap,
  change: (info: tf.TensorInfo) => tf.TensorInfo,
): tf.NamedTensorInfoMap {
  const changed: tf.NamedTensorInfoMap = {};
  for (const [name, info] of Object.entries(inputs)) {
    if (info === undefined) continue;
    changed[name] = info.dtype === "float32" ? change(info) : info;
  }
  return changed;
}

interface MakingBackend {
  makeTensorInfo(shape: number[], dtype: "float32", values: Float32Array): tf.TensorInfo;
}

function backendTensor(backend: unknown, shape: number[], values: Float32Array): tf.TensorInfo {
  return (backend as MakingBackend).makeTensorInfo(shape, "float32", values);
}
