import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixturePath, runCli } from "../../fixtures/run-cli.js";
import { openZip } from "../formats/zip/archive.js";
import type { Verdict } from "../verify/verdict.js";

const example = fixturePath("examples/cnn-keras3");
const model = join(example, "model.keras");
const reference = join(example, "model.ref.npz");

let folder = "";
/** The example's architecture with another activation in its first layer. */
let broken = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerasproof-verify-"));
  const archive = await openZip(await readFile(model), { name: "model.keras" });
  const config = new TextDecoder().decode(await archive.read("config.json"));
  expect(config).toContain('"activation": "relu"');
  broken = join(folder, "broken.json");
  await writeFile(broken, config.replace('"activation": "relu"', '"activation": "elu"'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("a model that agrees", () => {
  test("is short: what it is, one answer for each question, the numbers behind it", async () => {
    const { status, stdout, stderr } = await runCli(["verify", model]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(8);
    expect(lines[0]).toBe(
      `${model}  Keras 3.15.1 by TensorFlow, Keras archive, 8 layers, 7,666 parameters, 4 constraints`,
    );
    expect(lines[1]).toMatch(
      /^ {2}same function {2}yes {2}8 of 8 layer calls and the output; worst in \S+: error \S+e-1\d of its largest, budget 9\.31e-10, \S+ of it used; resolution 9\.31e-10 \[float64\]$/,
    );
    expect(lines[2]).toMatch(/^ {2}on cpu {9}yes {2}worst in .* resolution \S+ \[derived\]; a smaller difference/);
    expect(lines[3]).toMatch(
      /^ {2}constraints {4}yes {2}conv2d kernel max_norm\(3, axis=0\): \d+ of 288 groups above its limit/,
    );
    expect(lines[7]).toBe(`${" ".repeat(17)}→ kerasproof explain ${model}`);
  });

  test("lists every tensor with its error, budget, resolution and basis where asked", async () => {
    const { stdout } = await runCli(["verify", model, "--verbose", "--backend=wasm"]);
    expect(stdout).toMatch(/\n {2}tensor +layer +question +error +budget +used +resolution +basis\n/);
    expect(stdout).toMatch(/\n {2}layers\/conv2d\/0\/0 +Conv2D +same function +\S+ +\S+ +\S+ +9\.31e-10 +float64\n/);
    expect(stdout).toMatch(/\n {2}layers\/conv2d\/0\/0 +Conv2D +on wasm +(?:\S+ +){4}derived\n/);
  });
});

async function verifyBroken(...options: readonly string[]): ReturnType<typeof runCli> {
  return runCli(["verify", broken, "--weights", model, "--reference", reference, ...options]);
}

test("training is told by its worst weight", async () => {
  const { status, stdout } = await runCli(["verify", fixturePath("cases/train-keras3/model.keras")]);
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /\n {2}training {7}yes {2}5 steps, worst \w+ (?:kernel|bias) after step [1-5](?: in float32)?: \S+ of its largest entry, limit 1e-[69]\n/,
  );
});

describe("a model that differs", () => {
  test("exits with 1 and leads to the layer, the number and how far it is off", async () => {
    const { status, stdout, stderr } = await verifyBroken();
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout).toMatch(
      /\n {2}same function {2}NO {3}first at conv2d \(Conv2D\), call 0, \[\d+, \d+, \d+, \d+\]: -[\d.]+ for 0, \S+ times its budget\n/,
    );
    expect(stdout).toMatch(/\n {2}layers\/conv2d\/0\/0 +Conv2D +same function .* DIFFERS /);
    expect(stdout).not.toMatch(/\n {2}layers\/dense\/0\/0/);
  });

  test("is in the JSON", async () => {
    const { status, stdout } = await verifyBroken("--format=json");
    const verdict = JSON.parse(stdout) as Verdict;
    expect(status).toBe(1);
    expect(verdict).toMatchObject({
      format: "kerasproof-verdict",
      version: 1,
      backend: "cpu",
      counts: { agrees: 0, differs: 1, inconclusive: 0, unsupported: 0, invalid: 0 },
      cases: [
        {
          model: broken,
          reference,
          status: "differs",
          error: null,
          firstDivergence: { layer: "conv2d", call: 0, tensor: "layers/conv2d/0/0", question: "import", expected: 0 },
        },
      ],
    });
    const [tensor] = verdict.cases[0]?.tensors ?? [];
    for (const key of [
      "name",
      "question",
      "maxAbs",
      "maxRel",
      "maxUlp",
      "errorRatio",
      "budget",
      "basis",
      "resolution",
    ]) {
      expect(tensor).toHaveProperty(key);
    }
  });
});

describe("a folder", () => {
  let cases = "";
  beforeAll(async () => {
    cases = join(folder, "cases");
    await mkdir(cases);
    await cp(example, join(cases, "a-good"), { recursive: true });
    await cp(fixturePath("examples/words-keras3"), join(cases, "c-good"), { recursive: true });
    await cp(example, join(cases, "b-cut"), { recursive: true });
    await writeFile(join(cases, "b-cut/model.keras"), (await readFile(model)).subarray(0, 30_000));
    await cp(example, join(cases, "b-image"), { recursive: true });
    await writeFile(join(cases, "b-image/model.keras"), Buffer.from("\x89PNG\r\n\x1a\n", "latin1"));
  });

  test("is judged to its end, whatever one case is", async () => {
    const { status, stdout, stderr } = await runCli(["verify", cases]);
    expect(status).toBe(3);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("4 models: 2 agree, 2 are invalid");
    const heads = stdout.split("\n").filter((line) => line.startsWith(cases));
    expect(heads.map((line) => line.slice(cases.length + 1).split("/")[0])).toEqual([
      "a-good",
      "b-cut",
      "b-image",
      "c-good",
    ]);
    expect(stdout).toMatch(/b-cut\/model\.keras\n {2}invalid {2}\[\w+\] .*model\.keras: found /);
    expect(stderr).toMatch(
      /^kerasproof: .*b-cut\/model\.keras: found .*\nkerasproof: .*b-image\/model.keras: found a PNG image/,
    );
  });

  test("writes its JSON to a file", async () => {
    const path = join(folder, "verdict.json");
    const { status, stdout } = await runCli(["verify", cases, "--format=json", "--output", path]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    const verdict = JSON.parse(await readFile(path, "utf8")) as Verdict;
    expect(verdict.counts).toEqual({ agrees: 2, differs: 0, inconclusive: 0, unsupported: 0, invalid: 2 });
    expect(verdict.cases.map((one) => one.status)).toEqual(["agrees", "invalid", "invalid", "agrees"]);
  });

  test("takes no option that is of one model only", async () => {
    const { status, stderr } = await runCli(["verify", cases, "--reference", reference]);
    expect(status).toBe(2);
    expect(stderr).toBe("kerasproof: --reference: found it for a folder, wanted it for one model only\n");
  });
});

test("the command of the README tells of each example what was read, its layers, its constraints and every tensor", async () => {
  const { status, stdout, stderr } = await runCli(["verify", fixturePath("examples"), "--explain"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout.trimEnd().split("\n").at(-1)).toBe("8 models: 8 agree");
  const parts = stdout.split("\n\n").slice(0, -1);
  expect(parts).toHaveLength(8);
  for (const part of parts) {
    expect(part).toMatch(/^\S+model\.(?:keras|h5) {2}Keras \d.* layers, .* parameters, .* constraints\n {2}layers: /);
    expect(part).toMatch(/\n {4}the norm is over .* groups? of \d+ numbers?/);
    expect(part).toMatch(/\n {2}same function {2}yes {2}/);
    expect(part).toMatch(/\n {2}on cpu {9}yes {2}/);
    expect(part).toMatch(/\n {2}outputs\/0 +same function /);
  }
}, 120_000);
