import { describe, expect, it } from "vitest";
import { startCpuClock } from "../../../fixtures/cpu-clock.js";
import { openSource } from "../byte-source.js";
import type { FileAccess } from "./file-access.js";
import { maxPlainBytes, openPlain } from "./fractal-heap-filters.js";
import { pagedBytes } from "./paged-bytes.js";

/** Reads blocks of a file of zeros that went through a pipeline without filters. */
function filteredBlocks(fileBytes: number): (address: number, size: number) => Promise<number> {
  const pages = pagedBytes(openSource(new Uint8Array(fileBytes)), "heap");
  const claims = { owners: new Map<number, number>(), left: Infinity };
  const file = { pages, base: 0, end: fileBytes, filters: {}, claims } as Partial<FileAccess> as FileAccess;
  return async (address, size) => {
    const stored = { storedBytes: size, mask: 0 };
    const heap = { file, owner: 0, place: "heap", filters: { pipeline: [], root: stored } };
    return (await pages.run(() => openPlain(heap, address, size, stored))).length;
  };
}

describe("the filtered blocks of heaps", () => {
  it("count once where several wait for them at the same time, and are refused beyond a sum", async () => {
    const half = maxPlainBytes / 2;
    const read = filteredBlocks(maxPlainBytes + 1);
    expect(await Promise.all([read(0, half), read(0, half), read(0, half)])).toEqual([half, half, half]);
    expect(await read(half, half)).toBe(half);
    expect(await read(0, half)).toBe(half);
    await expect(read(maxPlainBytes, 1)).rejects.toMatchObject({
      code: "limit",
      message: expect.stringContaining(`found filtered heap blocks of ${maxPlainBytes + 1} bytes`),
    });
  });

  it("are added up once each, however many there are", async () => {
    const many = 40_000;
    const read = filteredBlocks(many);
    const spent = startCpuClock();
    for (let address = 0; address < many; address++) await read(address, 1);
    expect(spent()).toBeLessThan(2000);
  });
});
