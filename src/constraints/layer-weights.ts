/** What the axes of a weight are, and which of them a norm must sum over to measure one output unit. */
export interface AxisMeaning {
  /** A word for each axis. */
  readonly words: readonly string[];
  /** The axes of all the numbers that enter one unit, or null where a norm for each unit has no meaning (vectors). */
  readonly perUnit: readonly number[] | null;
  /** What a unit is called. */
  readonly unit: string;
  /** Of recurrent layers with gates: their names in the order in which they share the last axis. */
  readonly gates?: readonly string[];
}

/** What the axes of a weight depend on, beside its layer's class. */
export interface WeightFacts {
  readonly rank: number;
  /** The layer's options by Keras 3's names, such as EinsumDense's `equation`; `{}` where they are not known. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A weight of a layer. */
export interface LayerWeight {
  /** Keras's name of it; below a layer inside the layer with that layer's name before it, `query/kernel`. */
  readonly weight: string;
  /** The layer's constraint option for it, by the names of Keras 2 and 3; null for a weight that no option reaches. */
  readonly option: string | null;
  /** Null where the layer has no such weight of that rank. */
  readonly axes: (facts: WeightFacts) => AxisMeaning | null;
}

/** A weight of one layout. */
function fixed(
  weight: string,
  option: string | null,
  words: readonly string[],
  perUnit: readonly number[] | null,
  unit = "",
  more: Pick<AxisMeaning, "gates"> = {},
): LayerWeight {
  return layouts(weight, option, [{ words, perUnit, unit, ...more }]);
}

/** A weight of several layouts, told apart by their rank. */
function layouts(weight: string, option: string | null, meanings: readonly AxisMeaning[]): LayerWeight {
  return { weight, option, axes: ({ rank }) => meanings.find(({ words }) => words.length === rank) ?? null };
}

function vector(weight: string, word: string, option = "bias_constraint"): LayerWeight {
  return fixed(weight, option, [word], null);
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}

const kernelOption = "kernel_constraint";
const spatialWords = [[], ["steps"], ["rows", "columns"], ["planes", "rows", "columns"]] as const;

const dense = [fixed("kernel", kernelOption, ["in", "units"], [0], "unit"), vector("bias", "units")];

function convolution(rank: 1 | 2 | 3): LayerWeight[] {
  const words = [...spatialWords[rank], "in", "out"];
  return [fixed("kernel", kernelOption, words, range(rank + 1), "filter"), vector("bias", "out")];
}

/** Transposed kernels have the output channels before the input channels. */
function transposed(rank: 1 | 2 | 3): LayerWeight[] {
  const words = [...spatialWords[rank], "out", "in"];
  return [fixed("kernel", kernelOption, words, [...range(rank), rank + 1], "filter"), vector("bias", "out")];
}

function depthwiseKernel(weight: string, rank: 1 | 2): LayerWeight {
  const words = [...spatialWords[rank], "in", "multiplier"];
  return fixed(weight, "depthwise_constraint", words, range(rank), "depthwise filter");
}

/** Keras 3 calls the kernel `kernel`, tf.keras `depthwise_kernel`. */
function depthwise(rank: 1 | 2): LayerWeight[] {
  return [depthwiseKernel("kernel", rank), depthwiseKernel("depthwise_kernel", rank), vector("bias", "out")];
}

function separable(rank: 1 | 2): LayerWeight[] {
  const words = [...spatialWords[rank], "in", "out"];
  return [
    depthwiseKernel("depthwise_kernel", rank),
    fixed("pointwise_kernel", "pointwise_constraint", words, range(rank + 1), "filter"),
    vector("bias", "out"),
  ];
}

/** A GRU with `reset_after`, and none other, has two rows of biases. */
function recurrent(
  column: string,
  unit: string,
  spatialRank: 0 | 1 | 2 | 3 = 0,
  gates?: readonly string[],
): LayerWeight[] {
  const spatial = spatialWords[spatialRank];
  const axes = range(spatialRank + 1);
  const before = column === "units" ? "units before" : "units";
  const more = gates === undefined ? {} : { gates };
  return [
    fixed("kernel", kernelOption, [...spatial, "in", column], axes, unit, more),
    fixed("recurrent_kernel", "recurrent_constraint", [...spatial, before, column], axes, unit, more),
    layouts("bias", "bias_constraint", [
      { words: [column], perUnit: null, unit: "", ...more },
      { words: ["input and state", column], perUnit: null, unit: "", ...more },
    ]),
  ];
}

const gate = "gate of each unit";
/** Keras 3.15, layers/rnn/lstm.py and gru.py, as in Keras 2. */
const lstmGates = ["input gate", "forget gate", "cell", "output gate"];
const gruGates = ["update gate", "reset gate", "candidate"];

/** Scale and offset over one axis or, in LayerNormalization, over several. */
const affine: readonly LayerWeight[] = ["gamma", "beta"].map((weight) => ({
  weight,
  option: `${weight}_constraint`,
  axes: ({ rank }) => ({
    words: rank === 1 ? ["channels"] : range(rank).map((axis) => `normalised axis ${axis}`),
    perUnit: null,
    unit: "",
  }),
}));

const slopes: LayerWeight = {
  weight: "alpha",
  option: "alpha_constraint",
  axes: ({ rank }) => ({ words: range(rank).map((axis) => `input axis ${axis + 1}`), perUnit: null, unit: "" }),
};

/** The weights that bring the heads together. */
function outgoing(weight: string, rank: number): AxisMeaning {
  const out = range(weight === "kernel" ? rank - 2 : rank).map((axis) => (axis === 0 ? "out" : `out ${axis}`));
  return weight === "kernel"
    ? { words: ["heads", "value size", ...out], perUnit: [0, 1], unit: "output number" }
    : { words: out, perUnit: null, unit: "" };
}

/** One option for kernels of two shapes: no single axis is one unit's in both. */
function attention(size: string): LayerWeight[] {
  const incoming = ["query", "key", "value", "gate"].flatMap((name) => [
    fixed(
      `${name}/kernel`,
      kernelOption,
      ["features", "heads", `${name === "value" ? "value" : size} size`],
      [0],
      "number of a head",
    ),
    fixed(`${name}/bias`, "bias_constraint", ["heads", `${name === "value" ? "value" : size} size`], null),
  ]);
  return [
    ...incoming,
    {
      weight: "attention_output/kernel",
      option: kernelOption,
      axes: ({ rank }) => (rank < 3 ? null : outgoing("kernel", rank)),
    },
    { weight: "attention_output/bias", option: "bias_constraint", axes: ({ rank }) => outgoing("bias", rank) },
  ];
}

/** The equation of an EinsumDense without blanks; empty where it is not known. */
function equationOf({ equation }: WeightFacts["config"]): string {
  return typeof equation === "string" ? equation.replaceAll(" ", "") : "";
}

/** `abc,cde->abde`: the letters of the kernel that the output lacks are summed over. */
function einsumKernel({ rank, config }: WeightFacts): AxisMeaning | null {
  const parts = /^[^,]*,([A-Za-z]+)->([A-Za-z.]*)$/u.exec(equationOf(config));
  const letters = Array.from(parts?.[1] ?? "");
  if (letters.length !== rank) return { words: range(rank).map((axis) => `axis ${axis}`), perUnit: null, unit: "" };
  const summed = range(rank).filter((axis) => parts?.[2]?.includes(letters[axis] as string) === false);
  const words = letters.map((letter, axis) => `${letter} (${summed.includes(axis) ? "in" : "out"})`);
  return { words, perUnit: summed.length === 0 ? null : summed, unit: "output number" };
}

/** From the first letter of `bias_axes` on, every letter of the output has an axis. */
function einsumBias({ rank, config }: WeightFacts): AxisMeaning {
  const output = equationOf(config).split("->")[1] ?? "";
  const letters = Array.from(output).slice(-rank);
  const words = range(rank).map((axis) => (letters.length === rank ? (letters[axis] as string) : `axis ${axis}`));
  return { words, perUnit: null, unit: "" };
}

/** A kernel for each place: flattened (implementation 1), full of zeros (2), or a list of its non-zero numbers (3). */
function locallyConnected(rank: 1 | 2): LayerWeight[] {
  const spatial = spatialWords[rank];
  const [input, output] = [spatial.map((word) => `input ${word}`), spatial.map((word) => `output ${word}`)];
  const axes = ({ rank: found, config }: WeightFacts): AxisMeaning | null => {
    if (found === 1) return { words: ["numbers"], perUnit: null, unit: "" };
    if (found === 3) return { words: ["places", "patch", "out"], perUnit: [1], unit: "filter of each place" };
    if (found !== 2 * rank + 2) return null;
    const first = config["data_format"] === "channels_first";
    const words = first ? ["in", ...input, "out", ...output] : [...input, "in", ...output, "out"];
    return { words, perUnit: range(rank + 1), unit: "filter of each place" };
  };
  const bias = { words: [...output, "out"], perUnit: null, unit: "" };
  return [{ weight: "kernel", option: kernelOption, axes }, layouts("bias", "bias_constraint", [bias])];
}

/** Weights of Keras 1 that no later Keras has, in the order of its files. */
const highway = [
  fixed("W", kernelOption, ["in", "units"], [0], "unit"),
  fixed("W_carry", null, ["in", "units"], [0], "unit"),
  vector("b", "units"),
  { ...vector("b_carry", "units"), option: null },
];
const maxout = [
  fixed("W", kernelOption, ["pieces", "in", "units"], [1], "piece of each unit"),
  fixed("b", "bias_constraint", ["pieces", "units"], null),
];
const embedding = fixed("embeddings", "embeddings_constraint", ["tokens", "features"], [1], "token");

/** Layer classes, with the names that every Keras has for them, and their weights in the order of `layer.weights`. */
const entries: readonly (readonly [classNames: readonly string[], weights: readonly LayerWeight[]])[] = [
  [["Dense", "TimeDistributedDense", "TernaryDense"], dense],
  [
    ["EinsumDense"],
    [
      { weight: "kernel", option: kernelOption, axes: einsumKernel },
      { weight: "bias", option: "bias_constraint", axes: einsumBias },
    ],
  ],
  [["Embedding"], [embedding]],
  [["ReversibleEmbedding"], [embedding, fixed("reverse_embeddings", null, ["features", "tokens"], [0], "token")]],
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
  [["SimpleRNN", "SimpleRNNCell"], recurrent("units", "unit")],
  [["LSTM", "LSTMCell", "LSTMV2"], recurrent("gate columns", gate, 0, lstmGates)],
  [["GRU", "GRUCell", "GRUV2"], recurrent("gate columns", gate, 0, gruGates)],
  // Their biases are in the order of cuDNN.
  [["CuDNNLSTM", "CuDNNGRU"], recurrent("gate columns", gate)],
  [["ConvLSTM1D", "ConvLSTM1DCell"], recurrent("gate columns", gate, 1, lstmGates)],
  [["ConvLSTM2D", "ConvLSTM2DCell"], recurrent("gate columns", gate, 2, lstmGates)],
  [["ConvLSTM3D", "ConvLSTM3DCell"], recurrent("gate columns", gate, 3, lstmGates)],
  [["MultiHeadAttention"], attention("key")],
  [["GroupQueryAttention", "GroupedQueryAttention"], attention("head")],
  [["BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization"], affine],
  [["LayerNormalization", "GroupNormalization"], affine],
  [["PReLU"], [slopes]],
  [["Highway"], highway],
  [["MaxoutDense"], maxout],
];

/**
 * The one table of weights that a constraint can hold for, by layer class: every layer of Keras 1.0 to 3.15 with a
 * constraint option, in the layout of Keras 2 and 3, which does not depend on the data format (the `build` of each
 * layer). Reading takes the names of options from it, explaining the meaning of axes.
 */
export const layerWeights: ReadonlyMap<string, readonly LayerWeight[]> = new Map(
  entries.flatMap(([classNames, weights]) =>
    classNames.map((name): [string, readonly LayerWeight[]] => [name, weights]),
  ),
);
