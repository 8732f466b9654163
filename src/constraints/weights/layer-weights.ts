import { batchNormalization, groupNormalization, layerNormalization, slopes } from "./affine-weights.js";
import { groupedQuery, multiHead } from "./attention-weights.js";
import { convolution, depthwise, separable, transposed } from "./convolution-weights.js";
import { einsumDense } from "./einsum-weights.js";
import { locallyConnected } from "./local-weights.js";
import { gruGates, lstmGates, recurrent } from "./recurrent-weights.js";
import { counted, features } from "./weight-facts.js";
import {
  firstAxes,
  fixed,
  type LayerWeight,
  noUnit,
  type UnitOfAxes,
  vector,
  type WeightAxis,
} from "./weight-layout.js";

const kernelOption = "kernel_constraint";
const input: WeightAxis = ["in", features];
const units: WeightAxis = ["units", counted("units")];
const columns: UnitOfAxes = firstAxes(1, "unit");

const dense = [fixed("kernel", kernelOption, [input, units], columns), vector("bias", units)];

const tokens: WeightAxis = ["tokens", counted("input_dim")];
const vectors: WeightAxis = ["features", counted("output_dim")];
const embedding = fixed("embeddings", "embeddings_constraint", [tokens, vectors], { perUnit: [1], unit: "token" });
const reverse = fixed("reverse_embeddings", null, [vectors, tokens], firstAxes(1, "token"));

/** Weights of Keras 1 that no later Keras has, in the order of its files; a Highway has as many units as inputs. */
const through: WeightAxis = ["units", features];
const highway = [
  fixed("W", kernelOption, [input, through], columns),
  fixed("W_carry", null, [input, through], columns),
  vector("b", through),
  vector("b_carry", through, null),
];
const pieces: WeightAxis = ["pieces", counted("nb_feature")];
const maxout = [
  fixed("W", kernelOption, [pieces, input, units], { perUnit: [1], unit: "piece of each unit" }),
  fixed("b", "bias_constraint", [pieces, units], noUnit),
];

/** Layer classes, with the names that every Keras has for them, and their weights in the order of `layer.weights`. */
const entries: readonly (readonly [classNames: readonly string[], weights: readonly LayerWeight[]])[] = [
  [["Dense", "TimeDistributedDense", "TernaryDense"], dense],
  [["EinsumDense"], einsumDense],
  [["Embedding"], [embedding]],
  [["ReversibleEmbedding"], [embedding, reverse]],
  [["Conv1D", "Convolution1D", "AtrousConvolution1D"], convolution(1)],
  [["Conv2D", "Convolution2D", "AtrousConvolution2D"], convolution(2)],
  [["Conv3D", "Convolution3D"], convolution(3)],
  [["Conv1DTranspose", "Convolution1DTranspose"], transposed(1)],
  [["Conv2DTranspose", "Convolution2DTranspose", "Deconvolution2D", "Deconv2D"], transposed(2)],
  [["Conv3DTranspose", "Convolution3DTranspose", "Deconvolution3D", "Deconv3D"], transposed(3)],
  [["DepthwiseConv1D"], depthwise(1)],
  [["DepthwiseConv2D"], depthwise(2)],
  [["SeparableConv1D", "SeparableConvolution1D"], separable(1)],
  [["SeparableConv2D", "SeparableConvolution2D"], separable(2)],
  [["LocallyConnected1D"], locallyConnected(1)],
  [["LocallyConnected2D"], locallyConnected(2)],
  [["SimpleRNN", "SimpleRNNCell"], recurrent({})],
  [["LSTM", "LSTMCell", "LSTMV2"], recurrent({ gates: lstmGates })],
  [["GRU", "GRUCell", "GRUV2"], recurrent({ gates: gruGates })],
  // Their biases are in the order of cuDNN.
  [["CuDNNLSTM"], recurrent({ columns: 4, biasColumns: 8 })],
  [["CuDNNGRU"], recurrent({ columns: 3, biasColumns: 6 })],
  [["ConvLSTM1D", "ConvLSTM1DCell"], recurrent({ gates: lstmGates, spatialRank: 1 })],
  [["ConvLSTM2D", "ConvLSTM2DCell"], recurrent({ gates: lstmGates, spatialRank: 2 })],
  [["ConvLSTM3D", "ConvLSTM3DCell"], recurrent({ gates: lstmGates, spatialRank: 3 })],
  [["MultiHeadAttention"], multiHead],
  [["GroupQueryAttention", "GroupedQueryAttention"], groupedQuery],
  [
    ["BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization"],
    batchNormalization,
  ],
  [["LayerNormalization"], layerNormalization],
  [["GroupNormalization"], groupNormalization],
  [["PReLU"], [slopes]],
  [["Highway"], highway],
  [["MaxoutDense"], maxout],
];

/**
 * The one table of weights that a constraint can hold for, by layer class: every layer of Keras 1.0 to 3.15 with a
 * constraint option, in the layout of Keras 2 and 3, which does not depend on the data format (the `build` of each
 * layer). Reading takes the names of options from it, explaining the meaning of axes and how long they are.
 */
export const layerWeights: ReadonlyMap<string, readonly LayerWeight[]> = new Map(
  entries.flatMap(([classNames, weights]) =>
    classNames.map((name): [string, readonly LayerWeight[]] => [name, weights]),
  ),
);
