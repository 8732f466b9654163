import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { readAllOfHdf5, readHdf5Fixture } from "../../../fixtures/read-hdf5.js";

/** Real files by other people, beside the project. */
const corpus = fileURLToPath(new URL("../../../../shared/corpus/", import.meta.url));
const exists = existsSync(corpus);

it("refuses a file cut off at any byte", async () => {
  const bytes = readHdf5Fixture("small");
  const codes = new Set<string>();
  for (let length = 0; length < bytes.length; length++) {
    const refusals = await readAllOfHdf5(bytes.subarray(0, length));
    expect(refusals, `cut to ${length} bytes`).toHaveLength(1);
    codes.add(refusals[0]!);
  }
  expect([...codes].sort()).toEqual(["file truncated", "file unknown-format"]);
});

it("throws nothing but typed errors for 4000 files with changed bytes", async () => {
  const allowed = /(?:truncated|corrupt|limit|unsafe|unsupported-hdf5|unknown-format)$/;
  const files = ["small", "attributes", "texts", "bfloat16", "types", "fill", "external-links", "chunked"];
  const random = seededRandom(20_26);
  let refused = 0;
  for (const name of files) {
    const good = readHdf5Fixture(name);
    for (let i = 0; i < 500; i++) {
      const bytes = good.slice();
      for (let flips = 1 + (i % 4); flips > 0; flips--) {
        // Half of the changes fall into the first 2 KiB, where most of what describes a file lies.
        const end = random() < 0.5 ? Math.min(2048, bytes.length) : bytes.length;
        bytes[Math.floor(random() * end)] = Math.floor(random() * 256);
      }
      const refusals = await readAllOfHdf5(bytes);
      for (const line of refusals) expect(line).toMatch(allowed);
      if (refusals.length > 0) refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(1000);
});

it.skipIf(!exists)("reads each file of the corpus or refuses it with a typed error", async () => {
  const paths = readdirSync(corpus, { recursive: true, encoding: "utf8" }).filter((path) =>
    /\.(?:h5|hdf5)$/.test(path),
  );
  let read = 0;
  for (const path of paths) if ((await readAllOfHdf5(readFileSync(corpus + path))).length === 0) read += 1;
  expect(read).toBeGreaterThan(paths.length / 2);
});

/** Numbers from 0 to 1, the same in each run (the generator mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
