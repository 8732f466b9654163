import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { NoiseKind } from "./kernel-noise.js";

/** What a noise model may look at: one call of a kernel. */
export interface KernelArguments {
  readonly inputs: { readonly [name: string]: TensorInfo | undefined };
  readonly attrs: { readonly [name: string]: unknown };
  readonly valuesOf: (info: TensorInfo) => ArrayLike<number>;
  /** The first output of the same kernel, without noise, on its float inputs changed number by number. */
  readonly rerun: (change: (value: number) => number) => ArrayLike<number>;
  readonly kind: NoiseKind;
}

/** For the outputs of a kernel call, how many units of roundoff each number may be off, by its index. */
export type NoiseModel = (
  values: ArrayLike<number>,
  kernel: KernelArguments,
  output: TensorInfo,
) => (index: number) => number;

/** Kernels that only move, select or compare numbers, and those whose outputs may share memory with an input. */
export const exactKernels: ReadonlySet<string> = new Set(
  (
    "Abs All Any ArgMax ArgMin BatchToSpaceND BroadcastArgs Cast Ceil ClipByValue Concat DepthToSpace Diag " +
    "ExpandDims Fill FlipLeftRight Floor GatherNd GatherV2 Identity Max MaxPool MaxPool3D MaxPoolWithArgmax Maximum " +
    "Min Minimum MirrorPad Neg OneHot OnesLike Pack PadV2 Range Relu Relu6 Reshape ResizeNearestNeighbor Reverse Round " +
    "ScatterNd Select Sign Slice SpaceToBatchND SplitV Step StridedSlice Tile TopK Transpose Unpack ZerosLike"
  ).split(" "),
);

/**
 * The noise model of a tfjs kernel by its name, `null` for one that is exact. A kernel that is not in the tables counts
 * as rounding its result once.
 */
export function noiseModelOf(kernelName: string): NoiseModel | null {
  if (exactKernels.has(kernelName)) return null;
  return noisyKernels.get(kernelName) ?? rounded;
}

const rounded: NoiseModel = (values) => (index) => Math.abs(values[index] as number);

/** Computed as exp(x) - 1 by some backends and by Keras: off by u where the result is tiny. */
const minusOne: NoiseModel = (values) => (index) => Math.abs(values[index] as number) + 1;

/** A sum of `n` products: a random walk of the partial sums in any order, or n |x||W| (Higham 2002, gamma_n). */
function sumOf(n: (kernel: KernelArguments, output: TensorInfo) => number, averaged = false): NoiseModel {
  return (values, kernel, output) => {
    const count = n(kernel, output);
    if (kernel.kind === "gammaN") {
      const sizes = kernel.rerun(Math.abs);
      return (index) => Math.abs(values[index] as number) + count * (sizes[index] as number);
    }
    const squares = kernel.rerun((value) => value * value);
    const part = averaged ? 1 / Math.max(count, 1) : 1;
    return (index) => {
      const value = values[index] as number;
      return Math.abs(value) + Math.sqrt(count * (value ** 2 / 3 + ((squares[index] as number) * part) / 2));
    };
  };
}

const softmax: NoiseModel = (values, kernel) => {
  const logits = kernel.inputs["logits"] as TensorInfo;
  const x = kernel.valuesOf(logits);
  const length = logits.shape.at(-1) ?? 1;
  const spread = kernel.kind === "gammaN" ? length : 0.58 * Math.sqrt(length);
  const largest = new Map<number, number>();
  return (index) => {
    const row = Math.floor(index / length);
    let max = largest.get(row);
    if (max === undefined) {
      max = -Infinity;
      for (let i = row * length; i < (row + 1) * length; i++) max = Math.max(max, x[i] as number);
      largest.set(row, max);
    }
    return Math.abs(values[index] as number) * (2 + Math.abs((x[index] as number) - max) + spread);
  };
};

function product(extents: readonly number[]): number {
  return extents.reduce((size, extent) => size * extent, 1);
}

function shapeOf(kernel: KernelArguments, name: string): readonly number[] {
  return kernel.inputs[name]?.shape ?? [];
}

/** The terms of a reduction: numbers that go in for each that comes out. */
function reduced(kernel: KernelArguments, output: TensorInfo): number {
  return product(shapeOf(kernel, "x")) / Math.max(1, product(output.shape));
}

function window(kernel: KernelArguments): number {
  const size = kernel.attrs["filterSize"];
  if (Array.isArray(size)) return product(size as number[]);
  return typeof size === "number" ? size ** 2 : 1;
}

const matMul = sumOf((kernel) => shapeOf(kernel, "a").at(kernel.attrs["transposeA"] === true ? -2 : -1) ?? 1);
const conv = sumOf((kernel) => product(shapeOf(kernel, "filter").slice(0, -1)));
const depthwise = sumOf((kernel) => product(shapeOf(kernel, "filter").slice(0, 2)));
const transposed = sumOf((kernel) => {
  const filter = shapeOf(kernel, "filter");
  return product(filter.slice(0, -2)) * (filter.at(-1) ?? 1);
});

/** Kernels whose results are off by more than one rounding of themselves. */
export const noisyKernels: ReadonlyMap<string, NoiseModel> = new Map([
  ["BatchMatMul", matMul],
  ["Conv2D", conv],
  ["Conv3D", conv],
  ["DepthwiseConv2dNative", depthwise],
  ["Conv2DBackpropInput", transposed],
  ["Conv3DBackpropInputV2", transposed],
  ["Sum", sumOf(reduced)],
  ["Mean", sumOf(reduced, true)],
  ["Cumsum", sumOf((kernel) => shapeOf(kernel, "x").at((kernel.attrs["axis"] as number | undefined) ?? 0) ?? 1)],
  ["AvgPool", sumOf(window, true)],
  ["AvgPool3D", sumOf(window, true)],
  ["Softmax", softmax],
  ["Elu", minusOne],
  ["Selu", minusOne],
  ["Expm1", minusOne],
]);
