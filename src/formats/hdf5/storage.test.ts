import { readdirSync, readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { type Arbitrary, assert, asyncProperty, constant, integer, nat, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { countReads } from "../../../fixtures/counted-source.js";
import type { KerasProofError } from "../../errors.js";
import type { ByteInput } from "../byte-source.js";
import { type FilterFunction, type Hdf5Array, type Hdf5Dataset, type Hdf5Options, openHdf5 } from "./index.js";

const folder = new URL("../../../fixtures/hdf5/storage/", import.meta.url);
const names = readdirSync(folder).flatMap((name) => (name.endsWith(".h5") ? [name.slice(0, -3)] : []));

function readFixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`${name}.h5`, folder)));
}

async function openDatasets(input: ByteInput, options?: Hdf5Options): Promise<Map<string, Hdf5Dataset>> {
  const file = await openHdf5(input, options);
  const datasets = new Map<string, Hdf5Dataset>();
  for await (const object of file.walk()) if (object.kind === "dataset") datasets.set(object.path.slice(1), object);
  return datasets;
}

async function openDataset(input: ByteInput, path: string, options?: Hdf5Options): Promise<Hdf5Dataset> {
  return (await (await openHdf5(input, options)).get(path)) as Hdf5Dataset;
}

function findAll(bytes: Uint8Array, marks: readonly string[]): number[] {
  const text = Buffer.from(bytes).toString("latin1");
  return marks.flatMap((mark) => [...text.matchAll(new RegExp(mark, "g"))].map(({ index }) => index));
}

/** The part of an array that a selection means, element by element. */
function slice(array: Hdf5Array, start: number[], count: number[], step: number[]): number[] {
  const data = array.data as Int32Array;
  let found = [0];
  for (let axis = 0; axis < count.length; axis++) {
    const indices = Array.from({ length: count[axis]! }, (_, i) => start[axis]! + i * step[axis]!);
    found = found.flatMap((outer) => indices.map((index) => outer * array.shape[axis]! + index));
  }
  return found.map((index) => data[index]!);
}

function axisSelections(extent: number): Arbitrary<[start: number, count: number, step: number]> {
  return tuple(nat(extent), integer({ min: 1, max: extent + 1 })).chain(([start, step]) =>
    tuple(constant(start), nat(Math.ceil((extent - start) / step)), constant(step)),
  );
}

function selections(shape: readonly number[]): Arbitrary<[start: number[], count: number[], step: number[]]> {
  return tuple(...shape.map(axisSelections)).map((axes) => [
    axes.map(([start]) => start),
    axes.map(([, count]) => count),
    axes.map(([, , step]) => step),
  ]);
}

