import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

describe("explain", () => {
  test("answers the question about the seed network", async () => {
    const { status, stdout, stderr } = await runCli(["explain", seed]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("\nconv2d (Conv2D): kernel (rows 3, columns 3, in 3, out 32), max_norm(3, axis=0)\n");
    expect(stdout).toContain(
      "  the norm is over rows only: 288 groups of 3 numbers, one for each place along columns, in and out\n",
    );
    expect(stdout).toMatch(/\n {2}norms now: smallest [\d.]+, median [\d.]+, largest [\d.]+\n/);
    expect(stdout).toContain(
      "axis=0, Keras's default, is neither the whole kernel (1 group of 864) nor each filter (32 groups of 27)",
    );
    expect(stdout).toContain("for one norm for each filter write kernel_constraint=max_norm(3, axis=[0, 1, 2])\n");
  });

  test("counts the axis of a th kernel as Keras 1 did", async () => {
    const { stdout } = await runCli(["explain", fixturePath("examples/cnn-keras1/model.h5"), "--kernels", "theano"]);
    expect(stdout).toContain("the axis counts as Keras 1 stored the weight: (out, in, rows, columns)");
    expect(stdout).toContain("write W_constraint=maxnorm(3, axis=[1, 2, 3])\n");
  });

  test("says which backend was assumed where the file does not", async () => {
    const { stdout } = await runCli(["explain", fixturePath("examples/cnn-keras1/model.h5")]);
    expect(stdout).toMatch(/\nnote: .*assumed TensorFlow; .*--kernels theano/);
    const told = await runCli(["explain", fixturePath("examples/cnn-keras1/model.h5"), "--kernels=theano"]);
    expect(told.stdout).not.toContain("assumed TensorFlow");
  });

  test("writes JSON to a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kerasproof-explain-"));
    const path = join(folder, "explanation.json");
    expect(await runCli(["explain", seed, "--format=json", "--output", path])).toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    });
    const printed = JSON.parse(await readFile(path, "utf8")) as { format: string; constraints: { keras: string }[] };
    await rm(folder, { recursive: true });
    expect(printed.format).toBe("kerasproof-explanation");
    expect(printed.constraints.map(({ keras }) => keras)).toContain("max_norm(3, axis=0)");
  });
});
