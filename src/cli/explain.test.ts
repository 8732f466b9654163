import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixturePath, runCli } from "../../fixtures/run-cli.js";

const seed = fixturePath("examples/cnn-keras3/model.keras");
const th = fixturePath("examples/cnn-keras1/model.h5");

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerasproof-explain-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function layer(name: string, config: object): object {
  return { module: "keras.layers", class_name: name, config: { name, ...config }, registered_name: null };
}

describe("explain", () => {
  test("answers the question about the seed network", async () => {
    const { status, stdout, stderr } = await runCli(["explain", seed]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("\nconv2d (Conv2D): kernel (rows 3, columns 3, in 3, out 32), max_norm(3, axis=0)\n");
    expect(stdout).toContain(
      "  the norm is over rows only: 288 groups of 3 numbers, one for each place along columns, in and out\n",
    );
    expect(stdout).toMatch(
      /\n {2}norms now: smallest [\d.]+, lower quartile [\d.]+, median [\d.]+, .*largest [\d.]+, mean/,
    );
    expect(stdout).toContain(
      "axis=0, Keras's default, is neither the whole kernel (1 group of 864) nor each filter (32 groups of 27)",
    );
    expect(stdout).toContain("for one norm for each filter write kernel_constraint=max_norm(3, axis=[0, 1, 2])\n");
    expect(stdout).toMatch(
      /\n {4}each filter {7}32 groups of 27 numbers {2}norms .* would change {2}kernel_constraint=/,
    );
    expect(stdout).toMatch(/\n {2}groups by norm:\n {4}/);
    expect(stdout).toMatch(
      /\n {2}above 3, the first 10 of \d+:\n {4}[\d.]+ {2}\[:, 0, 0, \d+\] +column 0, in 0, out \d+\n/,
    );
  });

  test("counts the axis of a th kernel as Keras 1 did", async () => {
    const { stdout } = await runCli(["explain", th, "--kernels", "theano"]);
    expect(stdout).toContain("the axis counts as Keras 1 stored the weight: (out, in, rows, columns), where 0 is out");
    expect(stdout).toContain("write W_constraint=maxnorm(3, axis=[1, 2, 3])\n");
  });

  test("says which backend was assumed where the file does not", async () => {
    const { stdout } = await runCli(["explain", th]);
    expect(stdout).toMatch(/\nnote: .*assumed TensorFlow; .*--kernels theano/);
    const told = await runCli(["explain", th, "--kernels=theano"]);
    expect(told.stdout).not.toContain("assumed TensorFlow");
  });

  test("writes JSON to a file", async () => {
    const path = join(folder, "explanation.json");
    expect(await runCli(["explain", seed, "--format=json", "--output", path])).toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    });
    const printed = JSON.parse(await readFile(path, "utf8")) as {
      format: string;
      version: number;
      constraints: { keras: string; norms: { histogram: { counts: number[] } }; alternatives: { kind: string }[] }[];
    };
    expect([printed.format, printed.version]).toEqual(["kerasproof-explanation", 2]);
    const [first] = printed.constraints;
    expect(first?.keras).toBe("max_norm(3, axis=0)");
    expect(first?.norms.histogram.counts.reduce((sum, count) => sum + count)).toBe(288);
    expect(first?.alternatives.map(({ kind }) => kind)).toEqual(["written", "unit", "whole"]);
  });

  test("writes Markdown and HTML, and nothing else on the standard output", async () => {
    const markdown = await runCli(["explain", seed, "--format", "markdown"]);
    expect({ status: markdown.status, stderr: markdown.stderr }).toEqual({ status: 0, stderr: "" });
    expect(markdown.stdout.split("\n")[0]).toBe(`# Constraints of \`${seed}\``);
    const html = await runCli(["explain", seed, "--format", "html"]);
    expect({ status: html.status, stderr: html.stderr }).toEqual({ status: 0, stderr: "" });
    expect(html.stdout).toMatch(/^<!doctype html>[^]*<\/html>\n$/i);
  });

  test("never changes the model", async () => {
    const path = join(folder, "kept.keras");
    const bytes = await readFile(seed);
    await writeFile(path, bytes, { mode: 0o444 });
    const before = await stat(path);
    for (const format of ["text", "json", "markdown", "html"]) {
      expect((await runCli(["explain", path, "--format", format])).status).toBe(0);
    }
    expect(await readFile(path)).toEqual(bytes);
    expect((await stat(path)).mtimeMs).toBe(before.mtimeMs);
  });

  test("explains what it can of a model that cannot be imported, and says what is in the way", async () => {
    const path = join(folder, "dance.json");
    const layers = [
      layer("InputLayer", { batch_shape: [null, 3] }),
      layer("Dense", { units: 2, kernel_constraint: { class_name: "MaxNorm", config: { max_value: 3, axis: 0 } } }),
      layer("Dance", {}),
    ];
    await writeFile(path, JSON.stringify({ module: "keras", class_name: "Sequential", config: { name: "m", layers } }));
    const { status, stdout, stderr } = await runCli(["explain", path]);
    expect(status).toBe(4);
    expect(stdout).toContain("Dense (Dense): kernel (in 3, units 2), max_norm(3, axis=0)\n");
    expect(stdout).toContain("this model cannot be imported: 1 finding\n");
    expect(stderr).toMatch(/^kerasproof: .*found a layer of class Dance.*\n$/);
  });
});

