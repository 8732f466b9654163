import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { convolve } from "./convolve.js";
import type { Pair } from "./image-window.js";

const operations = ["conv2d", "depthwiseConv2d"] as const;
const strideChoices: readonly Pair[] = [
  [1, 1],
  [2, 2],
  [3, 3],
];

async function run(
  backend: "cpu" | "wasm",
  operation: (typeof operations)[number],
  kernel: Pair,
  size: Pair,
  strides: Pair,
): Promise<tf.Tensor> {
  await tf.setBackend(backend);
  const last = operation === "conv2d" ? 3 : 1;
  const image = tf.cos(tf.reshape(tf.range(0, size[0] * size[1] * 4), [2, ...size, 2]));
  const weights = tf.sin(tf.reshape(tf.range(0, kernel[0] * kernel[1] * 2 * last), [...kernel, 2, last]));
  return convolve(tf, operation, image, weights, { strides, dilation: [1, 1], padding: "same" }, false);
}

it("computes the same on wasm as on cpu where strides pass over pixels", async () => {
  let compared = 0;
  for (const operation of operations) {
    for (const strides of strideChoices) {
      for (const kernel of [1, 2, 4].flatMap((rows) => [1, 3].map((columns): Pair => [rows, columns]))) {
        for (const size of [4, 5, 6].flatMap((rows) => [5, 6].map((columns): Pair => [rows, columns]))) {
          const wanted = await run("cpu", operation, kernel, size, strides);
          const found = await run("wasm", operation, kernel, size, strides);
          const what = `${operation} ${kernel.join("x")} over ${size.join("x")} by ${strides.join("x")}`;
          expect(found.shape, what).toEqual(wanted.shape);
          await tf.setBackend("cpu");
          const worst = tf.max(tf.abs(tf.sub(found, wanted))).dataSync()[0];
          expect(worst, what).toBeLessThan(1e-5);
          compared++;
        }
      }
    }
  }
  expect(compared).toBe(2 * 3 * 6 * 6);
});
