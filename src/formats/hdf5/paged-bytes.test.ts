import { expect, it } from "vitest";
import { bytesRead, countReads } from "../../../fixtures/counted-source.js";
import { openSource } from "../byte-source.js";
import { onDemand } from "./on-demand.js";
import { pagedBytes } from "./paged-bytes.js";

/** Byte i is i modulo 251. */
const content: Uint8Array = Buffer.alloc(
  100 * 2 ** 20,
  Uint8Array.from({ length: 251 }, (_, i) => i),
);
const countedSource = (size: number): ReturnType<typeof countReads> => countReads(content.subarray(0, size));

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

it("reads few times where all is wanted", async () => {
  const source = countedSource(40 * 2 ** 20);
  const pages = pagedBytes(source, "x");
  for (let at = 0; at < source.size; at += 1000) await pages.run(() => pages.bytes(at, 1, "x"));
  expect(source.reads.length).toBeLessThan(15);
  expect(bytesRead(source)).toBe(source.size);
});

it("reads little where little is wanted", async () => {
  const source = countedSource(40 * 2 ** 20);
  const pages = pagedBytes(source, "x");
  for (let at = 0; at < source.size; at += 2 ** 20) await pages.run(() => pages.bytes(at, 1000, "x"));
  expect(source.reads).toHaveLength(40);
  expect(source.reads.every(([, length]) => length <= 2 * page)).toBe(true);
});

it("reads once for operations that run side by side", async () => {
  const source = countedSource(large);
  const pages = pagedBytes(source, "x");
  const found = await Promise.all([3, 5, 60_000].map((at) => pages.run(() => pages.bytes(at, 1, "x")[0])));
  expect(found).toEqual([3, 5, 60_000 % 251]);
  expect(source.reads).toEqual([[0, page]]);
});

it("keeps 64 MiB at most, but all that one operation needs", async () => {
  const source = countedSource(100 * 2 ** 20);
  const pages = pagedBytes(source, "x");
  const readAll = (): number => {
    let sum = 0;
    for (let at = 0; at < source.size; at += 2 ** 20) sum += pages.bytes(at, 4000, "x")[0]!;
    return sum;
  };
  const sum = await pages.run(readAll);
  const reads = source.reads.length;
  expect(await pages.run(() => pages.bytes(99 * 2 ** 20, 1, "x")[0])).toBe((99 * 2 ** 20) % 251);
  expect(source.reads).toHaveLength(reads);
  await pages.run(() => {
    for (let at = 0; at < source.size; at += 2 ** 16) pages.bytes(at, 2 ** 16, "x");
  });
  const again = source.reads.length;
  expect(await pages.run(() => pages.bytes(0, 1, "x")[0])).toBe(0);
  expect(source.reads).toHaveLength(again + 1);
  expect(await pages.run(readAll)).toBe(sum);
});

it("hands out views of memory, and copies of what is read of a large source", async () => {
  const memory = new Uint8Array(2 ** 21);
  const inMemory = pagedBytes(openSource(memory), "x");
  expect((await inMemory.run(() => inMemory.bytes(7, 5, "x"))).buffer).toBe(memory.buffer);
  const pages = pagedBytes(countedSource(large), "x");
  expect((await pages.run(() => pages.bytes(7, 5, "x"))).buffer.byteLength).toBe(5);
});

it("loads a module once, when it is asked for", async () => {
  let loads = 0;
  const module = onDemand(async () => ({ load: (loads += 1) }));
  const pages = pagedBytes(openSource(new Uint8Array(1)), "x");
  expect(loads).toBe(0);
  expect(await pages.run(() => module().load)).toBe(1);
  expect(await pages.run(() => module().load)).toBe(1);
});

it("stops when the caller stops it", async () => {
  const controller = new AbortController();
  const pages = pagedBytes(countedSource(large), "x", controller.signal);
  await pages.run(() => pages.bytes(0, 1, "x"));
  controller.abort("enough");
  const reading = pages.run(() => pages.bytes(0, 1, "x"));
  await expect(reading).rejects.toMatchObject({ code: "aborted", path: "x", cause: "enough" });
});

it("refuses a stretch behind the end of the source", async () => {
  const pages = pagedBytes(countedSource(10), "x");
  await expect(pages.run(() => pages.bytes(8, 3, "x"))).rejects.toMatchObject({ code: "truncated", path: "x" });
});

it("passes on what the source throws", async () => {
  const pages = pagedBytes({ size: 10, read: () => Promise.reject(new Error("unplugged")) }, "x");
  await expect(pages.run(() => pages.bytes(0, 1, "x"))).rejects.toThrow("unplugged");
});
