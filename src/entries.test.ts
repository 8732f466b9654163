import { readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const source = dirname(fileURLToPath(import.meta.url));
const specifier =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)|(?:^|\n)import\s+"([^"]+)"/g;
const typeOnly = /(?:^|\n)\s*(?:import|export)\s+type\s[^;]*?from\s+"[^"]+";/g;

/** Every package or built-in that an entry can come to load. */
function packagesOf(entry: string): string[] {
  return walkImports(entry).packages;
}

/** Every source file that an entry can come to load. */
function filesOf(entry: string): string[] {
  return walkImports(entry).files;
}

/** From the imports in the sources, those of types alone left out. */
function walkImports(entry: string): { packages: string[]; files: string[] } {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, "utf8").replaceAll(typeOnly, "");
    for (const [, from, dynamic, bare] of text.matchAll(specifier)) {
      const target = from ?? dynamic ?? bare ?? "";
      if (target.startsWith(".")) visit(join(dirname(file), target.replace(/\.js$/, ".ts")));
      else packages.add(target);
    }
  };
  visit(join(source, entry));
  expect(seen.size, relative(source, entry)).toBeGreaterThan(1);
  const files = Array.from(seen, (file) => relative(source, file).split(sep).join("/"));
  return { packages: [...packages].sort(), files };
}

describe("the entries", () => {
  it("kerasproof loads tfjs and nothing of Node", () => {
    expect(packagesOf("index.ts")).toEqual(["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers"]);
  });

  it("kerasproof/train loads tfjs and nothing of Node", () => {
    expect(packagesOf("train/index.ts")).toEqual(["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers"]);
  });

  it("kerasproof/constraints loads no package at all", () => {
    expect(packagesOf("constraints/index.ts")).toEqual([]);
  });

  it("kerasproof/hdf5 loads no package at all", () => {
    expect(packagesOf("formats/hdf5/index.ts")).toEqual([]);
  });

  it("kerasproof/formats loads no package at all, and kerasproof/formats/node only what reads files", () => {
    expect(packagesOf("formats/index.ts")).toEqual([]);
    expect(packagesOf("formats/node.ts")).toEqual(["node:fs", "node:util"]);
  });

  it.each(["formats/hdf5/index.ts", "formats/index.ts", "formats/node.ts"])(
    "%s has nothing in it of the parts for Keras",
    (entry) => {
      const outside = filesOf(entry).filter((file) => !file.startsWith("formats/"));
      expect(outside.filter((file) => file !== "errors.ts" && file !== "ndarray.ts")).toEqual([]);
    },
  );

  it("kerasproof/testing loads fast-check alone, and kerasproof/testing/vitest also vitest", () => {
    expect(packagesOf("testing/index.ts")).toEqual(["fast-check"]);
    expect(packagesOf("testing/vitest.ts")).toEqual(["fast-check", "vitest"]);
  });
});
