import { describe, expect, test } from "vitest";
import { fixturePath, runCli } from "../../fixtures/run-cli.js";

const seed = fixturePath("examples/cnn-keras3/model.keras");

describe("inspect", () => {
  test("tells what the file is, its layers with shapes, parameters, weights and constraints", async () => {
    const { status, stdout, stderr } = await runCli(["inspect", seed]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain(`${seed}  Keras 3.15.1, Keras archive, 8 layers, `);
    expect(stdout).toMatch(
      / conv2d +Conv2D +\[\?, 32, 32, 32\] +896 +kernel \[3, 3, 3, 32\] max_norm\(3, axis=0\), bias \[32\]\n/,
    );
    expect(stdout).toMatch(/ inputs +input_layer \[\?, 32, 32, 3\]\n/);
    expect(stdout).toMatch(/ outputs +dense_1 \[\?, 10\]\n/);
    expect(stdout).toMatch(/ training +SGD, loss "categorical_crossentropy"\n/);
  });

  test("gives the axis of a Keras 1 kernel as its author wrote it", async () => {
    const { status, stdout } = await runCli([
      "inspect",
      fixturePath("examples/cnn-keras1/model.h5"),
      "--kernels=theano",
    ]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/ kernel \[3, 3, 3, 32\] maxnorm\(3, axis=0\)/);
  });

  test("counts as the reference weighs", async () => {
    const { stdout } = await runCli(["inspect", fixturePath("examples/eegnet-keras3/model.keras"), "--format=json"]);
    const { summary, layers } = JSON.parse(stdout) as {
      summary: { parameters: number; constraints: number };
      layers: { name: string; parameters: number; weights: { shape: number[]; constraint: unknown }[] }[];
    };
    const weights = layers.flatMap((layer) => layer.weights);
    expect(summary.parameters).toBe(weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0));
    expect(summary.constraints).toBe(2);
    expect(weights.filter(({ constraint }) => constraint !== null)).toHaveLength(2);
  });
});
