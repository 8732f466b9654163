import { readFile } from "node:fs/promises";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { groupNorms } from "../../compiled/constraints/index.js";
import { openNpz } from "../../compiled/formats/index.js";
import { loadKerasFile } from "../../compiled/node.js";
import { formatLinePlot } from "./line-plot.mjs";

const folder = new URL("../../fixtures/cases/train-tfkeras/", import.meta.url);
const [steps, limit, axis, rate] = [5, 0.4, 1, 0.25];

/** The largest norm of a kernel under max_norm(0.4, axis=1) before training and after each step, as three compute it. */
export async function trainExample() {
  await tf.setBackend("cpu");
  const npz = await openNpz(await readFile(new URL("model.ref.npz", folder)));
  const arrays = new Map();
  for (const name of ["train/x/0", "train/y/0", ...kernelNames()]) arrays.set(name, await npz.read(name));
  const [x, y] = ["train/x/0", "train/y/0"].map((name) => tf.tensor(arrays.get(name).data, arrays.get(name).shape));
  const imported = await loadKerasFile(new URL("model.h5", folder).pathname);
  const { model } = imported;
  const drawn = model.getWeights().map((weight) => weight.clone());
  imported.compile();
  const alone = buildAlone();
  alone.setWeights(drawn);
  return {
    keras: kernelNames().map((name) => largestNorm(arrays.get(name).data, arrays.get(name).shape)),
    kerasproof: await train(model, x, y),
    tfjs: await train(alone, x, y),
  };
}

function kernelNames() {
  return Array.from({ length: steps + 1 }, (_, step) => `${step === 0 ? "" : `train/${step}/`}weights/dense/0`);
}

/** The same model by TensorFlow.js alone, with its own constraints. */
function buildAlone() {
  const kernelConstraint = layers.constraints.maxNorm({ maxValue: limit, axis });
  const last = layers.constraints.minMaxNorm({ minValue: 0.4, maxValue: 0.6, rate: 0.5, axis: [0, 1] });
  const model = layers.sequential();
  const biasConstraint = layers.constraints.nonNeg();
  model.add(layers.layers.dense({ inputShape: [4], units: 6, activation: "tanh", kernelConstraint, biasConstraint }));
  model.add(layers.layers.dense({ units: 3, kernelConstraint: last }));
  model.compile({ optimizer: tf.train.sgd(rate), loss: "meanSquaredError" });
  return model;
}

async function train(model, x, y) {
  const found = [];
  for (let step = 0; step <= steps; step++) {
    if (step > 0) await model.trainOnBatch(x, y);
    const [kernel] = model.layers.find((layer) => layer.getWeights().length > 0).getWeights();
    found.push(largestNorm(await kernel.data(), kernel.shape));
  }
  return found;
}

function largestNorm(data, shape) {
  return Math.max(...groupNorms(data, shape, axis));
}

/** Those norms as lines. */
export function drawTraining({ keras, kerasproof, tfjs }) {
  return formatLinePlot({
    panels: [
      {
        title: ["the largest norm under max_norm(0.4)"],
        lines: [
          {
            points: [
              [0, limit],
              [steps, limit],
            ],
            look: "plain",
            label: { words: "limit 0.4", at: [4.3, 0.28] },
          },
          { points: points(keras), look: "norm", label: { words: "Keras", at: [0.25, 1.3] } },
          { points: points(tfjs), look: "over", label: { words: "TensorFlow.js alone", at: [2.6, 0.85] } },
          {
            points: points(kerasproof),
            look: "norm",
            dots: true,
            label: { words: "kerasproof: the rings", at: [1.2, 0.52] },
          },
        ],
      },
    ],
    x: { label: "optimizer steps", ticks: [0, 1, 2, 3, 4, 5] },
    y: { label: "norm", ticks: [0, 0.5, 1, 1.5] },
    height: 170,
    text: {
      id: "training",
      title: "The largest norm of a kernel under max_norm(0.4) while it trains",
      description: `Before training and after each of ${steps} steps. Keras: ${say(keras)}. kerasproof: ${say(kerasproof)}. TensorFlow.js alone: ${say(tfjs)}.`,
    },
  });
}

function points(norms) {
  return norms.map((norm, step) => [step, norm]);
}

function say(norms) {
  return norms.map((norm) => norm.toPrecision(3)).join(", ");
}
