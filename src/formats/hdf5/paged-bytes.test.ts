import { expect, it } from "vitest";
import type { ByteSource } from "../byte-source.js";
import { pagedBytes } from "./paged-bytes.js";

/** A source whose byte i is i modulo 251, which notes what is read of it. */
function countedSource(size: number): ByteSource & { readonly reads: (readonly [number, number])[] } {
  const reads: (readonly [number, number])[] = [];
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    reads.push([offset, length]);
    return Uint8Array.from({ length }, (_, i) => (offset + i) % 251);
  };
  return { size, read, reads };
}

const page = 2 ** 16;
const large = 2 ** 20 + 1000;

it("reads a small source at once", async () => {
  const source = countedSource(2 ** 20);
  const pages = pagedBytes(source, "x");
  const sum = await pages.run(() => pages.bytes(0, 3, "x")[2]! + pages.bytes(2 ** 20 - 1, 1, "x")[0]!);
  expect(sum).toBe(2 + ((2 ** 20 - 1) % 251));
  expect(source.reads).toEqual([[0, 2 ** 20]]);
});

it("reads of a large source the page that is wanted", async () => {
  const source = countedSource(large);
  const pages = pagedBytes(source, "x");
  expect(await pages.run(() => pages.bytes(5 * page + 7, 1, "x")[0])).toBe((5 * page + 7) % 251);
  expect(source.reads).toEqual([[5 * page, page]]);
});

it("joins a stretch that crosses pages", async () => {
  const pages = pagedBytes(countedSource(large), "x");
  const start = page - 10;
  const length = 2 * page + 30;
  const expected = Uint8Array.from({ length }, (_, i) => (start + i) % 251);
  expect(await pages.run(() => pages.bytes(start, length, "x"))).toEqual(expected);
});

it("reads the last page, which is shorter", async () => {
  const pages = pagedBytes(countedSource(large), "x");
  expect(await pages.run(() => pages.bytes(large - 1, 1, "x"))).toEqual(Uint8Array.of((large - 1) % 251));
});

it("reads further ahead the longer an operation goes on", async () => {
  const source = countedSource(large);
  const pages = pagedBytes(source, "x");
  await pages.run(() => {
    for (let at = 0; at < large; at += page) pages.bytes(at, 1, "x");
  });
  expect(source.reads.map(([offset]) => offset / page)).toEqual([0, 1, 3, 7, 15]);
});

it("refuses a stretch behind the end of the source", async () => {
  const pages = pagedBytes(countedSource(10), "x");
  await expect(pages.run(() => pages.bytes(8, 3, "x"))).rejects.toMatchObject({ code: "truncated", path: "x" });
});

it("passes on what the source throws", async () => {
  const pages = pagedBytes({ size: 10, read: () => Promise.reject(new Error("unplugged")) }, "x");
  await expect(pages.run(() => pages.bytes(0, 1, "x"))).rejects.toThrow("unplugged");
});
