import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixturePath, runCli } from "../../fixtures/run-cli.js";
import { openZip } from "../formats/zip/archive.js";
import { commands } from "./commands.js";

const model = fixturePath("examples/cnn-keras3/model.keras");
const reference = fixturePath("examples/cnn-keras3/model.ref.npz");
const names = commands.map(({ name }) => name);
const traceOfStack = /\n\s+at |node:internal|\.js:\d/;

let folder = "";
let config = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerasproof-bad-"));
  const archive = await openZip(await readFile(model), { name: "model.keras" });
  config = new TextDecoder().decode(await archive.read("config.json"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** The example's architecture with one text in it replaced. */
async function edited(name: string, found: string, put: string): Promise<string> {
  expect(config).toContain(found);
  return write(name, config.replace(found, put));
}

/** Runs a command on a model, with the example's weights and reference where the model is of JSON alone. */
async function judge(
  command: string,
  path: string,
  { format = "text", weights = true }: { format?: string; weights?: boolean } = {},
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return runCli([
    command,
    path,
    `--format=${format}`,
    ...(weights && path.endsWith(".json") ? ["--weights", model] : []),
    ...(command === "verify" ? ["--reference", reference] : []),
  ]);
}

/** Each: what it is, the exit code, the error's code, what its line says, and how to make it. */
const cases: readonly (readonly [string, number, string, RegExp, () => Promise<string>])[] = [
  ["a missing file", 2, "file-not-found", /found no such file/, async () => join(folder, "missing.h5")],
  ["an empty file", 3, "unknown-format", /found an empty file/, async () => write("empty.h5", "")],
  [
    "a PNG image",
    3,
    "unknown-format",
    /found a PNG image/,
    async () => write("image.h5", Buffer.from("\x89PNG\r\n\x1a\n", "latin1")),
  ],
  [
    "a truncated archive",
    3,
    "truncated",
    /cut\.keras|end/,
    async () => write("cut.keras", (await readFile(model)).subarray(0, 30_000)),
  ],
  [
    "a truncated HDF5 file",
    3,
    "truncated",
    /found 40000 bytes/,
    async () => write("cut.h5", (await readFile(fixturePath("examples/cnn-keras1/model.h5"))).subarray(0, 40_000)),
  ],
  [
    "a text that is no JSON",
    3,
    "bad-json",
    /wanted a string in double quotes, at line 1 column 3/,
    async () => write("text.json", "{ this is not JSON }"),
  ],
  [
    "a JSON that is no model",
    3,
    "bad-config",
    /wanted the class of a Keras model/,
    async () => write("other.json", '{"name": "kerasproof"}'),
  ],
  ["a NaN in the config", 3, "bad-config", /found NaN/, async () => edited("nan.json", '"rate": 0.2', '"rate": NaN')],
  [
    "an unknown layer",
    4,
    "unsupported-layer",
    /class FancyPool, wanted/,
    async () => edited("layer.json", '"class_name": "MaxPooling2D"', '"class_name": "FancyPool"'),
  ],
  [
    "an unknown constraint",
    4,
    "unsupported-constraint",
    /kernel_constraint: found "FancyNorm"/,
    async () => edited("constraint.json", '"class_name": "MaxNorm"', '"class_name": "FancyNorm"'),
  ],
  [
    "an unknown option",
    4,
    "unsupported-option",
    /fancy_rate/,
    async () => edited("option.json", '"rate": 0.2', '"rate": 0.2, "fancy_rate": 1'),
  ],
  [
    "a Lambda",
    4,
    "code-in-file",
    /Lambda/,
    async () => edited("lambda.json", '"class_name": "Flatten"', '"class_name": "Lambda"'),
  ],
];

describe.each(cases)("%s", (_, code, word, pattern, make) => {
  test.each(names)("is one clear line, the right exit code and in the JSON of %s", async (command) => {
    const path = await make();
    const { status, stdout, stderr } = await judge(command, path, { format: "json" });
    expect(stderr.startsWith(`kerasproof: ${path}`), stderr).toBe(true);
    const [line, ...rest] = stderr.slice(0, -1).split("\n");
    expect(line).toMatch(pattern);
    expect(rest.filter((other) => !other.startsWith("  "))).toEqual([]);
    expect(stderr).not.toMatch(traceOfStack);
    const printed = JSON.parse(stdout) as { error?: unknown; problems?: unknown[]; cases?: { error: unknown }[] };
    const error = command === "verify" ? printed.cases?.[0]?.error : (printed.error ?? printed.problems?.[0]);
    expect(error).toMatchObject({ code: word, path: expect.stringContaining(path), message: expect.any(String) });
    expect(status).toBe(code);
  });
});

test("a model without a reference beside it is told apart from one that is missing", async () => {
  const path = await write("alone.keras", await readFile(model));
  const missing = join(folder, "missing.keras");
  expect(await runCli(["verify", path])).toMatchObject({
    status: 2,
    stderr: `kerasproof: ${path}: found no reference beside it, wanted alone.ref.npz, which recorder/kerasproof_record.py writes, or one in --reference\n`,
  });
  expect(await runCli(["verify", missing])).toMatchObject({
    status: 2,
    stderr: `kerasproof: ${missing}: found no such file, wanted a readable file\n`,
  });
});

test.each(names)("a file that cannot be read is told in the text of %s without a stack", async (command) => {
  const path = await write("cut.keras", (await readFile(model)).subarray(0, 30_000));
  const { status, stdout, stderr } = await judge(command, path);
  expect(stderr).toMatch(/^kerasproof: .*cut\.keras: found .*\n$/);
  expect(`${stdout}${stderr}`).not.toMatch(traceOfStack);
  expect(status).toBe(3);
});

test("the stack is printed where KERASPROOF_DEBUG asks for it", async () => {
  const { stderr } = await runCli(["inspect", join(folder, "missing.h5")], { KERASPROOF_DEBUG: "1" });
  expect(stderr).toMatch(traceOfStack);
});

describe("a directory", () => {
  test.each(["inspect", "explain"])("is no model for %s", async (command) => {
    const { status, stderr } = await judge(command, folder);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: `kerasproof: ${folder}: found a directory, wanted a file\n`,
    });
  });

  test("without a model is nothing to verify", async () => {
    const empty = join(folder, "empty");
    await mkdir(empty, { recursive: true });
    const { status, stderr } = await runCli(["verify", empty]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^kerasproof: .*empty: found no model with a reference.*\n$/);
  });
});

