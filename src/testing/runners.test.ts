import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A project beside a build of the package, with a right constraint and a wrong one. */
let folder = "";
beforeAll(async () => {
  await stat(join(project, "dist/testing/vitest.js")).catch(() => {
    throw new Error("found no dist/testing/vitest.js: run npm run build first");
  });
  folder = await mkdtemp(join(tmpdir(), "kerasproof-runners-"));
  await mkdir(join(folder, "node_modules"));
  await symlink(project, join(folder, "node_modules/kerasproof"));
  await symlink(join(project, "node_modules/vitest"), join(folder, "node_modules/vitest"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "constraints.js"), constraints);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const constraints = `
import { maxNorm } from "kerasproof/constraints";
export const like = maxNorm({ maxValue: 1, axis: null });
export const options = { like, numRuns: 100 };
export function right(data) {
  const norm = Math.sqrt(data.reduce((sum, w) => sum + w * w, 0));
  return data.map((w) => w * (Math.min(norm, 1) / (1e-7 + norm)));
}
export function wrong(data) {
  const sum = data.reduce((total, w) => total + Math.abs(w), 0);
  return data.map((w) => w * (Math.min(sum, 1) / (1e-7 + sum)));
}
`;

/** Runs a program, whether it fails or not. */
async function outcomeOf(args: readonly string[]): Promise<{ code: number; output: string }> {
  const env = { ...process.env, NODE_OPTIONS: "", VITEST: "", NODE_TEST_CONTEXT: undefined, NO_COLOR: "1" };
  const { code, stdout, stderr } = await run(process.execPath, args, { cwd: folder, env }).then(
    (ended) => ({ code: 0, ...ended }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
  return { code, output: stdout + stderr };
}

/** A program that checks one constraint and does nothing else. */
function programFor(name: string): string {
  return `import { checkConstraintLaws } from "kerasproof/testing";
import { ${name}, options } from "./constraints.js";
checkConstraintLaws(${name}, options);
`;
}

const said = 'wrong breaks the law "the norm is the root of the sum of squares"';

describe("checkConstraintLaws", () => {
  it("works in node alone", async () => {
    await writeFile(join(folder, "right.js"), programFor("right"));
    await writeFile(join(folder, "wrong.js"), programFor("wrong"));
    expect(await outcomeOf(["right.js"])).toEqual({ code: 0, output: "" });
    const failure = await outcomeOf(["wrong.js"]);
    expect(failure.code).toBe(1);
    expect(failure.output).toContain(`BrokenLawError: ${said}`);
  });

  it("works in node:test", async () => {
    const program = `
import { test } from "node:test";
import { checkConstraintLaws } from "kerasproof/testing";
import { options, right, wrong } from "./constraints.js";
test("right", () => checkConstraintLaws(right, options));
test("wrong", () => checkConstraintLaws(wrong, options));
`;
    await writeFile(join(folder, "node-runner.test.js"), program);
    const { code, output } = await outcomeOf(["--test", "--test-reporter=tap", "node-runner.test.js"]);
    expect(code).toBe(1);
    expect(output).toMatch(/^ *ok 1 - right$/m);
    expect(output).toMatch(/^ *not ok 2 - wrong$/m);
    expect(output).toContain(said);
  });

  it("works in vitest, and so do the matchers", async () => {
    const program = `
import { expect, test } from "vitest";
import { checkConstraintLaws } from "kerasproof/testing";
import "kerasproof/testing/vitest";
import { like, options, right, wrong } from "./constraints.js";
test("right", () => checkConstraintLaws(right, options));
test("right by a matcher", () => expect(right).toObeyConstraintLaws(options));
test("a weight", () => expect([0.6, 0.8]).toSatisfyConstraint(like));
test("wrong", () => checkConstraintLaws(wrong, options));
test("another weight", () => expect([3, 4]).toSatisfyConstraint(like));
`;
    await writeFile(join(folder, "vitest-runner.test.js"), program);
    const vitest = join(project, "node_modules/vitest/vitest.mjs");
    const { code, output } = await outcomeOf([vitest, "run", "--root", folder, "vitest-runner.test.js"]);
    expect(code).toBe(1);
    expect(output).toMatch(/Tests +2 failed \| 3 passed/);
    expect(output).toContain(said);
    expect(output).toContain("group w[:] has norm 5, above the limit 1 by 4");
  });

  it("has matchers with types", async () => {
    const program = `
import { expect } from "vitest";
import { maxNorm } from "kerasproof/constraints";
import "kerasproof/testing/vitest";
expect([0.6, 0.8]).toSatisfyConstraint(maxNorm(), { tolerance: 1e-6 });
expect([0.6, 0.8]).toSatisfyConstraint("max_norm");
`;
    await writeFile(join(folder, "types.ts"), program);
    const compilerOptions = {
      module: "nodenext",
      target: "es2023",
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["types.ts"] }));
    const { output } = await outcomeOf([join(project, "node_modules/typescript/bin/tsc"), "-p", folder]);
    expect(output.match(/error TS\d+/g)).toEqual(["error TS2345"]);
    expect(output).toContain("types.ts(6,");
  });
});
