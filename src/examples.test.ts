import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const project = dirname(dirname(fileURLToPath(import.meta.url)));
const pages = ["README.md", ...(await readdir(join(project, "docs"))).map((name) => `docs/${name}`)];

/** Every fenced block that stands below the mark `<!-- test -->`. */
const blocks: { readonly name: string; readonly language: string; readonly text: string }[] = [];
const marks = new Map<string, number>();
for (const page of pages) {
  const markdown = await readFile(join(project, page), "utf8");
  marks.set(page, markdown.split("<!-- test -->").length - 1);
  for (const [, language = "", text = ""] of markdown.matchAll(/<!-- test -->\n```(\w+)\n([\s\S]*?)\n```/g)) {
    const index = blocks.filter(({ name }) => name.startsWith(page)).length;
    blocks.push({ name: `${page}, ${index}`, language, text });
  }
}

/** Serves the project by ranges, in the place of `https://example.org`. */
const server = createServer((request, response) => {
  const bytes = readFileSync(join(project, new URL(request.url ?? "", "http://localhost").pathname));
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  const [start, end] = [Number(first ?? 0), Math.min(Number(last ?? bytes.length), bytes.length - 1)];
  if (first !== undefined) {
    response.writeHead(206, { "content-range": `bytes ${start}-${end}/${bytes.length}` });
  }
  response.end(bytes.subarray(start, end + 1));
});

/** A project that has the package and the peers, the package as it was last built. */
let folder = "";
let address = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), "kerasproof-examples-"));
  await mkdir(join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await symlink(project, join(folder, "node_modules/kerasproof"));
  for (const scope of ["@tensorflow", "@types"]) {
    await symlink(join(project, "node_modules", scope), join(folder, "node_modules", scope));
  }
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

test("the README has marked blocks, and no page marks anything but blocks that can be run", () => {
  expect(marks.get("README.md")).toBeGreaterThan(0);
  expect(blocks).toHaveLength([...marks.values()].reduce((sum, count) => sum + count, 0));
  expect(blocks.filter(({ language }) => language !== "ts" && language !== "sh")).toEqual([]);
});

test.each(
  blocks.filter(({ language }) => language === "ts").map(({ name, text }, index) => [name, text, index] as const),
)(
  "TypeScript block %s compiles and runs",
  async (_, text, index) => {
    const name = `block-${index}`;
    const compilerOptions = {
      module: "nodenext",
      target: "es2023",
      strict: true,
      skipLibCheck: true,
      types: ["node"],
      outDir: `out-${index}`,
    };
    await writeFile(join(folder, `${name}.ts`), text.replaceAll("https://example.org", address));
    await writeFile(join(folder, `${name}.json`), JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
    await run(join(project, "node_modules/.bin/tsc"), ["-p", join(folder, `${name}.json`)], { cwd: project });
    const { stdout } = await run(process.execPath, [join(folder, `out-${index}`, `${name}.js`)], { cwd: project });
    for (const [, printed = ""] of text.matchAll(/console\.log\(.*\); \/\/ prints (.*)/g))
      expect(stdout).toContain(printed);
  },
  120_000,
);

test.each(blocks.filter(({ language }) => language === "sh").map(({ name, text }) => [name, text] as const))(
  "shell block %s runs",
  async (_, text) => {
    const npx =
      'npx() { if [ "$1" = kerasproof ]; then shift; node dist/cli/main.js "$@"; else command npx "$@"; fi; }';
    await run("bash", ["-euo", "pipefail", "-c", `${npx}\n${text}`], { cwd: project });
  },
  120_000,
);
