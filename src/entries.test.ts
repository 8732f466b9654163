import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Imports, walkImports } from "../fixtures/walk-imports.js";

const source = dirname(fileURLToPath(import.meta.url));
/** Every package or built-in that an entry can come to load. */
function packagesOf(entry: string): string[] {
  return [...walk(entry).packages];
}

/** Every source file that an entry can come to load. */
function filesOf(entry: string): string[] {
  return walk(entry).files.map((file) => relative(source, file).split(sep).join("/"));
}

/** From the imports in the sources. */
function walk(entry: string): Imports {
  const imports = walkImports(join(source, entry), { onDemand: true });
  expect(imports.files.length, entry).toBeGreaterThan(1);
  return imports;
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
