import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { startCpuClock } from "../../../fixtures/cpu-clock.js";
import { countReads } from "../../../fixtures/counted-source.js";
import { damagedFile } from "../../../fuzz/hdf5/damaged-file.js";
import type { ByteInput } from "../byte-source.js";
import { type Hdf5Dataset, openHdf5 } from "./index.js";

function readFixture(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL("../../../fixtures/hdf5/storage/virtual-v200.h5", import.meta.url)));
}

async function openDataset(input: ByteInput, path: string): Promise<Hdf5Dataset> {
  return (await (await openHdf5(input)).get(path)) as Hdf5Dataset;
}

describe("a part of a virtual dataset", () => {
  it.each([
    ["endless blocks", { start: [1, 2], count: [1, 3] }, ["block 1"], 12],
    ["endless columns", { start: [0, 3], count: [3, 2], step: [2, 2] }, ["block 1", "block 2"], 40],
    ["rows", { start: [2, 0], count: [1, 5] }, ["b"], 20],
    ["rows", { start: [1, 0], count: [1, 6] }, [], 0],
  ])("of %s at %o reads only what it needs of %o", async (path, options, sources, bytes) => {
    const source = countReads(readFixture());
    const file = await openHdf5(source);
    const dataset = (await file.get(path)) as Hdf5Dataset;
    const stretches: [from: number, to: number][] = [];
    for (const name of sources) {
      const { address, size } = ((await file.get(name)) as Hdf5Dataset).storage;
      stretches.push([address!, address! + size!]);
    }
    // What describes the file is read at once, for it is small.
    source.reads.length = 0;
    await dataset.read(options);
    expect(source.reads.every(([from, length]) => stretches.some(([a, b]) => from >= a && from + length <= b))).toBe(
      true,
    );
    expect(source.reads.reduce((sum, [, length]) => sum + length, 0)).toBe(bytes);
  });
});

describe("a virtual dataset", () => {
  it("has the extents that its sources give it, and grows with them", async () => {
    const bytes = readFixture();
    expect((await openDataset(bytes, "endless rows")).shape).toEqual([7, 3]);
    expect((await openDataset(bytes, "endless rows")).maxShape).toEqual([Infinity, 3]);
    // The dataspace of "rows of 3": 7 and 3, the first without limit.
    const grown = damagedFile("fixtures/hdf5/storage/virtual-v200", ({ find, set }) => {
      set(find([7, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 255]), 8, 6);
    });
    expect((await openDataset(grown, "endless rows")).shape).toEqual([6, 3]);
    expect((await openDataset(grown, "endless pairs")).shape).toEqual([9, 3]);
  });

  it("of endlessly many pieces is refused before they are gone through", async () => {
    const spent = startCpuClock();
    // The virtual dataset "by turns" of 3 elements that grows: blocks of 1 every 3 along 2^50 elements of the source.
    const bytes = damagedFile("fixtures/hdf5/storage/virtual-v200", ({ find, set }) => {
      set(find([11, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]), 8, 2n ** 40n);
    });
    const dataset = await openDataset(bytes, "endless by turns");
    expect(dataset.shape[0]).toBeGreaterThan(2 ** 39);
    await expect(dataset.read({ start: [2 ** 39] })).rejects.toMatchObject({ code: "limit" });
    await expect(dataset.read({ start: [2 ** 39], count: [1] })).rejects.toMatchObject({ code: "limit" });
    expect(spent()).toBeLessThan(1000);
  });
});
