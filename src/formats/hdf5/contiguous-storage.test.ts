import { expect, it } from "vitest";
import { countReads } from "../../../fixtures/counted-source.js";
import { readContiguous } from "./contiguous-storage.js";
import type { Hyperslab } from "./hyperslab.js";
import type { FileAccess } from "./file-access.js";
import { planReads } from "./read-planner.js";
import type { ReadJob, StoredDataset } from "./stored-dataset.js";
import { startDecoding } from "./values/decoding.js";

const mebi = 2 ** 20;
const address = 100;
const bytes = new Uint8Array(25 * mebi);
for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 7 + (i >> 8) + (i >> 16)) & 0xff;

function read(shape: number[], elementBytes: number, slab: Hyperslab) {
  const source = countReads(bytes);
  const claims = { owners: new Map(), left: bytes.length };
  const file = { base: 0, end: bytes.length, planner: planReads(source, "x"), claims } as Partial<FileAccess>;
  const header = { address: 0 };
  const dataset = { file, place: "x", shape, elementBytes, header } as unknown as StoredDataset;
  const length = slab.count.reduce((product, count) => product * count, elementBytes);
  const told: number[] = [];
  const job: ReadJob = {
    slab,
    length,
    signal: undefined,
    report: (part) => told.push(part),
    way: { depth: 0, costs: startDecoding(file as FileAccess, {}, "x", "x", 0) },
  };
  const { report: _, ...silent } = job;
  return {
    source,
    told,
    stored: readContiguous(dataset, address, job),
    silent: () => readContiguous(dataset, address, { ...silent, report: undefined }),
  };
}

/** The wanted elements, one after the other, each looked up on its own. */
function pick(shape: number[], elementBytes: number, { start, count, step }: Hyperslab): Uint8Array {
  let places = [0];
  for (const [axis, extent] of shape.entries()) {
    const next: number[] = [];
    for (const place of places) {
      for (let i = 0; i < count[axis]!; i++) next.push(place * extent + start[axis]! + i * step[axis]!);
    }
    places = next;
  }
  const found = new Uint8Array(places.length * elementBytes);
  places.forEach((place, i) => {
    const from = address + place * elementBytes;
    found.set(bytes.subarray(from, from + elementBytes), i * elementBytes);
  });
  return found;
}

const cases: [what: string, shape: number[], elementBytes: number, slab: Hyperslab, reads: number][] = [
  ["a line in steps", [6 * mebi], 4, { start: [3], count: [60_000], step: [100] }, 3],
  ["rows in steps", [24, mebi], 1, { start: [1, 5], count: [11, 1000], step: [2, 1] }, 11],
  ["rows close to each other", [6, 64, 65_536], 1, { start: [0, 1, 2], count: [6, 16, 30], step: [1, 4, 3] }, 3],
  [
    "columns of every row",
    [3, 64, 128, 1024],
    1,
    { start: [1, 0, 0, 3], count: [2, 64, 128, 2], step: [1, 1, 1, 9] },
    2,
  ],
  [
    "far elements of three axes",
    [3, 2, 4, mebi],
    1,
    { start: [0, 0, 1, 7], count: [3, 2, 2, 1], step: [1, 1, 2, 1] },
    12,
  ],
  ["far elements of two axes", [5, 4, mebi], 1, { start: [0, 0, 7], count: [5, 2, 1], step: [1, 2, 1] }, 10],
];

it.each(cases)("reads %s in parts", async (_, shape, elementBytes, slab, reads) => {
  const { source, stored, told } = read(shape, elementBytes, slab);
  const expected = pick(shape, elementBytes, slab);
  expect(Buffer.from((await stored).bytes).equals(expected)).toBe(true);
  expect(source.reads).toHaveLength(reads);
  expect(Math.max(...source.reads.map(([, length]) => length))).toBeLessThanOrEqual(8 * mebi);
  expect(told.reduce((sum, part) => sum + part, 0)).toBe(expected.length);
});

it("reads what is in one piece at once, in memory that needs no copy, and in parts for who wants to be told", async () => {
  const slab = { start: [2, 0], count: [20, mebi], step: [1, 1] };
  const { source, stored, told, silent } = read([24, mebi], 1, slab);
  const inParts = await stored;
  expect(told).toEqual([8 * mebi, 8 * mebi, 4 * mebi]);
  source.reads.length = 0;
  const atOnce = await silent();
  expect(source.reads).toEqual([[address + 2 * mebi, 20 * mebi]]);
  expect([inParts.fresh, atOnce.fresh]).toEqual([true, true]);
  const expected = bytes.subarray(address + 2 * mebi, address + 22 * mebi);
  for (const { bytes: found } of [inParts, atOnce]) expect(Buffer.from(found).equals(expected)).toBe(true);
});

it("refuses an array that ends behind the file", async () => {
  const { stored } = read([25, mebi], 1, { start: [0, 0], count: [1, 1], step: [1, 1] });
  await expect(stored).rejects.toMatchObject({ code: "truncated", path: "x", offset: address });
});