describe("a part of a dataset", () => {
  it.each(names)("is that of the whole for every dataset of %s.h5, from memory and from elsewhere", async (name) => {
    const bytes = readFixture(name);
    const remote = await openDatasets(countReads(bytes));
    let seed = 0;
    for (const [path, dataset] of await openDatasets(bytes)) {
      const whole = await dataset.read().catch(() => undefined);
      if (whole === undefined) continue;
      await assert(
        asyncProperty(selections(dataset.shape), async ([start, count, step]) => {
          const expected = slice(whole, start, count, step);
          for (const from of [dataset, remote.get(path)!]) {
            const part = await from.read({ start, count, step });
            expect(part.shape).toEqual(count);
            expect([...(part.data as Int32Array)]).toEqual(expected);
          }
        }),
        { numRuns: 5, seed: seed++ },
      );
    }
  });

  it("finds the chunks at the borders of blocks and pages", async () => {
    for (const name of ["long-earliest", "long-v110", "long-v200", "pages"]) {
      for (const dataset of (await openDatasets(readFixture(name))).values()) {
        const whole = (await dataset.read()).data as Int32Array;
        const size = dataset.shape.length;
        for (const at of [0, 5, 63, 1023, 1024, 2047, 2048, whole.length - 1]) {
          const row = dataset.shape.at(-1)!;
          const start = size === 1 ? [at] : [Math.floor(at / row) % 40, at % row];
          const part = (await dataset.read({ start, count: start.map(() => 1) })).data as Int32Array;
          expect(part[0], `${name} ${dataset.path} ${at}`).toBe(whole[size === 1 ? at : start[0]! * row + start[1]!]);
        }
      }
    }
  });

  it("needs no count, no start and no step", async () => {
    const dataset = await openDataset(readFixture("layouts-earliest"), "large table whole");
    const whole = await dataset.read();
    expect((await dataset.read({ start: [2, 3] })).shape).toEqual([5, 7]);
    expect((await dataset.read({ step: [3, 4] })).data).toEqual(Int32Array.from(slice(whole, [0, 0], [3, 3], [3, 4])));
    expect((await dataset.read({ count: [1, 2] })).data).toEqual(Int32Array.of(1, 8));
    expect((await dataset.read({ start: [7, 10] })).shape).toEqual([0, 0]);
  });

  it.each([
    { start: [8, 0] },
    { start: [-1, 0] },
    { start: [0.5, 0] },
    { start: [0] },
    { start: [0, 0, 0] },
    { count: [8, 1] },
    { count: [1, -1] },
    { count: [1, Number.NaN] },
    { count: [2, 2], step: [7, 1] },
    { step: [0, 1] },
    { step: [1.5, 1] },
    { step: [1] },
  ])("is refused as the caller's mistake for %o", async (options) => {
    const dataset = await openDataset(readFixture("layouts-earliest"), "large table whole");
    await expect(dataset.read(options)).rejects.toMatchObject({ code: "usage", path: "file.h5!/large table whole" });
  });

  it.each([
    ["long-earliest", "tree", "b-tree-v1"],
    ["long-v110", "growing", "extensible-array"],
    ["pages", "paged", "extensible-array"],
  ])("of %s.h5 at %s is read without the blocks of the %s that lead elsewhere", async (name, path, chunkIndex) => {
    const bytes = readFixture(name);
    const dataset = await openDataset(bytes, path);
    expect(dataset.storage.chunkIndex).toBe(chunkIndex);
    const last = { start: dataset.shape.map((extent) => extent - 1) };
    const expected = (await dataset.read(last)).data;
    const found = { whole: 0, part: 0 };
    for (const at of findAll(bytes, ["TREE", "FADB", "EADB", "EASB"])) {
      const damaged = bytes.slice();
      damaged[at] = 0;
      const refuses = async (read: (dataset: Hdf5Dataset) => Promise<unknown>): Promise<boolean> =>
        openDataset(damaged, path)
          .then(read)
          .then(
            () => false,
            () => true,
          );
      if (await refuses((damagedSet) => damagedSet.read())) found.whole += 1;
      if (await refuses(async (damagedSet) => expect((await damagedSet.read(last)).data).toEqual(expected)))
        found.part += 1;
    }
    expect(found.part).toBeGreaterThan(0);
    expect(found.whole).toBeGreaterThan(found.part);
  });
});

