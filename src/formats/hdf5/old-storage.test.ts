import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Cursor } from "../cursor.js";
import { readDataLayout } from "./data-layout.js";
import { type Hdf5Dataset, openHdf5 } from "./index.js";

function readOriginal(): Uint8Array {
  return new Uint8Array(readFileSync(new URL("../../../fixtures/hdf5/storage/layouts-earliest.h5", import.meta.url)));
}

async function openDatasets(bytes: Uint8Array): Promise<Map<string, Hdf5Dataset>> {
  const datasets = new Map<string, Hdf5Dataset>();
  for await (const object of (await openHdf5(bytes)).walk()) {
    if (object.kind === "dataset") datasets.set(object.path.slice(1), object);
  }
  return datasets;
}

/** Changes a copy of a file at every place whose hexadecimal digits match, and tells how many these are. */
function patch(bytes: Uint8Array, mark: RegExp, change: (view: DataView, at: number) => void): [Uint8Array, number] {
  const changed = bytes.slice();
  const view = new DataView(changed.buffer);
  const digits = [...Buffer.from(bytes).toString("hex").matchAll(mark)];
  const places = digits.flatMap(({ index }) => (index % 2 === 0 ? [index / 2] : []));
  for (const place of places) change(view, place);
  return [changed, places.length];
}

async function expectSame(changed: Uint8Array, original: Uint8Array): Promise<void> {
  const datasets = await openDatasets(changed);
  expect(datasets.size).toBeGreaterThan(90);
  for (const [path, dataset] of await openDatasets(original)) {
    expect(await datasets.get(path)!.read(), path).toEqual(await dataset.read());
    expect(datasets.get(path)!.storage, path).toEqual(dataset.storage);
  }
}

describe("storage as HDF5 1.4 and 1.6 wrote it", () => {
  it.each([1, 2])("reads layouts of version %i: chunks", async (version) => {
    const original = readOriginal();
    // Version 3: class 2, 2 extents, the address of the index, the extents of 32 bits.
    const [changed, count] = patch(original, /030202.{16}0[25]00000004000000/g, (view, at) => {
      const [low, high] = [view.getUint32(at + 3, true), view.getUint32(at + 7, true)];
      const extent = view.getUint32(at + 11, true);
      for (let i = 0; i < 24; i++) view.setUint8(at + i, 0);
      view.setUint8(at, version);
      view.setUint8(at + 1, 2);
      view.setUint8(at + 2, 2);
      view.setUint32(at + 8, low, true);
      view.setUint32(at + 12, high, true);
      view.setUint32(at + 16, extent, true);
      view.setUint32(at + 20, 4, true);
    });
    expect(count).toBeGreaterThan(20);
    await expectSame(changed, original);
  });

  it.each([1, 2])("reads layouts of version %i: one piece, whose size only the shape says", async (version) => {
    const original = readOriginal();
    // Version 3: class 1, an address, the size of a scalar of 4 bytes.
    const [changed, count] = patch(original, /0301.{8}(?:00){4}04(?:00){7}/g, (view, at) => {
      const low = view.getUint32(at + 2, true);
      for (let i = 0; i < 24; i++) view.setUint8(at + i, 0);
      view.setUint8(at, version);
      view.setUint8(at + 1, 1);
      view.setUint8(at + 2, 1);
      view.setUint32(at + 8, low, true);
      view.setUint32(at + 16, 4, true);
    });
    expect(count).toBe(1);
    await expectSame(changed, original);
  });

  it("reads layouts of versions 1 and 2: within the header", () => {
    for (const version of [1, 2]) {
      const message = Uint8Array.from([version, 2, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 7, 8, 9, 0]);
      const layout = readDataLayout(new Cursor(message, "x", 100), { offsets: 8, lengths: 8 });
      expect(layout).toEqual({ kind: "compact", offset: 120, bytes: Uint8Array.of(7, 8, 9) });
    }
  });

  it("takes the old fill value where it is alone", async () => {
    const original = readOriginal();
    // A Fill Value message of version 2 with the value -3, 8 bytes behind its type; the old message stands beside it.
    const [changed, count] = patch(original, /02.{4}0104000000fdffffff/g, (view, at) => {
      view.setUint16(at - 8, 0, true);
    });
    expect(count).toBeGreaterThan(10);
    await expectSame(changed, original);
    const [zeros] = patch(changed, /04000000fdffffff/g, (view, at) => view.setUint32(at, 0xffff_ffff, true));
    const dataset = (await openDatasets(zeros)).get("line part");
    expect(((await dataset!.read()).data as Int32Array)[0]).toBe(0);
  });
});
