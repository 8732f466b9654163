import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtModules } from "../../fixtures/built-modules.js";
import { logLoads } from "../../fixtures/log-loads.js";
import { runCli } from "../../fixtures/run-cli.js";
import { commands } from "./commands.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerasproof-cli-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("help", () => {
  test("names every command, the exit codes and nothing on the standard error", async () => {
    const { status, stdout, stderr } = await runCli(["--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const { name } of commands) expect(stdout).toContain(`kerasproof ${name} <`);
    expect(stdout).toMatch(/\n {2}4 {2}valid Keras that cannot be imported\n/);
  });

  test.each(commands.map(({ name }) => name))("lists the options of %s", async (name) => {
    const { status, stdout, stderr } = await runCli([name, "model.h5", "--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const command = commands.find((one) => one.name === name);
    for (const option of command?.options ?? []) expect(stdout).toContain(`--${option.name}`);
    expect(stdout).toMatch(/Examples:\n {2}kerasproof/);
  });

  test("loads neither tfjs nor a reader, and no command", async () => {
    const log = join(folder, "modules.txt");
    const { status } = await runCli(["--help"], {}, logLoads(log));
    expect(status).toBe(0);
    const loaded = (await readFile(log, "utf8")).split("\n").filter((url) => url.startsWith("file:"));
    const dist = new URL("../../dist/", import.meta.url).href;
    expect(loaded.filter((url) => !url.startsWith(dist))).toEqual([]);
    const modules = loaded.flatMap((url) => builtModules(fileURLToPath(url)));
    expect(modules.filter((module) => module === "cli/help.js")).toHaveLength(1);
    const allowed =
      /^(?:cli\/(?!inspect|explain|verify)[a-z-]+|report\/(?:json|text-style)|errors|nearest-word|formats\/printable)\.js$/;
    expect(modules.filter((module) => !allowed.test(module))).toEqual([]);
  });

  test("is the version too", async () => {
    const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(await runCli(["--version"])).toEqual({ status: 0, stdout: `kerasproof ${version}\n`, stderr: "" });
  });
});

describe("a wrong command line is one line and exit code 2", () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ["no command", [], "arguments: found no command, wanted inspect, explain, verify or --help"],
    ["a misspelt command", ["verfy", "m.h5"], "verfy: found an unknown command, wanted verify"],
    [
      "an unknown command",
      ["frobnicate"],
      "frobnicate: found an unknown command, wanted inspect, explain, verify or --help",
    ],
    ["no model", ["inspect"], "arguments: found none, wanted <model>: kerasproof inspect <model>"],
    [
      "two models",
      ["explain", "a.h5", "b.h5"],
      "arguments: found 2, a.h5 b.h5, wanted <model>: kerasproof explain <model>",
    ],
    [
      "a misspelt option",
      ["inspect", "m.h5", "--formt", "json"],
      "--formt: found an option that inspect does not have, wanted --format",
    ],
    [
      "an unknown option",
      ["explain", "m.h5", "--quantize"],
      "--quantize: found an option that explain does not have, wanted one of --weights, --kernels, --constraint, --shape",
    ],
    [
      "an unknown short option",
      ["verify", "-b", "m.h5"],
      "-b: found an option that verify does not have, wanted one of",
    ],
    ["a bad format", ["inspect", "m.h5", "--format", "xml"], '--format: found "xml", wanted text or json'],
    [
      "a bad format of a report with more of them",
      ["explain", "m.h5", "--format", "pdf"],
      '--format: found "pdf", wanted text, json, markdown or html',
    ],
    [
      "neither a model nor what can stand in its place",
      ["explain"],
      "arguments: found none, wanted <model>: kerasproof explain <model>, or --constraint",
    ],
    ["a bad backend", ["verify", "m.h5", "--backend=gpu"], '--backend: found "gpu", wanted cpu, wasm or node'],
    ["an option without its value", ["inspect", "m.h5", "--output"], "--output: found no value, wanted a file"],
    [
      "an option for a value",
      ["inspect", "m.h5", "--weights", "--format=json"],
      "--weights: found no value, wanted a file; one that begins with a hyphen is written --weights=--format=json",
    ],
    [
      "a value that begins with a hyphen",
      ["explain", "--constraint", "max_norm(3)", "--shape", "-1,3"],
      "--shape: found no value, wanted a shape such as 3,3,3,32; one that begins with a hyphen is written --shape=-1,3",
    ],
    ["a value for a switch", ["verify", "m.h5", "--strict=yes"], '--strict: found the value "yes", wanted none'],
    [
      "an option given twice",
      ["verify", "m.h5", "--kernels=theano", "--kernels=theano"],
      "--kernels: found it twice, wanted it once",
    ],
  ];

  test.each(cases)("%s", async (_, args, message) => {
    const { status, stdout, stderr } = await runCli(args);
    expect(status).toBe(2);
    expect(stderr.startsWith(`kerasproof: ${message}`)).toBe(true);
    expect(stderr.split("\n")).toHaveLength(2);
    expect(stdout).toEqual(args.includes("--format=json") ? expect.stringContaining('"usage"') : "");
  });

  test("is JSON too where that is asked for", async () => {
    const { status, stdout, stderr } = await runCli(["inspect", "--format", "json"]);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: { code: "usage", path: "arguments", message: "found none, wanted <model>: kerasproof inspect <model>" },
    });
    expect(stderr.split("\n")).toHaveLength(2);
  });
});
