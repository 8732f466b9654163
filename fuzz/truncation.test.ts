import { expect, it } from "vitest";
import { fixChecksums } from "./hdf5/checksums.js";
import { execute } from "./execute.js";
import { findLandmarks } from "./hdf5/landmarks.js";
import { hdf5 } from "./targets/hdf5.js";
import { json } from "./targets/json.js";
import { npy } from "./targets/npy.js";
import { safetensors } from "./targets/safetensors.js";
import { zip } from "./targets/zip.js";
import type { Target } from "./target.js";

/** Of the seeds of each target, so many of the smallest are cut at each byte. */
const cut: readonly (readonly [name: string, target: Target, seeds: number])[] = [
  ["HDF5", hdf5, 8],
  ["ZIP", zip, 20],
  ["NPY", npy, 40],
  ["safetensors", safetensors, 40],
];

it.each(cut)("refuses every sound %s file cut at any byte", async (_name, target, count) => {
  for (const seed of target.seeds().slice(0, count)) {
    const sound = (await expectLawful(target, seed)) === 0;
    for (let length = 0; length < seed.length; length++) {
      const refused = await expectLawful(target, seed.slice(0, length));
      if (sound) expect(refused, `cut to ${length} of ${seed.length} bytes`).toBeGreaterThan(0);
    }
  }
});

it("reads or refuses a JSON text cut at any byte", async () => {
  for (const seed of json.seeds().slice(0, 200)) {
    for (let length = 0; length < seed.length; length++) await expectLawful(json, seed.slice(0, length));
  }
});

it("reads or refuses an HDF5 file that says itself where it was cut", async () => {
  let refused = 0;
  for (const seed of hdf5.seeds().slice(0, 6)) {
    const { checksums } = findLandmarks(seed);
    const version = seed[8]!;
    const endAt = version < 2 ? 40 : 28;
    for (let length = 64; length < seed.length; length++) {
      const bytes = seed.slice(0, length);
      new DataView(bytes.buffer).setBigUint64(endAt, BigInt(length), true);
      fixChecksums(bytes, checksums);
      refused += await expectLawful(hdf5, bytes);
    }
  }
  expect(refused).toBeGreaterThan(1000);
});

/** Returns how much was refused. */
async function expectLawful(target: Target, bytes: Uint8Array): Promise<number> {
  const { violations, messages } = await execute(target, bytes, false);
  const broken = violations.filter(({ law }) => law !== "time");
  expect(broken.map(({ law, message }) => `cut to ${bytes.length} bytes: ${law}: ${message}`)).toEqual([]);
  return messages.length;
}