describe("a constraint without a model", () => {
  const conv = ["--shape", "3,3,3,32", "--layer", "Conv2D"];

  test("is explained by its axes alone", async () => {
    expect(await runCli(["explain", "--constraint", "max_norm(3)", ...conv])).toEqual({
      status: 0,
      stderr: "",
      stdout: `Conv2D: kernel (rows 3, columns 3, in 3, out 32), max_norm(3, axis=0)
  the norm is over rows only: 288 groups of 3 numbers, one for each place along columns, in and out
  probably not what was meant: axis=0, Keras's default, is neither the whole kernel (1 group of 864) nor each filter (32 groups of 27)
  for one norm for each filter write kernel_constraint=max_norm(3, axis=[0, 1, 2])
  side by side:
    as written        288 groups of 3 numbers  kernel_constraint=max_norm(3, axis=0)
    each filter       32 groups of 27 numbers  kernel_constraint=max_norm(3, axis=[0, 1, 2])
    the whole kernel  1 group of 864 numbers   kernel_constraint=max_norm(3, axis=None)
`,
    });
  });

  const found: readonly (readonly [string, readonly string[], string])[] = [
    [
      "the layer with its module",
      ["max_norm(3)", "--shape", "4,8", "--layer", "keras.layers.Dense"],
      "Dense: kernel (in 4, units 8)",
    ],
    ["no layer", ["max_norm(3)", "--shape", "4,8"], "weight (axis 0: 4, axis 1: 8), max_norm(3, axis=0)"],
    ["a vector's shape", ["non_neg", "--shape", "8", "--layer", "Dense"], "Dense: bias (units 8), non_neg()"],
    [
      "an argument",
      ["max_norm(3)", "--shape", "4,16", "--layer=LSTM", "--argument=recurrent_constraint"],
      "LSTM: recurrent_kernel (units 4, gate columns 16)",
    ],
    [
      "the argument of a vector",
      ["max_norm(3)", "--shape", "8", "--layer=BatchNormalization", "--argument", "beta_constraint"],
      "BatchNormalization: beta (channels 8)",
    ],
    [
      "the argument of a kernel",
      ["max_norm(3)", "--shape", "4,16", "--layer=LSTM", "--argument", "kernel_constraint"],
      "LSTM: kernel (in 4, gate columns 16)",
    ],
    [
      "the argument before it",
      ["recurrent_constraint=max_norm(3)", "--shape", "4,16", "--layer", "LSTM"],
      "LSTM: recurrent_kernel (units 4",
    ],
    [
      "an argument of Keras 1",
      ["W_constraint=maxnorm(3)", "--shape", "20,8", "--layer", "Embedding"],
      "Embedding: embeddings (tokens 20, features 8), maxnorm(3, axis=0)",
    ],
    ["attention", ["max_norm(3)", "--shape", "64,8,16", "--layer", "MultiHeadAttention"], "no axis is right for both"],
    [
      "a transposed kernel",
      ["max_norm(3, axis=[0, 1, 2])", "--shape", "3,3,8,4", "--layer", "Conv2DTranspose"],
      "write kernel_constraint=max_norm(3, axis=[0, 1, 3])",
    ],
    ["a broken axis", ["max_norm(3, axis=4)", ...conv], "training fails in its first step: axis 4 in 4"],
    [
      "a form that Keras writes",
      ['{"class_name": "UnitNorm", "config": {"axis": [0, 1, 2]}}', ...conv],
      "unit_norm(axis=[0, 1, 2])\n  the norm is over rows, columns and in, one for each filter",
    ],
  ];
  test.each(found)("takes %s", async (_, args, text) => {
    const { status, stdout, stderr } = await runCli(["explain", "--constraint", ...args]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain(text);
  });

  test("is written in every format", async () => {
    const ask = ["explain", "--constraint", "max_norm(3)", ...conv, "--format"];
    expect(JSON.parse((await runCli([...ask, "json"])).stdout)).toMatchObject({
      model: null,
      summary: null,
      counts: { doubtful: 1 },
    });
    expect((await runCli([...ask, "markdown"])).stdout).toMatch(/^# A weight constraint\n\n## `Conv2D kernel`\n/);
    expect((await runCli([...ask, "html"])).stdout).toContain("kernel_constraint=max_norm(3, axis=[0, 1, 2])");
  });

  test("of Keras 1 on a convolution says whose order of axes it takes", async () => {
    const { stdout } = await runCli(["explain", "--constraint", "W_constraint=maxnorm(3)", ...conv]);
    expect(stdout).toMatch(/\nnote: --shape: .* in the order of Keras 2, \(rows, columns, in, out\); /);
  });

  const wrong: readonly (readonly [string, readonly string[], string])[] = [
    [
      "a misspelt constraint",
      ["maxnrom(3)", ...conv],
      '--constraint: found "maxnrom", which is no constraint of Keras, wanted maxnorm (did you mean that?)',
    ],
    [
      "a misspelt argument of it",
      ["max_norm(3, axs=0)", ...conv],
      "--constraint: found the argument axs, which max_norm does not have, wanted axis (did you mean that?)",
    ],
    [
      "a misspelt layer",
      ["max_norm(3)", "--shape", "4,8", "--layer", "Dens"],
      '--layer: found "Dens", wanted a layer with constraints: did you mean Dense?',
    ],
    [
      "a layer without constraints",
      ["max_norm(3)", "--shape", "4,8", "--layer", "Flatten"],
      '--layer: found "Flatten", wanted a layer with constraints: Dense, ',
    ],
    [
      "a misspelt argument of the layer",
      ["max_norm(3)", "--shape", "4", "--layer", "Dense", "--argument", "bais_constraint"],
      "--argument: found bais_constraint, which Dense does not have, wanted bias_constraint (did you mean that?)",
    ],
    [
      "an argument of another layer",
      ["gamma_constraint=max_norm(3)", "--shape", "4", "--layer", "Dense"],
      "--constraint: found gamma_constraint, which Dense does not have, wanted kernel_constraint, bias_constraint",
    ],
    [
      "two arguments",
      ["bias_constraint=max_norm(3)", "--shape", "4", "--layer", "Dense", "--argument", "kernel_constraint"],
      "--argument: found kernel_constraint, and bias_constraint in --constraint, wanted one of them",
    ],
    [
      "a shape of another rank",
      ["max_norm(3)", "--shape", "3,3,3", "--layer", "Conv2D"],
      "--shape: found 3 axes, 3,3,3, wanted those of a weight of Conv2D: kernel (rows, columns, in, out), bias (out)",
    ],
    [
      "no shape",
      ["max_norm(3)", "--layer", "Conv2D"],
      "--shape: found none, wanted the shape of the weight, such as 3,3,3,32",
    ],
    [
      "an argument without a layer",
      ["kernel_constraint=max_norm(3)", "--shape", "3"],
      "--layer: found none, wanted the class of the layer that has kernel_constraint",
    ],
    [
      "a model too",
      ["max_norm(3)", ...conv, "model.h5"],
      "arguments: found model.h5 and --constraint, wanted one of them",
    ],
    [
      "weights too",
      ["max_norm(3)", ...conv, "--weights", "w.h5"],
      "--weights: found it with --constraint, which has no file",
    ],
    [
      "a call of a layer in place of its class",
      ["max_norm(3)", "--shape", "3,3,3,32", "--layer", "Conv2D(32, 3)"],
      '--layer: found "Conv2D(32, 3)", wanted a layer with constraints: did you mean Conv2D?',
    ],
    [
      "a layer of a shape's rank",
      ["max_norm(3)", "--shape", "3,3,3,32", "--layer", "conv"],
      '--layer: found "conv", wanted a layer with constraints: did you mean Conv2D?',
    ],
    [
      "the weight in place of its argument",
      ["max_norm(3)", "--shape", "784,128", "--layer", "Dense", "--argument", "bias"],
      "--argument: found bias, which Dense does not have, wanted bias_constraint (did you mean that?)",
    ],
    [
      "a format in capitals",
      ["max_norm(3)", ...conv, "--format", "HTML"],
      '--format: found "HTML", wanted text, json, markdown or html (did you mean html?)',
    ],
    [
      "an option with one hyphen",
      ["max_norm(3)", ...conv, "-format=json"],
      "-format: found an option that explain does not have, wanted --format",
    ],
    [
      "an option without its value",
      ["max_norm(3)", "--layer"],
      "--layer: found no value, wanted a class such as Conv2D",
    ],
    [
      "something to run",
      ["__import__('os').system('ls')", ...conv],
      '--constraint: found ".", wanted a call such as max_norm(3, axis=0), at character 17',
    ],
  ];
  test.each(wrong)("%s is one line and exit code 2", async (_, args, message) => {
    const { status, stdout, stderr } = await runCli(["explain", "--constraint", ...args]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.startsWith(`kerasproof: ${message}`), stderr).toBe(true);
    expect(stderr.split("\n")).toHaveLength(2);
  });

  test("is what its parts belong to", async () => {
    const { status, stderr } = await runCli(["explain", "model.h5", "--shape", "3,3"]);
    expect(status).toBe(2);
    expect(stderr).toBe(
      "kerasproof: --shape: found it without --constraint, wanted --constraint 'max_norm(3)' or the like\n",
    );
  });
});