describe("a model without weights", () => {
  test("is inspected and explained as far as it goes", async () => {
    const path = await write("bare.json", config);
    const inspected = await judge("inspect", path, { weights: false });
    expect(inspected).toMatchObject({ status: 0, stderr: "" });
    expect(inspected.stdout).toContain("no weights");
    const explained = await judge("explain", path, { weights: false });
    expect(explained).toMatchObject({ status: 0, stderr: "" });
    expect(explained.stdout).toContain("groups of 3 numbers");
    expect(explained.stdout).not.toContain("norms now");
  });

  test("is nothing to verify", async () => {
    const path = await write("bare.json", config);
    const { status, stderr } = await judge("verify", path, { weights: false });
    expect(status).toBe(3);
    expect(stderr).toMatch(/^kerasproof: .*bare\.json: found .*without weights, wanted .*\n$/);
  });

  test("takes the weights beside it, and says so", async () => {
    const path = await write("pair.json", config);
    await write("pair.weights.h5", await readFile(model));
    const { status, stdout, stderr } = await judge("explain", path, { weights: false });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("norms now");
    expect(stdout).toContain(`note: ${join(folder, "pair.weights.h5")}: taken as the weights of the model beside it`);
  });
});

test.each(names)("weights of another model are refused by %s", async (command) => {
  const path = await write("swapped.json", config);
  const other = fixturePath("examples/words-keras3/model.keras");
  const args = command === "verify" ? ["--reference", reference] : [];
  const { status, stderr } = await runCli([command, path, "--weights", other, ...args]);
  expect(status).toBe(3);
  expect(stderr).toMatch(/^kerasproof: .*words-keras3\/model\.keras/);
});

test("everything that is wrong with a model is told at once", async () => {
  const path = await write(
    "many.json",
    config
      .replace('"class_name": "MaxNorm"', '"class_name": "FancyNorm"')
      .replace('"class_name": "Flatten"', '"class_name": "Lambda"'),
  );
  const { status, stdout } = await judge("inspect", path, { format: "json" });
  const { problems } = JSON.parse(stdout) as { problems: { code: string }[] };
  expect(problems.map(({ code }) => code).sort()).toEqual(["code-in-file", "unsupported-constraint"]);
  expect(status).toBe(4);
});

describe("a reference", () => {
  test("that is missing is named", async () => {
    const { status, stderr } = await runCli(["verify", model, "--reference", join(folder, "none.ref.npz")]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^kerasproof: .*none\.ref\.npz: found no such file.*\n$/);
  });

  test("without an output names the entry", async () => {
    const bytes = Buffer.from(await readFile(reference));
    for (let at = bytes.indexOf("outputs/0.npy"); at >= 0; at = bytes.indexOf("outputs/0.npy", at + 1)) {
      bytes.write("outputs/9", at, "latin1");
    }
    const path = await write("no-output.ref.npz", bytes);
    const { status, stdout, stderr } = await runCli(["verify", model, "--reference", path, "--format=json"]);
    const [one] = (JSON.parse(stdout) as { cases: { status: string; error: { code: string } }[] }).cases;
    expect(one).toMatchObject({ status: "invalid", error: { code: "missing-entry" } });
    expect(stderr).toMatch(/^kerasproof: .*no-output\.ref\.npz.*outputs\/0.*\n$/);
    expect(status).toBe(3);
  });
});

describe("an output that cannot be written", () => {
  test.each(names)("is told by %s before the work is done", async (command) => {
    const path = join(folder, "no", "such", "folder.txt");
    expect(await runCli([command, model, "--output", path])).toEqual({
      status: 2,
      stdout: "",
      stderr: `kerasproof: ${path}: found no such folder, wanted a file that can be written\n`,
    });
  });

  test("is told where it is a directory", async () => {
    const { status, stderr } = await runCli(["explain", model, "--output", folder]);
    expect(status).toBe(2);
    expect(stderr).toBe(
      `kerasproof: ${folder}: found EISDIR on opening it for writing, wanted a file that can be written\n`,
    );
  });
});

test("a report does not overwrite what it is about", async () => {
  const path = await write("kept.keras", await readFile(model));
  for (const output of [path, join(folder, ".", "kept.keras")]) {
    const { status, stderr } = await runCli(["inspect", path, "--output", output]);
    expect(status).toBe(2);
    expect(stderr).toBe(`kerasproof: --output: found ${path}, which is read, wanted another file\n`);
  }
  expect(await readFile(path)).toEqual(await readFile(model));
});

test("control characters in a file's names do not reach the terminal", async () => {
  const path = await edited("names.json", '"name": "flatten"', '"name": "fl\\u001b[2J\\natten"');
  for (const command of ["inspect", "explain"]) {
    const { stdout, stderr } = await judge(command, path);
    expect(`${stdout}${stderr}`).not.toContain("\x1b");
    expect(`${stdout}${stderr}`).not.toContain("\natten");
  }
});
