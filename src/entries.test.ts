import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const source = dirname(fileURLToPath(import.meta.url));
const specifier =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)|(?:^|\n)import\s+"([^"]+)"/g;
const typeOnly = /(?:^|\n)\s*(?:import|export)\s+type\s[^;]*?from\s+"[^"]+";/g;

/** Every package or built-in that an entry can come to load, from the imports in the sources. */
function packagesOf(entry: string): string[] {
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
  return [...packages].sort();
}

describe("the entries", () => {
  it("kerasproof loads tfjs and nothing of Node", () => {
    expect(packagesOf("index.ts")).toEqual(["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers"]);
  });

  it("kerasproof/constraints loads no package at all", () => {
    expect(packagesOf("constraints/index.ts")).toEqual([]);
  });

  it("kerasproof/hdf5 loads no package at all", () => {
    expect(packagesOf("formats/hdf5/index.ts")).toEqual([]);
  });

  it("kerasproof/testing loads fast-check alone", () => {
    expect(packagesOf("testing/index.ts")).toEqual(["fast-check"]);
  });
});
