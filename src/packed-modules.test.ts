import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtModules } from "../fixtures/built-modules.js";
import { logLoads } from "../fixtures/log-loads.js";
import { type Unpacked, unpackProject } from "../fixtures/packed.js";
import { bundlePage, compressedBytes } from "../fixtures/page-bundle.js";
import { fixturePath } from "../fixtures/run-cli.js";
import { walkImports } from "../fixtures/walk-imports.js";

const run = promisify(execFile);
const source = dirname(fileURLToPath(import.meta.url));
/** What loads the rest: the entries, the program, and the worker that is found by its address. */
const starts = [
  "index.js",
  "node.js",
  "constraints/index.js",
  "train/index.js",
  "formats/index.js",
  "formats/node.js",
  "formats/hdf5/index.js",
  "testing/index.js",
  "testing/vitest.js",
  "cli/main.js",
  "verify/double-run-worker.js",
];

let unpacked: Unpacked;
let dist = "";
beforeAll(async () => {
  unpacked = await unpackProject();
  dist = join(unpacked.root, "dist");
}, 60_000);
afterAll(async () => {
  await unpacked.remove();
});

/** All but what pages without a bundler take, which is made of the rest. */
async function shippedFiles(ending: string): Promise<string[]> {
  const paths = await readdir(dist, { recursive: true });
  return paths
    .filter((path) => path.endsWith(ending) && !path.startsWith(`browser${sep}`))
    .map((path) => join(dist, path));
}

