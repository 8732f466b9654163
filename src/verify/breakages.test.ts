import { afterAll, describe, expect, test } from "vitest";
import { type Breaking, call, inLayer, option, swapBlocks, weights } from "../../fixtures/break-spec.js";
import { readCase } from "../../fixtures/case-files.js";
import { readModelSpec } from "../import/load-spec.js";
import type { ReadOptions } from "../import/read-options.js";
import type { ModelSpec, WeightSpec } from "../import/spec.js";
import { closeDoubleRun } from "./double-run.js";
import { openReference } from "./reference.js";
import type { BackendName, CaseVerdict } from "./verdict.js";
import { verifySpec } from "./verify-spec.js";

interface Breakage {
  readonly title: string;
  readonly fixture: string;
  /** The layer that must be named; `null` where the graph is wired wrongly and every layer is right. */
  readonly layer: string | null;
  readonly change?: Breaking;
  /** What the verdict says would make it agree; by default nothing. */
  readonly agreesIf?: string;
  /** What else the file is read with. */
  readonly read?: Pick<ReadOptions, "kernels">;
}

const breakages: readonly Breakage[] = [
  {
    title: "epsilon 1e-3 as 1e-5",
    agreesIf: "epsilon is 0.001",
    fixture: "cases/batchnorm-keras3",
    layer: "batch_normalization",
    change: option("batch_normalization", { epsilon: 1e-5 }),
  },
  {
    title: "epsilon 1e-3 as 1.001e-3",
    agreesIf: "epsilon is 0.001",
    fixture: "cases/batchnorm-keras3",
    layer: "batch_normalization",
    change: option("batch_normalization", { epsilon: 1.001e-3 }),
  },
  {
    title: "moving mean and variance swapped",
    fixture: "cases/batchnorm-keras2",
    layer: "batch_normalization_1",
    change: weights("batch_normalization_1", ({ moving_mean: mean, moving_variance: variance }) => {
      if (mean === undefined || variance === undefined) throw new Error("found no moving statistics");
      const kept = mean.slice();
      mean.set(variance);
      variance.set(kept);
    }),
  },
  {
    title: "gamma and beta swapped",
    fixture: "cases/nested-keras3",
    layer: "inner/core/norm",
    change: weights("inner/core/norm", ({ gamma, beta }) => {
      if (gamma === undefined || beta === undefined) throw new Error("found no gamma and beta");
      const kept = gamma.slice();
      gamma.set(beta);
      beta.set(kept);
    }),
  },
  {
    title: "the two halves of a GRU's bias swapped",
    fixture: "examples/words-keras3",
    layer: "gru",
    change: weights("gru", ({ bias }) => swapBlocks(wanted(bias), 24, 12, 0, 1)),
  },
  {
    title: "the update and reset gates of a GRU swapped",
    fixture: "cases/recurrent-keras3",
    layer: "gru_1",
    change: weights("gru_1", ({ kernel }) => swapBlocks(wanted(kernel), 9, 3, 0, 1)),
  },
  {
    title: "the gates of an LSTM in the order of Keras 1",
    fixture: "cases/recurrent-keras2-theano",
    layer: "lstm_1",
    change: weights("lstm_1", ({ recurrent_kernel: kernel }) => swapBlocks(wanted(kernel), 16, 4, 1, 2)),
  },
  {
    title: "reset_after ignored",
    agreesIf: "reset_after is false",
    fixture: "cases/recurrent-keras3",
    layer: "gru_3",
    change: option("gru_3", { resetAfter: true }),
  },
  {
    title: "go_backwards dropped",
    agreesIf: "go_backwards is true",
    fixture: "cases/recurrent-keras3",
    layer: "lstm_1",
    change: option("lstm_1", { goBackwards: false }),
  },
  {
    title: "the slope of Keras 2's hard_sigmoid in Keras 3",
    agreesIf: "recurrent_activation is the hard_sigmoid of Keras 3",
    fixture: "cases/recurrent-keras3",
    layer: "lstm_2",
    change: option("lstm_2", { recurrentActivation: { name: "hardSigmoidFifth" } }),
  },
  {
    title: "the mask of an embedding dropped",
    fixture: "examples/words-keras3",
    layer: "lstm",
    change: option("embedding", { maskZero: false }),
  },
  {
    title: "another mask value",
    fixture: "cases/masked-recurrent-keras3",
    layer: "masking",
    change: option("masking", { maskValue: 0 }),
  },
  {
    title: "the rows of an embedding shifted by one",
    fixture: "examples/words-keras2",
    layer: "embedding_1",
    change: weights("embedding_1", ({ embeddings }) => {
      const rows = wanted(embeddings);
      const last = rows.slice(-6);
      rows.copyWithin(6, 0);
      rows.set(last);
    }),
  },
  {
    title: "one weight of a dense layer off by 1e-3 of itself",
    fixture: "examples/words-keras3",
    layer: "dense",
    change: weights("dense", ({ kernel }) => {
      wanted(kernel)[0]! *= 1.001;
    }),
  },
  {
    title: "weights rounded to 6 digits",
    fixture: "cases/nested-keras3",
    layer: "inner/core/wide",
    change: weights("inner/core/wide", ({ kernel }) => {
      const values = wanted(kernel);
      values.set(values.map((value) => Number(value.toPrecision(6))));
    }),
  },
  {
    title: "a bias dropped",
    fixture: "cases/nested-keras3",
    layer: "inner/skip",
    change: weights("inner/skip", ({ bias }) => wanted(bias).fill(0)),
  },
  {
    title: "a dense kernel transposed",
    fixture: "cases/nested-keras3",
    layer: "before",
    change: weights("before", ({ kernel }) => {
      const values = wanted(kernel);
      values.set(values.map((_, i) => values[(i % 3) * 3 + Math.floor(i / 3)] as number));
    }),
  },
  {
    title: "another activation",
    fixture: "cases/nested-keras3",
    layer: "inner/core/wide",
    change: option("inner/core/wide", { activation: { name: "softsign" } }),
  },
  {
    title: "another merge mode of a Bidirectional",
    agreesIf: "merge_mode is ave",
    fixture: "cases/bidirectional-keras3",
    layer: "bidirectional_3",
    change: option("bidirectional_3", { mergeMode: "sum" }),
  },
  {
    title: "the inputs of a concatenation in another order",
    fixture: "cases/merge-keras3",
    layer: "concatenate",
    change: call("concatenate", (spec) => ({ ...spec, inputs: spec.inputs.toReversed() })),
  },
  {
    title: "the inputs of a subtraction swapped",
    fixture: "cases/merge-keras2",
    layer: "subtract_1",
    change: call("subtract_1", (spec) => ({ ...spec, inputs: spec.inputs.toReversed() })),
  },
  {
    title: "same padding on the other side",
    agreesIf: "padding is same",
    fixture: "cases/conv2d-keras3",
    layer: "conv2d_2",
    change: option("conv2d_2", { padding: "theanoSame" }),
  },
  {
    title: "other strides",
    fixture: "cases/conv2d-keras3",
    layer: "conv2d_3",
    change: option("conv2d_3", { strides: [2, 3] }),
  },
  {
    title: "a dilation dropped",
    fixture: "cases/conv2d-keras3",
    layer: "conv2d_5",
    change: option("conv2d_5", { dilation: [1, 1] }),
  },
  {
    title: "a kernel that is not flipped",
    fixture: "cases/channels-first-keras2-theano",
    layer: "conv2d_1",
    change: weights("conv2d_1", ({ kernel }) => wanted(kernel).set(flipped(wanted(kernel), 9))),
  },
  {
    title: "Theano's kernels taken as TensorFlow's",
    fixture: "examples/cnn-keras1",
    layer: "convolution2d_1",
    read: { kernels: "tensorflow" },
  },
  {
    title: "channels_first ignored",
    agreesIf: "data_format is channels_first",
    fixture: "examples/cnn-keras2-first",
    layer: "max_pooling2d_1",
    change: option("max_pooling2d_1", { channelsFirst: false }),
  },
  {
    title: "channels and multiplier of a depthwise kernel exchanged",
    fixture: "cases/depthwise-keras3",
    layer: "depthwise_conv2d",
    change: weights("depthwise_conv2d", ({ kernel }) => {
      const values = wanted(kernel);
      const order = [0, 2, 4, 1, 3, 5];
      values.set(values.map((_, i) => values[i - (i % 6) + (order[i % 6] as number)] as number));
    }),
  },
  {
    title: "a maximum taken for an average",
    fixture: "cases/pooling-keras3",
    layer: "average_pooling2d_2",
    change: inLayer("average_pooling2d_2", (layer) => ({ ...layer, className: "MaxPooling2D" })),
  },
  {
    title: "padding at the wrong end",
    fixture: "cases/pooling-keras3",
    layer: "zero_padding2d_2",
    change: option("zero_padding2d_2", { rows: [0, 2] }),
  },
  {
    title: "flattened in the order of the memory instead of Keras's",
    agreesIf: "data_format is channels_first",
    fixture: "cases/channels-first-keras3",
    layer: "flatten",
    change: option("flatten", { channelsFirst: false }),
  },
  {
    title: "the wrong axis of a normalisation",
    fixture: "cases/channels-first-keras3",
    layer: "batch_normalization",
    change: option("batch_normalization", { axis: 2 }),
  },
  {
    title: "the axes of a permutation in the other direction",
    fixture: "cases/shapes-keras3",
    layer: "permute",
    change: option("permute", { dims: [2, 3, 1] }),
  },
  {
    title: "the tanh approximation of gelu",
    agreesIf: "activation is gelu without approximation",
    fixture: "cases/activations-keras3",
    layer: "act_gelu",
    change: option("act_gelu", { activation: { name: "geluTanh" } }),
  },
  {
    title: "the hard_sigmoid of Keras 2",
    agreesIf: "activation is the hard_sigmoid of Keras 3",
    fixture: "cases/activations-keras3",
    layer: "act_hard_sigmoid",
    change: option("act_hard_sigmoid", { activation: { name: "hardSigmoidFifth" } }),
  },
  {
    title: "another slope of a leaky relu",
    fixture: "cases/activation-layers-keras3",
    layer: "leaky_re_lu",
    change: option("leaky_re_lu", { activation: { name: "leakyRelu", parameters: { negativeSlope: 0.3001 } } }),
  },
  {
    title: "another alpha of an elu",
    fixture: "cases/activation-layers-keras3",
    layer: "elu_1",
    change: option("elu_1", { activation: { name: "elu", parameters: { alpha: 1 } } }),
  },
  {
    title: "a softmax over the last axis instead of its own",
    fixture: "cases/activation-layers-keras3",
    layer: "softmax_1",
    change: option("softmax_1", { activation: { name: "softmax", axes: [-1] } }),
  },
  {
    title: "a shared layer called on another tensor",
    fixture: "cases/shared-keras3",
    layer: "same",
    change: call("same", (spec) => ({ ...spec, inputs: [{ layer: "first", call: 0, tensor: 0 }] })),
  },
  {
    title: "two outputs of the model swapped",
    fixture: "cases/merge-keras3",
    layer: null,
    change: (spec) => {
      const [first, second, ...rest] = spec.graph.outputs;
      if (first === undefined || second === undefined) throw new Error("found less than two outputs");
      return { ...spec, graph: { ...spec.graph, outputs: [second, first, ...rest] } };
    },
  },
  {
    title: "a constraint's axis 0 taken as -1",
    fixture: "examples/words-keras3",
    layer: "lstm",
    change: constraint("lstm", "kernel", { kind: "maxNorm", maxValue: 1, axis: -1 }),
  },
  {
    title: "a constraint's limit off by 1e-3",
    fixture: "cases/train-tfkeras",
    layer: "dense",
    change: constraint("dense", "kernel", { kind: "maxNorm", maxValue: 0.4004, axis: 1 }),
  },
  {
    title: "a constraint that the import has lost",
    fixture: "examples/words-keras3",
    layer: "lstm",
    change: constraint("lstm", "kernel", null),
  },
];

