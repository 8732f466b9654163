import { channels, counted, listed, product, quotient } from "./weight-facts.js";
import { firstAxes, fixed, type LayerWeight, vector, type WeightAxis } from "./weight-layout.js";

/** The axes of images: none, one, two or three. */
export type SpatialRank = 0 | 1 | 2 | 3;

/** What the spatial axes are called. */
export const spatialWords: Readonly<Record<SpatialRank, readonly string[]>> = {
  0: [],
  1: ["steps"],
  2: ["rows", "columns"],
  3: ["planes", "rows", "columns"],
};

/** The spatial axes of a kernel, as long as `kernel_size` says. */
export function kernelAxes(rank: SpatialRank): WeightAxis[] {
  return spatialWords[rank].map((word, axis) => [word, listed("kernel_size", axis)]);
}

const kernelOption = "kernel_constraint";
const out: WeightAxis = ["out", counted("filters")];
const multiplier = counted("depth_multiplier", 1);

/** Convolutions of Keras 2 and 3 (keras/src/layers/convolutional/base_conv.py); each group has channels of its own. */
export function convolution(rank: SpatialRank): LayerWeight[] {
  const input: WeightAxis = ["in", quotient(channels(rank), counted("groups", 1))];
  return [
    fixed("kernel", kernelOption, [...kernelAxes(rank), input, out], firstAxes(rank + 1, "filter")),
    vector("bias", out),
  ];
}

/** Transposed kernels have the output channels before the input channels (base_conv_transpose.py). */
export function transposed(rank: SpatialRank): LayerWeight[] {
  const axes: WeightAxis[] = [...kernelAxes(rank), out, ["in", channels(rank)]];
  const { perUnit, unit } = firstAxes(rank, "filter");
  return [fixed("kernel", kernelOption, axes, { perUnit: [...(perUnit ?? []), rank + 1], unit }), vector("bias", out)];
}

function depthwiseKernel(weight: string, rank: SpatialRank): LayerWeight {
  const axes: WeightAxis[] = [...kernelAxes(rank), ["in", channels(rank)], ["multiplier", multiplier]];
  return fixed(weight, "depthwise_constraint", axes, firstAxes(rank, "depthwise filter"));
}

/** Keras 3 calls the kernel `kernel`, tf.keras `depthwise_kernel` (base_depthwise_conv.py). */
export function depthwise(rank: SpatialRank): LayerWeight[] {
  return [
    depthwiseKernel("kernel", rank),
    depthwiseKernel("depthwise_kernel", rank),
    vector("bias", ["out", product(channels(rank), multiplier)]),
  ];
}

/** A depthwise kernel and, on its output, one of a single place (base_separable_conv.py). */
export function separable(rank: SpatialRank): LayerWeight[] {
  const places = spatialWords[rank].map((word): WeightAxis => [word, () => 1]);
  const input: WeightAxis = ["in", product(channels(rank), multiplier)];
  return [
    depthwiseKernel("depthwise_kernel", rank),
    fixed("pointwise_kernel", "pointwise_constraint", [...places, input, out], firstAxes(rank + 1, "filter")),
    vector("bias", out),
  ];
}