describe("the modules of the package", () => {
  test("are each in one file, so that nothing exists twice", async () => {
    const modules = (await shippedFiles(".js")).flatMap(builtModules);
    expect(modules).toContain("errors.js");
    expect(modules.length).toBeGreaterThan(300);
    expect(modules.toSorted()).toEqual([...new Set(modules)].sort());
  });

  test.each(starts)("that %s loads at first are those that it imports", (start) => {
    const built = walkImports(join(dist, start), { onDemand: false });
    const written = walkImports(join(source, start.replace(/\.js$/, ".ts")), { onDemand: false });
    const imported = new Set(written.files.map((file) => builtName(relative(source, file))));
    expect(built.files.flatMap(builtModules).filter((module) => !imported.has(module))).toEqual([]);
    expect(built.packages).toEqual(written.packages);
  });

  test.each([
    ["constraints/index", "groupNorms"],
    ["constraints/index", "applyConstraint"],
    ["formats/index", "openZip"],
    ["formats/index", "openSafetensors"],
  ])("of %s that %s needs are nearly all that a page is sent", async (entry, name) => {
    const [built, written] = await Promise.all(
      [join(dist, `${entry}.js`), join(source, `${entry}.ts`)].map(async (module) =>
        compressedBytes(await bundlePage(module, false, `{ ${name} as entry }`)),
      ),
    );
    console.log(`${name} in a page: ${built} bytes gzipped, ${written} from the sources`);
    expect(built).toBeLessThanOrEqual(written! * 1.1);
  });

  test("have the same names for each other once a bundler has minified them", async () => {
    const entries = [
      "index",
      "constraints/index",
      "train/index",
      "formats/index",
      "formats/hdf5/index",
      "testing/index",
    ];
    const folder = join(unpacked.root, "minified");
    const input = Object.fromEntries(entries.map((entry) => [entry, join(dist, `${entry}.js`)]));
    const bundle = await rolldown({ input, external: /^@tensorflow\/|^fast-check$/, platform: "browser" });
    const { output } = await bundle.write({ dir: folder, minify: true });
    const written = await Promise.all(entries.map((entry) => import(join(source, `${entry}.ts`)) as Promise<object>));
    const { stdout } = await runModule(
      `const modules = await Promise.all(process.argv.slice(1).map((path) => import(path)));
      console.log(JSON.stringify(modules.map((module) => Object.keys(module).sort())));`,
      [...entries.map((entry) => `${entry}.js`), ...output.map(({ fileName }) => fileName)].map(
        (name) => pathToFileURL(join(folder, name)).href,
      ),
    );
    const minified = JSON.parse(stdout) as unknown[];
    expect(minified.slice(0, entries.length)).toEqual(written.map((module) => Object.keys(module).sort()));
    expect(output.length).toBeGreaterThan(entries.length);
  }, 60_000);

  test("and their types are in no file that nothing names", async () => {
    const { browser, exports } = JSON.parse(await readFile(join(unpacked.root, "package.json"), "utf8")) as {
      browser: { [path: string]: string };
      exports: { [entry: string]: { types?: string } };
    };
    const named = starts.flatMap((start) => walkImports(join(dist, start), { onDemand: true }).files);
    const inBrowsers = Object.values(browser).map((path) => join(unpacked.root, path));
    expect(new Set(await shippedFiles(".js"))).toEqual(new Set([...named, ...inBrowsers]));
    for (const path of Object.keys(browser)) expect(named).toContain(join(unpacked.root, path));
    const types = await shippedFiles(".d.ts");
    const importing = await Promise.all(types.map(async (path) => [path, await readFile(path, "utf8")] as const));
    const namedTypes = importing.flatMap(([path, text]) =>
      Array.from(text.matchAll(/"(\.[^"]*)\.js"/g), ([, target]) => join(dirname(path), `${target}.d.ts`)),
    );
    const ofEntries = Object.values(exports).flatMap((entry) => entry.types ?? []);
    expect(new Set(types)).toEqual(new Set([...namedTypes, ...ofEntries.map((path) => join(unpacked.root, path))]));
  });

  test("are known to users by the names that the sources export, no more and no fewer", async () => {
    const entries = starts.filter((start) => /^(?!cli|verify|testing)/.test(start));
    const { stdout } = await runModule(
      `const names = process.argv.slice(1).map(async (path) => Object.keys(await import(path)).sort());
      console.log(JSON.stringify(await Promise.all(names)));`,
      entries.map((entry) => pathToFileURL(join(dist, entry)).href),
    );
    const written = await Promise.all(
      entries.map(async (entry) => {
        const module = (await import(join(source, entry.replace(/\.js$/, ".ts")))) as object;
        return Object.keys(module).sort();
      }),
    );
    expect(written.flat().length).toBeGreaterThan(50);
    expect(JSON.parse(stdout)).toEqual(written);
  });

  test("are shared: what the entries throw is the same class, whatever was loaded on demand", async () => {
    const { stdout } = await runModule(
      `import { KerasProofError } from "kerasproof";
      import * as hdf5 from "kerasproof/hdf5";
      import * as formats from "kerasproof/formats";
      const file = await hdf5.openHdf5(readFileSync(process.argv.at(-1)));
      const thrown = [];
      for await (const object of file.walk()) {
        if (object.kind === "dataset") await object.read().catch((error) => thrown.push(error));
      }
      console.log(thrown.map((error) => error instanceof KerasProofError && error.code).join());
      console.log(hdf5.KerasProofError === KerasProofError, formats.KerasProofError === KerasProofError);`,
      [fixturePath("hdf5/external-storage.h5")],
    );
    expect(stdout).toBe("unsafe\ntrue true\n");
  });

  test("of the HDF5 reader are loaded no more for what Keras writes; a chunked dataset loads one file of its own", async () => {
    const log = join(unpacked.root, "loads.txt");
    const { stdout } = await runModule(
      `import { openHdf5 } from "kerasproof/hdf5";
      const loads = () => readFileSync(${JSON.stringify(log)}, "utf8").trim().split(/\\s+/);
      const seen = loads().length;
      for (const path of process.argv.slice(-2)) {
        const file = await openHdf5(readFileSync(path));
        for await (const object of file.walk()) {
          await object.attrs();
          if (object.kind === "dataset") await object.read();
        }
        console.log(JSON.stringify(loads().slice(seen).filter((url) => url.startsWith("file:"))));
      }`,
      [fixturePath("examples/cnn-keras2-last/model.h5"), fixturePath("hdf5/chunked.h5")],
      logLoads(log),
    );
    const [plain, chunked] = stdout.trim().split("\n");
    expect(plain).toBe("[]");
    const files = (JSON.parse(chunked!) as string[]).map((url) => fileURLToPath(url));
    const shared = new Set(walkImports(join(dist, "formats/index.js"), { onDemand: false }).files);
    expect(files.filter((file) => !shared.has(file)).map((file) => basename(file))).toEqual(["rare-parts.js"]);
  });
});

/** Runs a module within the package, by whose name it finds its entries. */
async function runModule(
  text: string,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<{ readonly stdout: string }> {
  const program = `import { readFileSync } from "node:fs";\n${text}`;
  return run(process.execPath, [...nodeOptions, "--input-type=module", "-e", program, "--", ...args], {
    cwd: unpacked.root,
  });
}

function builtName(path: string): string {
  return path.split(sep).join("/").replace(/\.ts$/, ".js");
}
