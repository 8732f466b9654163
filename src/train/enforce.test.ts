import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { CustomConstraints } from "../constraints/custom-constraint.js";
import { maxNorm } from "../constraints/max-norm.js";
import { nonNeg } from "../constraints/non-neg.js";
import { buildModel } from "../import/build.js";
import { readModelSpec } from "../import/load-spec.js";
import { layerRegistry } from "../import/registry.js";
import { constraintBindings } from "../import/spec.js";
import { constrainedVariables, enforceConstraints } from "./enforce.js";

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

  it("of one's own run too", () => {
    const weight = tf.variable(tf.tensor1d([3, 4]));
    const optimizer = tf.train.sgd(1);
    const customConstraints: CustomConstraints = { "my>Zero": (data) => void data.fill(0) };
    const constraint = { kind: "custom", name: "my>Zero", config: null } as const;
    enforceConstraints(optimizer, [{ variable: weight, constraint, generation: "keras3", customConstraints }]);
    optimizer.minimize(() => tf.sum(weight), false, [weight]);
    expect([...weight.dataSync()]).toEqual([0, 0]);
  });

  it("are not held where Keras never runs them", async () => {
    const dense = { name: "one", units: 2, kernel_constraint: { class_name: "NonNeg", config: {} } };
    const layers = [
      { module: "keras.layers", class_name: "InputLayer", config: { name: "in", batch_shape: [null, 3] } },
      { module: "keras.layers", class_name: "Dense", config: dense },
    ];
    const json = JSON.stringify({ module: "keras", class_name: "Sequential", config: { name: "m", layers } });
    const spec = await readModelSpec(new TextEncoder().encode(json));
    const built = buildModel(spec, layerRegistry());
    const bindings = constraintBindings(spec);
    expect(constrainedVariables(built, bindings)).toHaveLength(1);
    const dead = bindings.map((one) => ({ ...one, constraint: { ...one.constraint, dead: "in Keras 3.0.0" } }));
    expect(constrainedVariables(built, dead)).toEqual([]);
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
