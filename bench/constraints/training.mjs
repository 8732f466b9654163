// What constraints cost in training: steps of one model with them and without, taken in turns in one process.
//
//   node training.mjs BACKEND ROUNDS SECONDS
//
// Prints, as JSON, the seconds of a step in each round: `{ "without": […], "with": […] }`. The model has 784 inputs, two
// Dense layers of 700 and 600 units and one of 10, which is 1.0 million weights, trained by SGD on batches of 32; each
// kernel has `max_norm(2)`.
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { maxNorm } from "../../dist/constraints/index.js";
import { enforceConstraints } from "../../dist/train/index.js";

const [backend, rounds, seconds] = process.argv.slice(2);
await import(backend === "wasm" ? "@tensorflow/tfjs-backend-wasm" : "@tensorflow/tfjs-backend-cpu");
await tf.setBackend(backend);
await tf.ready();

const model = sequential({
  layers: [
    layers.dense({ units: 700, activation: "relu", inputShape: [784], name: "first" }),
    layers.dense({ units: 600, activation: "relu", name: "second" }),
    layers.dense({ units: 10, activation: "softmax", name: "third" }),
  ],
});
model.compile({ optimizer: tf.train.sgd(0.01), loss: "categoricalCrossentropy" });
const bindings = ["first", "second", "third"].map((layer) => ({ layer, weight: "kernel", constraint: maxNorm() }));
const x = tf.randomNormal([32, 784], 0, 1, "float32", 1);
const y = tf.oneHot(tf.tensor1d(Int32Array.from({ length: 32 }, (_, i) => i % 10)), 10);

const times = { without: [], with: [] };
for (let i = 0; i < 3; i++) for (const kind of Object.keys(times)) await leastStep(kind);
for (let round = 0; round < Number(rounds); round++) {
  const kinds = Object.keys(times);
  for (const kind of round % 2 === 0 ? kinds : kinds.toReversed()) times[kind].push(await leastStep(kind));
}
console.log(JSON.stringify(times));

/** The least time of at least five steps. */
async function leastStep(kind) {
  const release = kind === "with" ? enforceConstraints(model, bindings) : () => {};
  let least = Infinity;
  const start = performance.now();
  for (let step = 0; step < 5 || performance.now() - start < 1000 * Number(seconds); step++) {
    const before = performance.now();
    await model.trainOnBatch(x, y);
    least = Math.min(least, (performance.now() - before) / 1000);
  }
  release();
  return least;
}
