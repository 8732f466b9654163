import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { maxNorm } from "../constraints/max-norm.js";
import { nonNeg } from "../constraints/non-neg.js";
import { enforceConstraints } from "./enforce.js";

describe("constraints in training", () => {
  beforeAll(() => tf.setBackend("cpu"));

  it("hold after each step of an optimizer, for the weights that got a gradient", () => {
    const [used, unused] = [tf.variable(tf.tensor1d([3, 4])), tf.variable(tf.tensor1d([-1, 1]))];
    const optimizer = tf.train.sgd(1);
    enforceConstraints(optimizer, [
      { variable: used, constraint: maxNorm({ maxValue: 1 }), generation: "keras3" },
      { variable: unused, constraint: nonNeg(), generation: "keras3" },
    ]);
    optimizer.minimize(() => tf.mul(0, tf.sum(used)), true, [used]);
    // Keras scales by 1 / (1e-7 + 5), not by 1 / 5.
    expect([...used.dataSync()]).toEqual([3, 4].map((value) => Math.fround(value / (1e-7 + 5))));
    expect([...unused.dataSync()]).toEqual([-1, 1]);
  });

  it("end when they are released", () => {
    const weight = tf.variable(tf.tensor1d([-1]));
    const optimizer = tf.train.sgd(1);
    const release = enforceConstraints(optimizer, [{ variable: weight, constraint: nonNeg(), generation: "keras3" }]);
    release();
    optimizer.minimize(() => tf.mul(0, tf.sum(weight)), true, [weight]);
    expect([...weight.dataSync()]).toEqual([-1]);
  });

  it("leave no tensor behind", () => {
    const weight = tf.variable(tf.tensor1d([3, 4]));
    const optimizer = tf.train.sgd(1);
    enforceConstraints(optimizer, [{ variable: weight, constraint: maxNorm({ maxValue: 1 }), generation: "keras3" }]);
    const before = tf.memory().numTensors;
    optimizer.minimize(() => tf.sum(weight), false, [weight]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
