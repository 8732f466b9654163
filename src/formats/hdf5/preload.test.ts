import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { preloadHdf5 } from "./preload.js";

const folder = dirname(fileURLToPath(import.meta.url));

/** The modules that a source loads on demand. */
function onDemandIn(file: string): string[] {
  const specifiers = readFileSync(join(folder, file), "utf8").matchAll(/import\("(\.[^"]+)"\)/g);
  return [...specifiers].map(([, specifier = ""]) => join(dirname(file), specifier));
}

test("preloading loads every module that is loaded on demand", async () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const sources = files.filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "preload.ts");
  const wanted = new Set(sources.flatMap(onDemandIn));
  expect(wanted.size).toBeGreaterThan(0);
  expect(new Set(onDemandIn("preload.ts"))).toEqual(wanted);
  await preloadHdf5();
});
