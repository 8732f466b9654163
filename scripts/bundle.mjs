// Makes what is shipped, dist/, of the modules that were compiled into compiled/: one file for what is always loaded
// together, and the declarations that the entries' types name.
import { cpSync, readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { markPure } from "./mark-pure.mjs";

const project = fileURLToPath(new URL("..", import.meta.url));
const compiled = join(project, "compiled");
const dist = join(project, "dist");
const { bin, browser, exports: entries } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));

/** Where what pages take as it is lies. */
const forPages = "./dist/browser/";

await bundleModules([
  ...Object.values(entries).flatMap((entry) => (entry.default?.startsWith(forPages) ? [] : (entry.default ?? []))),
  ...Object.values(bin),
  ...Object.values(browser),
  // It is found by its address, which no import names.
  "./dist/verify/double-run-worker.js",
]);
await bundleForPages("formats/hdf5/index.js", "hdf5");
copyTypes(Object.values(entries).flatMap((entry) => entry.types ?? []));

/**
 * Writes the shipped files `paths`, and in dist/chunks/ what several of them load or what is loaded on demand: all in
 * one run, so that no module is in two files. Each is named by a comment at its start.
 */
async function bundleModules(paths) {
  const input = paths.map((path) => [path.slice("./dist/".length, -".js".length), compiledPath(path)]);
  const bundle = await rolldown({
    cwd: compiled,
    input: Object.fromEntries(input),
    external: (id) => !id.startsWith(".") && !isAbsolute(id),
    platform: "neutral",
    plugins: [markPure()],
    // What package.json says of side effects it says of dist/.
    treeshake: { moduleSideEffects: true },
    // Modules that several files load may lie in one of these.
    preserveEntrySignatures: "allow-extension",
  });
  await bundle.write({
    dir: dist,
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
    // A string of other characters takes two bytes for each.
    charset: "ascii",
    // Bundlers for browsers take other files in place of these.
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: Object.keys(browser).map((path) => ({
        name: basename(path, ".js"),
        test: (id) => basename(id) === basename(path),
      })),
    },
    comments: { jsdoc: false },
    minifyInternalExports: false,
  });
  await bundle.close();
}

/**
 * Writes an entry of dist/ for pages without a bundler, minified: `name`.js, and beside it what that loads on demand. It
 * holds modules that other files hold, too; nobody loads both.
 */
async function bundleForPages(entry, name) {
  const bundle = await rolldown({
    input: { [name]: join(dist, entry) },
    platform: "browser",
    // What is loaded later finds in the first file what it shares with that: beside the entry's names, it exports others.
    preserveEntrySignatures: "allow-extension",
  });
  await bundle.write({
    dir: join(project, forPages),
    entryFileNames: "[name].js",
    chunkFileNames: `${name}-[name].js`,
    minify: true,
  });
  await bundle.close();
}

/** Copies declarations and what they import, and that again. */
function copyTypes(paths) {
  const found = new Set(paths.map(compiledPath));
  for (const path of found) {
    cpSync(path, join(dist, relative(compiled, path)));
    for (const [, target] of readFileSync(path, "utf8").matchAll(/(?:from |import\()"(\..*?)\.js"/g)) {
      found.add(join(dirname(path), `${target}.d.ts`));
    }
  }
}

function compiledPath(shipped) {
  return join(compiled, relative("dist", shipped));
}
