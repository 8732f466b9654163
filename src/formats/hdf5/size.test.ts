import { join } from "node:path";
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
