import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packProject } from "../fixtures/packed.js";

const run = promisify(execFile);
const project = dirname(dirname(fileURLToPath(import.meta.url)));
const peers = ["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers", "fast-check"];
const entries = [
  "kerasproof",
  "kerasproof/node",
  "kerasproof/constraints",
  "kerasproof/formats",
  "kerasproof/formats/node",
  "kerasproof/hdf5",
  "kerasproof/testing",
];

let consumer = "";
let packed: readonly string[] = [];

/** Packs what was last built and installs it, as a user would, in an empty project beside the peers. */
beforeAll(async () => {
  consumer = await mkdtemp(join(tmpdir(), "kerasproof-package-"));
  const tarball = await packProject(consumer);
  packed = tarball.files;
  console.log(
    `${basename(tarball.path)}: ${tarball.size} bytes, ${tarball.unpackedSize} unpacked, ${packed.length} files`,
  );
  await writeFile(
    join(consumer, "package.json"),
    '{ "name": "consumer", "version": "1.0.0", "private": true, "type": "module" }',
  );
  const { devDependencies } = JSON.parse(await readFile(join(project, "package.json"), "utf8")) as {
    devDependencies: { [name: string]: string };
  };
  const wanted = peers.map((name) => `${name}@${devDependencies[name]}`);
  const flags = ["--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts"];
  await cp(join(project, "fixtures/examples/cnn-keras3"), join(consumer, "example"), { recursive: true });
  await run("npm", ["install", ...flags, tarball.path, ...wanted], { cwd: consumer });
}, 300_000);

afterAll(async () => {
  await rm(consumer, { recursive: true, force: true });
});

describe("the package", () => {
  test("holds the build, the recorder and the papers, and no test, source or source map", () => {
    for (const path of ["dist/index.js", "dist/index.d.ts", "dist/cli/main.js", "dist/verify/double-run-worker.js"]) {
      expect(packed).toContain(path);
    }
    for (const path of ["README.md", "LICENSE", "CHANGELOG.md", "recorder/kerasproof_record.py"]) {
      expect(packed).toContain(path);
    }
    expect(packed.filter((path) => /\.test\.|\.map$|^src\/|^fixtures\/|__pycache__|(?<!\.d)\.ts$/.test(path))).toEqual(
      [],
    );
  });

  test("loads every entry by import", async () => {
    const program = entries.map((entry) => `console.log(Object.keys(await import("${entry}")).join());`).join("\n");
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", program], { cwd: consumer });
    const [main, node, constraints, formats, formatsNode, hdf5, testing] = stdout.trim().split("\n");
    expect(main).toContain("loadKerasModel");
    expect(node).toContain("loadKerasFile");
    expect(constraints).toContain("applyConstraint");
    expect(formats).toContain("openZip");
    expect(formatsNode).toBe("openFile");
    expect(hdf5).toContain("openHdf5");
    expect(testing).not.toBe("");
  });

  test("loads every entry by require", async () => {
    const program = entries.map((entry) => `console.log(Object.keys(require("${entry}")).length);`).join("\n");
    const { stdout } = await run(process.execPath, ["--input-type=commonjs", "-e", program], { cwd: consumer });
    const counts = stdout.trim().split("\n").map(Number);
    expect(counts).toHaveLength(entries.length);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  test.each(["nodenext", "bundler"])("has types that resolve under %s", async (moduleResolution) => {
    const folder = join(consumer, moduleResolution);
    await mkdir(folder);
    await writeFile(join(folder, "consumer.ts"), consumerSource);
    const compilerOptions = {
      module: moduleResolution === "nodenext" ? "nodenext" : "esnext",
      moduleResolution,
      target: "es2023",
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
    const tsc = join(project, "node_modules/.bin/tsc");
    const { stdout } = await run(tsc, ["-p", folder], { cwd: consumer }).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout.split("\n").filter((line) => line.includes("error") && !line.includes("TS2322"))).toEqual([]);
    expect(stdout.match(/TS2322/g), "the one mistake of the consumer").toHaveLength(1);
  });

  test("runs its program", async () => {
    const help = await run("npx", ["--no-install", "kerasproof", "--help"], { cwd: consumer });
    expect(help.stdout).toContain("kerasproof verify");
    expect(await readdir(join(consumer, "example"))).toContain("model.keras");
    const verdict = await run("npx", ["--no-install", "kerasproof", "verify", "example", "--format", "json"], {
      cwd: consumer,
    });
    expect(JSON.parse(verdict.stdout)).toMatchObject({
      format: "kerasproof-verdict",
      counts: { agrees: 1, differs: 0, inconclusive: 0, unsupported: 0, invalid: 0 },
    });
  }, 120_000);
});

test.each(["wasm", "node"])("a backend that is not installed, %s, says how to get it", async (backend) => {
  const args = ["--no-install", "kerasproof", "verify", "example", "--backend", backend];
  const failure = await run("npx", args, { cwd: consumer }).catch(
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
  expect(failure).toMatchObject({ code: 2, stdout: "" });
  expect(failure.stderr).toMatch(
    new RegExp(`^kerasproof: backend ${backend}: found none .*, wanted it: npm install @tensorflow/tfjs-.*\\n$`, "m"),
  );
  expect(failure.stderr).not.toMatch(/\n\s+at /);
});

/** A user's program, with one mistake that only right types find. */
const consumerSource = `
import type * as tf from "@tensorflow/tfjs-layers";
import { loadKerasModel, type ImportedModel, type KerasProofError } from "kerasproof";
import { applyConstraint, groupNorms, maxNorm } from "kerasproof/constraints";
import { type ByteSource, type NdArray, openSource, readNpy } from "kerasproof/formats";
import { openFile } from "kerasproof/formats/node";
import { openHdf5 } from "kerasproof/hdf5";
import { loadKerasFile, verifyFile, type CaseVerdict } from "kerasproof/node";
import * as testing from "kerasproof/testing";
export const model: Promise<ImportedModel> = loadKerasModel(new Uint8Array(1), { name: "m" });
export const layers: tf.LayersModel = (await loadKerasFile("m.h5", { kernels: "theano" })).model;
export const verdict: CaseVerdict = await verifyFile("m.h5");
export const norms: Float64Array = groupNorms(new Float32Array(4), [2, 2], [0]);
export const codeOf = (error: KerasProofError): string => error.code;
export const source: ByteSource = openSource(new Uint8Array(1));
export const array: Promise<NdArray> = readNpy(source);
void openFile("m.h5").then((file) => openHdf5(file));
void testing;
applyConstraint(maxNorm({ maxValue: 2 }), ["no numbers"], [2, 2]);
`;
