import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Unpacked, unpackProject } from "../../../fixtures/packed.js";
import { bundlePage, compressedBytes, loadedAtFirst } from "../../../fixtures/page-bundle.js";

let unpacked: Unpacked;
beforeAll(async () => {
  unpacked = await unpackProject();
}, 60_000);
afterAll(async () => {
  await unpacked.remove();
});

test.each(["the sources", "the package"])(
  "a page loads at most 15,000 bytes of the reader before it opens a file, and 37,500 in all, from %s",
  async (from) => {
    const built = join(unpacked.root, "dist/formats/hdf5/index.js");
    const entry = from === "the package" ? built : fileURLToPath(new URL("index.ts", import.meta.url));
    const chunks = await bundlePage(entry, true);
    const atFirst = compressedBytes(loadedAtFirst(chunks));
    const onDemand = compressedBytes(chunks) - atFirst;
    const whole = await bundlePage(entry, false);
    const inAll = compressedBytes(whole);
    console.log(`kerasproof/hdf5 in a page, from ${from}, in bytes gzipped:`);
    console.log(`${atFirst} at first and ${onDemand} on demand; ${inAll} where a bundle is one file`);
    expect(whole).toHaveLength(1);
    expect(atFirst).toBeLessThanOrEqual(15_000);
    expect(inAll).toBeLessThanOrEqual(37_500);
  },
);

test("what pages take without a bundler has at most 15,000 bytes, and one file more on demand", async () => {
  const folder = join(unpacked.root, "dist/browser");
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const sizes = new Map(names.map((name, i) => [name, gzipSync(texts[i]!, { level: 9 }).length]));
  console.log("dist/browser, in bytes gzipped:", Object.fromEntries(sizes));
  expect([...sizes.keys()].sort()).toEqual(["hdf5-rare-parts.js", "hdf5.js"]);
  expect(sizes.get("hdf5.js")).toBeLessThanOrEqual(15_000);
  const imported = texts.flatMap((text) =>
    Array.from(text.matchAll(/(?:from|import\()\s*[`"']([^`"']+)/g), ([, name]) => name),
  );
  expect(new Set(imported)).toEqual(new Set(["./hdf5.js", "./hdf5-rare-parts.js"]));
  const shipped = (await import(pathToFileURL(join(folder, "hdf5.js")).href)) as object;
  const entry = (await import("./index.js")) as object;
  expect(Object.keys(shipped)).toEqual(expect.arrayContaining(Object.keys(entry)));
});
