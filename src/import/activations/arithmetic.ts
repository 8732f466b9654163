import type { Ops, Tensor } from "../rule.js";
import { glu, softmax, sparsemax } from "./along-axes.js";
import * as piecewise from "./piecewise.js";
import * as smooth from "./smooth.js";
import type { ActivationSpec } from "./spec.js";

type Arithmetic = (tf: Ops, x: Tensor, parameters: Readonly<Record<string, number>>, spec: ActivationSpec) => Tensor;

/** What each name of an `ActivationSpec` computes. */
export const activationArithmetic: ReadonlyMap<string, Arithmetic> = new Map<string, Arithmetic>([
  ["linear", (_tf, x) => x],
  ["relu", (tf, x, parameters) => piecewise.relu(tf, x, parameters)],
  ["relu6", (tf, x) => tf.clipByValue(x, 0, 6)],
  ["leakyRelu", (tf, x, { negativeSlope = 0 }) => piecewise.leakyRelu(tf, x, negativeSlope)],
  ["thresholded", (tf, x, { threshold = 0 }) => piecewise.thresholded(tf, x, threshold)],
  ["elu", (tf, x, { alpha = 1 }) => smooth.elu(tf, x, alpha)],
  ["selu", smooth.selu],
  ["celu", (tf, x, { alpha = 1 }) => smooth.celu(tf, x, alpha)],
  ["gelu", (tf, x, { scale = Math.SQRT1_2 }) => smooth.gelu(tf, x, scale)],
  ["geluTanh", smooth.geluTanh],
  ["silu", smooth.silu],
  ["mish", smooth.mish],
  ["softplus", smooth.softplus],
  ["softsign", smooth.softsign],
  ["squareplus", (tf, x, { b = 4 }) => smooth.squareplus(tf, x, b)],
  ["logSigmoid", smooth.logSigmoid],
  ["tanh", (tf, x) => tf.tanh(x)],
  ["tanhShrink", smooth.tanhShrink],
  ["sigmoid", (tf, x) => tf.sigmoid(x)],
  ["exponential", (tf, x) => tf.exp(x)],
  ["hardSigmoidFifth", piecewise.hardSigmoidFifth],
  ["hardSigmoidSixth", piecewise.hardSigmoidSixth],
  ["hardSilu", (tf, x) => tf.mul(x, piecewise.hardSigmoidSixth(tf, x))],
  ["hardTanh", (tf, x) => tf.clipByValue(x, -1, 1)],
  ["hardShrink", (tf, x, { threshold = 0.5 }) => piecewise.hardShrink(tf, x, threshold)],
  ["softShrink", (tf, x, { threshold = 0.5 }) => piecewise.softShrink(tf, x, threshold)],
  ["sparsePlus", piecewise.sparsePlus],
  ["sparseSigmoid", piecewise.sparseSigmoid],
  ["softmax", (tf, x, _parameters, { axes = [-1] }) => softmax(tf, x, axes)],
  ["logSoftmax", (tf, x) => tf.logSoftmax(x)],
  ["sparsemax", sparsemax],
  ["glu", glu],
]);
