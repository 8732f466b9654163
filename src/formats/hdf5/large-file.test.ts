import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openFile } from "../file-source.js";
import { type Hdf5Dataset, openHdf5 } from "./index.js";

it("reads values behind 4 GiB, whole and in part, without what lies before them", async () => {
  const bytes = new Uint8Array(
    readFileSync(new URL("../../../fixtures/hdf5/storage/layouts-earliest.h5", import.meta.url)),
  );
  const { storage } = (await (await openHdf5(bytes)).get("contiguous")) as Hdf5Dataset;
  const values = bytes.slice(storage.address, storage.address! + storage.size!);
  // Its layout message: version 3, class 1, an address and a size. The superblock says where the file ends.
  const view = new DataView(bytes.buffer);
  const layout = Buffer.alloc(18);
  layout.set([3, 1]);
  layout.writeBigUInt64LE(BigInt(storage.address!), 2);
  layout.writeBigUInt64LE(BigInt(storage.size!), 10);
  const at = Buffer.from(bytes.buffer).indexOf(layout);
  expect(at).toBeGreaterThan(0);
  const address = 5 * 2 ** 30 + 8;
  view.setBigUint64(at + 2, BigInt(address), true);
  view.setBigUint64(40, BigInt(address + values.length), true);
  const folder = mkdtempSync(join(tmpdir(), "kerasproof-"));
  try {
    const path = join(folder, "large.h5");
    const written = openSync(path, "w");
    writeSync(written, bytes, 0, bytes.length, 0);
    ftruncateSync(written, address);
    writeSync(written, values, 0, values.length, address);
    closeSync(written);
    const source = await openFile(path);
    let read = 0;
    const counted = {
      size: source.size,
      read: (offset: number, length: number): Promise<Uint8Array> => {
        read += length;
        return source.read(offset, length);
      },
    };
    const dataset = (await (await openHdf5(counted)).get("contiguous")) as Hdf5Dataset;
    expect(dataset.storage.address).toBe(address);
    const expected = Int32Array.from({ length: 24 }, (_, i) => 7 * i + 1);
    expect((await dataset.read()).data).toEqual(expected);
    expect((await dataset.read({ start: [3, 5] })).data).toEqual(expected.subarray(23));
    expect(read).toBeLessThan(2 ** 23);
    await source.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