describe("the reads of values", () => {
  it("takes a handful of reads for many datasets that are asked for at once", async () => {
    const source = countReads(readFixture("layouts-earliest"));
    const datasets = [...(await openDatasets(source)).values()];
    source.reads.length = 0;
    const together = await Promise.all(datasets.map((dataset) => dataset.read()));
    expect(source.reads.length).toBeLessThan(5);
    const apart = await openDatasets(readFixture("layouts-earliest"));
    const expected: Hdf5Array[] = [];
    for (const dataset of apart.values()) expected.push(await dataset.read());
    expect(together).toEqual(expected);
  });

  it("tells of progress up to the whole", async () => {
    for (const input of [readFixture("layouts-v110"), countReads(readFixture("layouts-v110"))]) {
      for (const dataset of (await openDatasets(input)).values()) {
        const told: { done: number; total: number }[] = [];
        const values = await dataset.read({ onProgress: (progress) => told.push(progress) });
        const total = (values.data as Int32Array).byteLength;
        expect(told.at(-1)).toEqual(total === 0 ? undefined : { done: total, total });
        expect(told.every(({ done }, i) => i === 0 || done > told[i - 1]!.done)).toBe(true);
        // One part for each of the 9 chunks.
        if (dataset.path === "/table whole") expect(told).toHaveLength(9);
      }
    }
  });

  it("stops with an aborted error, before and while it reads", async () => {
    const source = countReads(readFixture("layouts-v110"));
    const datasets = await openDatasets(source);
    for (const path of ["contiguous", "table whole", "table deflated"]) {
      const dataset = datasets.get(path)!;
      await expect(dataset.read({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
      // Its few bytes are in memory already.
      if (path === "contiguous") continue;
      const controller = new AbortController();
      const reading = dataset.read({ signal: controller.signal });
      controller.abort();
      await expect(reading).rejects.toMatchObject({ code: "aborted" });
    }
  });

  it("takes small values that came with what describes them from memory", async () => {
    const source = countReads(readFixture("layouts-v110"));
    const datasets = await openDatasets(source);
    const before = source.reads.length;
    const { data } = await datasets.get("contiguous")!.read();
    expect(source.reads.length).toBe(before);
    expect((data as Int32Array).buffer.byteLength).toBe((data as Int32Array).byteLength);
  });

  it("passes on what the source throws, to everyone who waits", async () => {
    const bytes = readFixture("layouts-v110");
    let broken = false;
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      if (broken) throw new Error("unplugged");
      return bytes.slice(offset, offset + length);
    };
    const datasets = await openDatasets({ size: bytes.length, read });
    broken = true;
    for (const path of ["table whole", "table deflated"]) {
      await expect(datasets.get(path)!.read()).rejects.toThrow("unplugged");
    }
  });

  it("hands out memory that is neither the file's nor another array's", async () => {
    for (const input of [readFixture("layouts-v110"), countReads(readFixture("layouts-v110"))]) {
      for (const dataset of (await openDatasets(input)).values()) {
        const [first, second] = await Promise.all([dataset.read(), dataset.read()]);
        const expected = (second.data as Int32Array).slice();
        (first.data as Int32Array).fill(77);
        expect(second.data).toEqual(expected);
        expect((await dataset.read()).data).toEqual(expected);
        expect((first.data as Int32Array).buffer.byteLength).toBe((first.data as Int32Array).byteLength);
      }
    }
  });
});

describe("chunks that went through a filter that nobody knows", () => {
  it("are refused, but not those that left it out nor those that were never written", async () => {
    const bytes = readFixture("layouts-earliest");
    // The filter pipeline of "filters left out": version 1, of 3 filters, the first of which is 2, shuffle.
    const pipeline = Buffer.from(bytes.buffer).indexOf(Buffer.from([1, 3, 0, 0, 0, 0, 0, 0, 2, 0]));
    const deflate = Buffer.from(bytes.buffer).indexOf("deflate", pipeline) - 8;
    expect(pipeline).toBeGreaterThan(0);
    // Its number becomes 30000, and its flags say that it was not optional.
    bytes.set([0x30, 0x75], deflate);
    bytes[deflate + 4] = 0;
    const dataset = await openDataset(bytes, "filters left out");
    expect(dataset.refusal).toMatchObject({ code: "unsupported-hdf5" });
    const unfiltered = await dataset.read({ start: [0, 3], count: [2, 3] });
    expect(unfiltered.data).toEqual(Int32Array.of(22, 29, 36, 64, 71, 78));
    expect((await dataset.read({ start: [2, 0], count: [2, 3] })).data).toEqual(
      Int32Array.of(85, 92, 99, 127, 134, 141),
    );
    await expect(dataset.read()).rejects.toMatchObject({ code: "unsupported-hdf5", offset: expect.any(Number) });
    const known = await openDataset(bytes, "filters left out", { filters: { 30000: (chunk) => inflateSync(chunk) } });
    expect(known.refusal).toBeUndefined();
    expect((await known.read()).shape).toEqual([4, 6]);
  });

  it("are undone by a function that reads from the same file, though each takes all the memory for chunks", async () => {
    const readLarge = async (name: string): Promise<Hdf5Array> => ((await file.get(name)) as Hdf5Dataset).read();
    // In place of the built-in shuffle.
    const unshuffle = async (chunk: Uint8Array, [size = 1]: readonly number[]): Promise<Uint8Array> => {
      expect((await readLarge("plain")).data).toEqual(Int32Array.from({ length: 10 }, (_, i) => i + 1));
      const count = chunk.length / size;
      const values = new Uint8Array(chunk.length);
      for (let i = 0; i < 10 * size; i++) values[i] = chunk[(i % size) * count + Math.floor(i / size)]!;
      return values;
    };
    const file = await openHdf5(readFixture("large-chunks"), { filters: { 2: unshuffle } });
    for (const { data } of await Promise.all([readLarge("shuffled"), readLarge("shuffled"), readLarge("shuffled")])) {
      expect(data).toEqual(Int32Array.from({ length: 10 }, (_, i) => i));
    }
  });
});

describe("storage that contradicts itself", () => {
  it("is told by its first chunk that is wrong, before the index behind it", async () => {
    const bytes = readFixture("layouts-earliest");
    const offsets: number[] = [];
    const inflate = (chunk: Uint8Array): Uint8Array => {
      offsets.push(chunk.byteOffset);
      return inflateSync(chunk);
    };
    const open = async (filter: FilterFunction): Promise<Hdf5Dataset> =>
      openDataset(bytes, "box deflated", { filters: { 1: filter } });
    await (await open(inflate)).read();
    expect(offsets).toHaveLength(4);
    const address = Buffer.alloc(8);
    address.writeBigUInt64LE(BigInt(offsets[3]!));
    bytes.set([0, 0, 0, 0, 1], Buffer.from(bytes.buffer).indexOf(address));
    await expect((await open(inflate)).read()).rejects.toMatchObject({ code: "truncated" });
    let calls = 0;
    // The first chunk is the last to be told.
    const fail = async (): Promise<Uint8Array> => {
      const number = calls++;
      await new Promise((resolve) => setTimeout(resolve, 20 - 5 * number));
      throw new Error(`chunk ${number}`);
    };
    await expect((await open(fail)).read()).rejects.toMatchObject({
      code: "corrupt",
      offset: offsets[0],
      cause: { message: "chunk 0" },
    });
    expect(calls).toBe(3);
  });

  it("is refused where chunks have no elements, another rank or size of elements, or too many", async () => {
    const bytes = readFixture("layouts-earliest");
    // The layout message of "line whole": version 3, chunked, 2 extents, an address, then 5 and 4.
    const extents = Buffer.from(bytes.buffer).indexOf(Buffer.from([5, 0, 0, 0, 4, 0, 0, 0]));
    // The dataspace of "large table whole": 7 and 10, which can grow to 9 and 21.
    const space = Buffer.from(bytes.buffer).indexOf(Buffer.from([10, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 21]));
    expect([extents, space].every((at) => at > 0)).toBe(true);
    for (const [at, value, path] of [
      [extents, 0, "line whole"],
      [extents + 4, 8, "line whole"],
      [extents - 9, 1, "line whole"],
      [space, 22, "large table"],
    ] as const) {
      const changed = bytes.slice();
      changed[at] = value;
      const read = async (): Promise<unknown> => {
        const file = await openHdf5(changed);
        if (path === "line whole") return ((await file.get(path)) as Hdf5Dataset).read();
        const datasets = await openDatasets(changed);
        return [...datasets.values()].find(({ shape }) => shape[1] === 22)!.read();
      };
      await expect(read()).rejects.toMatchObject({ code: "corrupt" });
    }
  });

  it("is refused where more values are claimed than the limits allow", async () => {
    const small = { limits: { arrayBytes: 100 } };
    const dataset = await openDataset(readFixture("layouts-v110"), "large table whole", small);
    await expect(dataset.read()).rejects.toMatchObject({ code: "limit" });
    expect((await dataset.read({ count: [2, 3] })).data).toEqual(Int32Array.of(1, 8, 15, 71, 78, 85));
  });

  it("is refused where a small file claims a large array, but for parts of it", async () => {
    for (const path of ["contiguous", "chunked"]) {
      const dataset = await openDataset(readFixture("claims"), path);
      await expect(dataset.read()).rejects.toMatchObject({ code: "limit" });
      expect((await dataset.read({ start: [5999, 5998] })).data).toEqual(Int32Array.of(3, 3));
      const generous = await openDataset(readFixture("claims"), path, { limits: { arrayRatio: 1e6 } });
      expect((await generous.read()).shape).toEqual([6000, 6000]);
    }
  });

  it("is refused with its place and byte at every damaged checksum", async () => {
    const bytes = readFixture("long-v110");
    const marks = ["FAHD", "FADB", "EAHD", "EAIB", "EASB", "EADB", "BTHD", "BTLF", "BTIN"];
    for (const mark of marks) {
      const at = Buffer.from(bytes.buffer).indexOf(mark);
      if (at < 0) continue;
      const changed = bytes.slice();
      changed[at + 4 + 12] = changed[at + 16]! ^ 0xff;
      const codes = new Set<string>();
      for (const dataset of (await openDatasets(changed)).values()) {
        const error: unknown = await dataset.read().then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error !== undefined) codes.add((error as KerasProofError).code);
        if (error !== undefined) expect((error as KerasProofError).offset).toBeGreaterThan(at);
      }
      expect([mark, ...codes]).toEqual([mark, "bad-checksum"]);
    }
  });
});
