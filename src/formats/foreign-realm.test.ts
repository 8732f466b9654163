import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { isBytes, openSource } from "./byte-source.js";
import { undoFilters } from "./hdf5/filters/undo-filters.js";
import { openHdf5 } from "./hdf5/index.js";
import { readNpy } from "./npy.js";
import { openZip } from "./zip/archive.js";

/** A copy of bytes as a `Uint8Array` of another realm, as jest's jsdom and frames have. */
function foreign(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = runInNewContext(`new Uint8Array(${bytes.length})`) as Uint8Array<ArrayBuffer>;
  copy.set(bytes);
  expect(copy).not.toBeInstanceOf(Uint8Array);
  return copy;
}

const readFixture = (name: string): Buffer => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url));

describe("values of another realm", () => {
  it("takes bytes and buffers", async () => {
    const bytes = foreign(Uint8Array.of(1, 2, 3));
    for (const input of [bytes, bytes.buffer]) {
      const source = openSource(input);
      expect(await source.read(1, 2)).toEqual(Uint8Array.of(2, 3));
      expect(source.memory).toBeInstanceOf(Uint8Array);
    }
  });

  it("takes a blob by what it says it is", async () => {
    const blob = new Blob([Uint8Array.of(1, 2, 3)]);
    const other = Object.setPrototypeOf({}, null) as Record<string | symbol, unknown>;
    other[Symbol.toStringTag] = "File";
    other["size"] = 3;
    other["slice"] = (start: number, end: number) => blob.slice(start, end);
    expect(await openSource(other as unknown as Blob).read(1, 2)).toEqual(Uint8Array.of(2, 3));
  });

  it("takes what a source of another realm reads", async () => {
    const source = openSource({ size: 3, read: async (_, length) => foreign(new Uint8Array(length).fill(7)) });
    const read = await source.read(0, 2);
    expect(read).toEqual(Uint8Array.of(7, 7));
    expect(read).toBeInstanceOf(Uint8Array);
  });

  it("refuses views of other elements and what only says that it is bytes", () => {
    for (const value of [
      new Uint16Array(2),
      new DataView(new ArrayBuffer(2)),
      { [Symbol.toStringTag]: "Uint8Array" },
    ]) {
      expect(isBytes(value)).toBe(false);
      expect(() => openSource(value as never)).toThrow("wanted a Uint8Array");
    }
    expect(() => openSource(undefined as never)).toThrow("wanted a Uint8Array");
  });

  it("opens an HDF5 file, an archive and an array", async () => {
    const file = await openHdf5(foreign(readFixture("hdf5/small.h5")));
    expect(await file.root.keys()).toEqual(["group", "text"]);
    await expect(openZip(foreign(Uint8Array.of(1, 2)))).rejects.not.toMatchObject({ code: "usage" });
    await expect(readNpy(foreign(Uint8Array.of(1, 2)))).rejects.not.toMatchObject({ code: "usage" });
  });

  it("takes what a registered filter returns", async () => {
    const filters = [{ id: 307, name: "bzip2", optional: false, parameters: [] }];
    const registered = { 307: () => foreign(Uint8Array.of(4, 5)) };
    const bytes = await undoFilters(
      { stored: new Uint8Array(1), mask: 0, offset: 0 },
      { filters, size: 2, registered, place: "x" },
    );
    expect([...bytes]).toEqual([4, 5]);
  });
});
