import type { Generation } from "../../constraints/spec.js";
import type { ActivationSpec } from "./spec.js";

const classic = ["softmax", "elu", "softplus", "softsign", "relu", "tanh", "sigmoid", "linear"];

/** Under one name and arithmetic in Keras 2 and 3; those that Keras 2 lacks, `tf.nn` has under the same name. */
const modern: readonly (readonly [string, string])[] = [
  ["selu", "selu"],
  ["exponential", "exponential"],
  ["swish", "silu"],
  ["silu", "silu"],
  ["mish", "mish"],
  ["relu6", "relu6"],
  ["log_softmax", "logSoftmax"],
  ["log_sigmoid", "logSigmoid"],
];

const keras3Only: readonly (readonly [string, string])[] = [
  ["hard_sigmoid", "hardSigmoidSixth"],
  ["hard_silu", "hardSilu"],
  ["hard_swish", "hardSilu"],
  ["hard_tanh", "hardTanh"],
  ["hard_shrink", "hardShrink"],
  ["soft_shrink", "softShrink"],
  ["tanh_shrink", "tanhShrink"],
  ["sparse_plus", "sparsePlus"],
  ["sparse_sigmoid", "sparseSigmoid"],
  ["sparsemax", "sparsemax"],
  ["squareplus", "squareplus"],
  ["celu", "celu"],
  ["glu", "glu"],
];

/** TensorFlow has the slope of its leaky ReLU as a float32 attribute, in float64 graphs too. */
const leakyRelu: ActivationSpec = { name: "leakyRelu", parameters: { negativeSlope: Math.fround(0.2) } };

/**
 * TensorFlow makes a float32 number of the constant beside gelu's `x`, in float64 graphs too: of √½ under Keras 3.15 (by
 * TensorFlow 2.21), of √2 under tf.keras 2.15. In float32 every backend has it so.
 */
const gelu = (scale: number): ActivationSpec => ({ name: "gelu", parameters: { scale } });

const keras1 = table(
  classic.map((name) => [name, name]),
  [["hard_sigmoid", { name: "hardSigmoidFifth" }]],
);
const keras2 = table(modern, [
  ...keras1,
  ["leaky_relu", leakyRelu],
  ["gelu", gelu(1 / Math.fround(Math.SQRT2))],
  ["softmax_v2", { name: "softmax" }],
  ["log_softmax_v2", { name: "logSoftmax" }],
]);
const keras3 = table(
  [...classic.map((name) => [name, name] as const), ...modern, ...keras3Only],
  [
    ["leaky_relu", leakyRelu],
    ["gelu", gelu(Math.fround(Math.SQRT1_2))],
  ],
);

/**
 * The activation functions that a generation knows by name, with their default arguments (keras/activations.py of
 * 1.2.2, 2.2.4, 2.3.1, 2.15 and 3.15.1). `threshold` is not among them: it has no defaults and cannot be named.
 */
export const activationNames: Readonly<Record<Generation, ReadonlyMap<string, ActivationSpec>>> = {
  keras1,
  keras2,
  keras3,
};

/** The activations of Keras 3 whose constants are exact on other backends than TensorFlow (measured: 3.15.1 on JAX). */
export const exactNames: ReadonlyMap<string, ActivationSpec> = new Map([
  ["leaky_relu", { name: "leakyRelu", parameters: { negativeSlope: 0.2 } }],
  ["gelu", gelu(Math.SQRT1_2)],
]);

function table(
  plain: readonly (readonly [string, string])[],
  others: readonly (readonly [string, ActivationSpec])[],
): ReadonlyMap<string, ActivationSpec> {
  return new Map([...plain.map(([keras, name]) => [keras, { name }] as const), ...others]);
}
