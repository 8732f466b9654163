import { expect, it } from "vitest";
import { loadFloat64Tfjs } from "../../fixtures/float64-tfjs.js";
import type { LossName } from "./losses.js";

const tf = await loadFloat64Tfjs();
const { lossFunction } = await import("./losses.js");

/** Of the predictions one is certain of the wrong class and one of the right one; some are not scaled to a sum of 1. */
const targets = [0, 1, 0, 1, 0, 0, 0, 0, 1, 0.25, 0.5, 0.25, 0, 0, 1, 1, 0, 0];
const predictions = [0.2, 0.5, 0.3, 0, 1, 0, 0, 0, 1, 2, 1, 1, 0.1, 0.1, 0.7, 0, 0, 0.5];

/** `keras.losses.<name>(targets, predictions)` in float64 of Keras 3.15.1; tf.keras 2.15.0 gives the same. */
const recorded: readonly (readonly [LossName, readonly number[]])[] = [
  [
    "mean_squared_error",
    [0.12666666666666668, 0.6666666666666666, 0, 1.2916666666666667, 0.036666666666666674, 0.4166666666666667],
  ],
  ["mean_absolute_error", [0.3333333333333333, 0.6666666666666666, 0, 1, 0.16666666666666666, 0.5]],
  [
    "categorical_crossentropy",
    [Math.LN2, 16.11809565095832, 1.0000000494736474e-7, 1.2130075659799042, 0.25131442828090605, 16.11809565095832],
  ],
];

it.each(recorded)("is Keras's, for each entry of a batch of rank 2: %s", (name, wanted) => {
  const shape: [number, number, number] = [2, 3, 3];
  const loss = lossFunction(name, 1e-7)(tf.tensor3d(targets, shape), tf.tensor3d(predictions, shape));
  expect(loss.shape).toEqual([2, 3]);
  for (const [i, value] of loss.dataSync().entries()) {
    expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(4e-16 * wanted[i]!);
  }
});