afterAll(closeDoubleRun);

describe.each(["cpu", "wasm"] as const)("on %s", (backend) => {
  test.each(breakages)("finds $title", async (breakage) => {
    const verdict = await verifyBroken(breakage, backend);
    expect(verdict.status).toBe("differs");
    expect(namedLayer(verdict)).toBe(breakage.layer);
    expect(verdict.firstDivergence?.agreesIf ?? null).toBe(breakage.agreesIf ?? null);
  });
});

test.each(["cpu", "wasm"] as const)(
  "finds another learning rate in the weights after a step, on %s",
  async (backend) => {
    const verdict = await verifyBroken(
      { title: "", fixture: "cases/train-tfkeras", layer: null, change: slowed },
      backend,
    );
    expect(verdict.status).toBe("differs");
    expect(verdict.firstDivergence).toBeNull();
    expect(verdict.training.length).toBeGreaterThan(5);
    expect(verdict.training.filter((step) => step.agrees)).toEqual([]);
  },
);

test("finds the right model right where it is broken in no way", async () => {
  for (const fixture of new Set(breakages.map((breakage) => breakage.fixture))) {
    const verdict = await verifyBroken({ title: "", fixture, layer: null }, "cpu");
    expect([fixture, verdict.status]).toEqual([fixture, "agrees"]);
  }
});

