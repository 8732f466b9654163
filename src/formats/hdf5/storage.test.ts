import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeHdf5 } from "../../../fixtures/describe-hdf5.js";
import type { ByteSource } from "../byte-source.js";
import { type Hdf5Array, type Hdf5Dataset, openHdf5 } from "./index.js";

const folder = new URL("../../../fixtures/hdf5/storage/", import.meta.url);
const names = readdirSync(folder).flatMap((name) => (name.endsWith(".h5") ? [name.slice(0, -3)] : []));

function readFixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`${name}.h5`, folder)));
}

async function openDatasets(input: Uint8Array | ByteSource): Promise<Hdf5Dataset[]> {
  const file = await openHdf5(input);
  const datasets: Hdf5Dataset[] = [];
  for await (const object of file.walk()) if (object.kind === "dataset") datasets.push(object);
  return datasets;
}

async function openDataset(name: string, path: string): Promise<Hdf5Dataset> {
  return (await (await openHdf5(readFixture(name))).get(path)) as Hdf5Dataset;
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

function selections(shape: readonly number[]): fc.Arbitrary<[start: number[], count: number[], step: number[]]> {
  const axis = (extent: number): fc.Arbitrary<[number, number, number]> =>
    fc
      .tuple(fc.nat(extent), fc.integer({ min: 1, max: extent + 1 }))
      .chain(([start, step]) =>
        fc.tuple(fc.constant(start), fc.nat(Math.ceil((extent - start) / step)), fc.constant(step)),
      );
  return fc
    .tuple(...shape.map(axis))
    .map((axes) => [axes.map(([start]) => start), axes.map(([, count]) => count), axes.map(([, , step]) => step)]);
}

/** A source that is no memory, and counts what is read of it. */
function countReads(bytes: Uint8Array): ByteSource & { readonly reads: (readonly [offset: number, length: number])[] } {
  const reads: (readonly [number, number])[] = [];
  return {
    size: bytes.length,
    fresh: true,
    reads,
    read: async (offset, length) => {
      reads.push([offset, length]);
      return bytes.slice(offset, offset + length);
    },
  };
}

describe("storage that libhdf5 wrote", () => {
  it.each(names)("reads %s.h5 as libhdf5 does", async (name) => {
    const { objects } = JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as {
      objects: Record<string, Record<string, unknown>>;
    };
    const found = await describeHdf5(await openHdf5(readFixture(name)));
    expect([...found.keys()]).toEqual(Object.keys(objects));
    for (const [path, object] of found) {
      if (object["kind"] === "dataset") expect({ path, ...object }).toMatchObject({ path, ...objects[path] });
    }
  });

  it.each(names)("reads any part of any dataset of %s.h5 from memory and from elsewhere", async (name) => {
    const bytes = readFixture(name);
    const datasets = await openDatasets(bytes);
    const remote = await openDatasets(countReads(bytes));
    for (const [i, dataset] of datasets.entries()) {
      const whole = await dataset.read();
      await fc.assert(
        fc.asyncProperty(selections(dataset.shape), async ([start, count, step]) => {
          const expected = slice(whole, start, count, step);
          for (const from of [dataset, remote[i]!]) {
            const part = await from.read({ start, count, step });
            expect(part.shape).toEqual(count);
            expect([...(part.data as Int32Array)]).toEqual(expected);
          }
        }),
        { numRuns: 10, seed: i },
      );
    }
  });
});
