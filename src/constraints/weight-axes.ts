/** What the axes of a layer's weight are, and which of them a norm must sum over to measure one output unit. */
export interface WeightAxes {
  /** A word for each axis. */
  readonly words: readonly string[];
  /** The axes of all the numbers that enter one unit, or null where a norm for each unit has no meaning (vectors). */
  readonly perUnit: readonly number[] | null;
  /** What a unit is called. */
  readonly unit: string;
  /** The layer's option in Keras 2 and 3. */
  readonly option: string;
}

type LayerWeights = Readonly<Record<string, WeightAxes>>;

/** A layer class, and the names that Keras 1 had for it. */
type Entry = readonly [classNames: readonly string[], weights: LayerWeights];

function weight(words: readonly string[], perUnit: readonly number[] | null, unit: string, option: string): WeightAxes {
  return { words, perUnit, unit, option };
}

function vector(word: string, option: string): WeightAxes {
  return weight([word], null, "", option);
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}

const spatialWords = [[], ["steps"], ["rows", "columns"], ["planes", "rows", "columns"]] as const;

function convolution(rank: 1 | 2 | 3): LayerWeights {
  const words = [...spatialWords[rank], "in", "out"];
  return {
    kernel: weight(words, range(rank + 1), "filter", "kernel_constraint"),
    bias: vector("out", "bias_constraint"),
  };
}

/** Transposed kernels have the output channels before the input channels. */
function transposed(rank: 1 | 2 | 3): LayerWeights {
  const words = [...spatialWords[rank], "out", "in"];
  return {
    kernel: weight(words, [...range(rank), rank + 1], "filter", "kernel_constraint"),
    bias: vector("out", "bias_constraint"),
  };
}

function depthwise(rank: 1 | 2): LayerWeights {
  const words = [...spatialWords[rank], "in", "multiplier"];
  const kernel = weight(words, range(rank), "depthwise filter", "depthwise_constraint");
  return { kernel, depthwise_kernel: kernel, bias: vector("out", "bias_constraint") };
}

function separable(rank: 1 | 2): LayerWeights {
  const words = [...spatialWords[rank], "in", "out"];
  return {
    depthwise_kernel: depthwise(rank)["kernel"]!,
    pointwise_kernel: weight(words, range(rank + 1), "filter", "pointwise_constraint"),
    bias: vector("out", "bias_constraint"),
  };
}

function recurrent(column: string, unit: string, spatialRank: 0 | 1 | 2 | 3 = 0): LayerWeights {
  const spatial = spatialWords[spatialRank];
  const axes = range(spatialRank + 1);
  return {
    kernel: weight([...spatial, "in", column], axes, unit, "kernel_constraint"),
    recurrent_kernel: weight([...spatial, "units", column], axes, unit, "recurrent_constraint"),
    bias: vector(column, "bias_constraint"),
  };
}

const gate = "gate of each unit";

const affine: LayerWeights = {
  gamma: vector("channels", "gamma_constraint"),
  beta: vector("channels", "beta_constraint"),
};

/**
 * Weights with a constraint option, in the layout of Keras 2 and 3, which does not depend on the data format (Keras
 * 3.15: the `build` of each layer). A weight that is not here, such as the kernels of attention layers, has no one list
 * of axes that fits.
 */
const entries: readonly Entry[] = [
  [
    ["Dense", "TimeDistributedDense"],
    { kernel: weight(["in", "units"], [0], "unit", "kernel_constraint"), bias: vector("units", "bias_constraint") },
  ],
  [["Embedding"], { embeddings: weight(["tokens", "features"], [1], "token", "embeddings_constraint") }],
  [["Conv1D", "Convolution1D", "AtrousConvolution1D"], convolution(1)],
  [["Conv2D", "Convolution2D", "AtrousConvolution2D"], convolution(2)],
  [["Conv3D", "Convolution3D"], convolution(3)],
  [["Conv1DTranspose"], transposed(1)],
  [["Conv2DTranspose", "Deconvolution2D"], transposed(2)],
  [["Conv3DTranspose"], transposed(3)],
  [["DepthwiseConv1D"], depthwise(1)],
  [["DepthwiseConv2D"], depthwise(2)],
  [["SeparableConv1D"], separable(1)],
  [["SeparableConv2D", "SeparableConvolution2D"], separable(2)],
  [["SimpleRNN", "SimpleRNNCell"], recurrent("units", "unit")],
  [["LSTM", "LSTMCell", "GRU", "GRUCell"], recurrent("gate columns", gate)],
  [["ConvLSTM1D"], recurrent("gate columns", gate, 1)],
  [["ConvLSTM2D"], recurrent("gate columns", gate, 2)],
  [["ConvLSTM3D"], recurrent("gate columns", gate, 3)],
  [["BatchNormalization", "LayerNormalization", "GroupNormalization"], affine],
];

const layers: ReadonlyMap<string, LayerWeights> = new Map(
  entries.flatMap(([classNames, weights]) => classNames.map((name): [string, LayerWeights] => [name, weights])),
);

/**
 * The axes of a weight of `rank`, by its layer's class and its own name (`kernel`, `conv/kernel:0` and the like). Of a
 * wrapped layer, the class inside counts. Null where the table does not have it, or has it with another rank.
 */
export function findWeightAxes(layerClass: string, weightName: string, rank: number): WeightAxes | null {
  const name = weightName.replace(/:\d+$/, "").replace(/^.*\//s, "");
  const weights = layers.get(layerClass);
  if (weights === undefined || !Object.hasOwn(weights, name)) return null;
  const found = weights[name]!;
  return found.words.length === rank ? found : null;
}