test("notes what Keras constrained and the model does not have", async () => {
  const files = readCase("examples/words-keras3");
  const spec = await readModelSpec(files.model, { ...files.options, name: files.modelName });
  const reference = await openReference(files.reference, files.referenceName);
  const entries = [...reference.entries, "constrained/other/0"];
  const { notes } = await verifySpec(spec, { ...reference, entries }, { modelName: files.modelName, backend: "cpu" });
  expect(notes.filter(({ code }) => code === "unmatched-entries").map(({ message }) => message)).toEqual([
    "found entries of no layer call or weight of the model, which are not judged: constrained/other/0",
  ]);
});

async function verifyBroken({ fixture, change, read }: Breakage, backend: BackendName): Promise<CaseVerdict> {
  const files = readCase(fixture);
  const spec = await readModelSpec(files.model, { ...files.options, ...read, name: files.modelName });
  const reference = await openReference(files.reference, files.referenceName);
  const broken = change === undefined ? spec : change(spec);
  return verifySpec(broken, reference, { modelName: files.modelName, backend });
}

function namedLayer({ firstDivergence, constraints }: CaseVerdict): string | null {
  if (firstDivergence !== null) return firstDivergence.layer;
  return constraints.find((one) => one.agrees === false)?.layer ?? "no layer at all";
}

function constraint(path: string, name: string, other: WeightSpec["constraint"]): Breaking {
  return inLayer(path, (layer) => ({
    ...layer,
    weights: layer.weights.map((weight) => (weight.name === name ? { ...weight, constraint: other } : weight)),
  }));
}

/** The two spatial axes of a kernel, together `size` places, in the opposite order. */
function flipped(values: Float32Array, size: number): Float32Array {
  const filters = values.length / size;
  return values.map((_, i) => values[(size - 1 - Math.floor(i / filters)) * filters + (i % filters)] as number);
}

/** The learning rate 0.25 lower by 4e-5 of itself. */
function slowed(spec: ModelSpec): ModelSpec {
  const optimizer = { className: "SGD", config: { learning_rate: 0.24999 } };
  return { ...spec, training: { path: "", loss: "mse", ...spec.training, optimizer } };
}

function wanted(values: Float32Array | undefined): Float32Array {
  if (values === undefined) throw new Error("found no such weight");
  return values;
}
