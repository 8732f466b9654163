import { closeSync, fstatSync, openSync } from "node:fs";
import { appendFile, mkdtemp, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openFile } from "./file-source.js";

describe("a file as a source", () => {
  let folder = "";
  let five = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kerasproof-"));
    five = join(folder, "five");
  });
  beforeEach(async () => {
    await writeFile(five, Uint8Array.of(1, 2, 3, 4, 5));
    await utimes(five, 1000, 1000);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("reads a range into memory of its own", async () => {
    const source = await openFile(five);
    const bytes = await source.read(1, 3);
    expect([source.size, source.fresh, [...bytes]]).toEqual([5, true, [2, 3, 4]]);
    expect([bytes.constructor, bytes.byteOffset, bytes.buffer.byteLength]).toEqual([Uint8Array, 0, 3]);
    expect((await source.read(5, 0)).length).toBe(0);
    await source.close();
  });

  it("refuses a range beyond the end", async () => {
    const source = await openFile(five);
    await expect(source.read(3, 3)).rejects.toMatchObject({ code: "truncated" });
    await source.close();
  });

  it("tells a missing file and a directory", async () => {
    await expect(openFile(join(folder, "none"))).rejects.toMatchObject({ code: "file-not-found" });
    await expect(openFile(folder)).rejects.toThrow("found a directory, wanted a file");
  });

  it("reads by a descriptor, which stays open", async () => {
    const descriptor = openSync(five, "r");
    const source = await openFile(descriptor);
    expect([...(await source.read(3, 2))]).toEqual([4, 5]);
    await source.close();
    expect(fstatSync(descriptor).size).toBe(5);
    closeSync(descriptor);
    await expect(source.read(0, 1)).rejects.toMatchObject({ code: "file-not-found" });
    await expect(openFile(descriptor)).rejects.toMatchObject({ path: `file descriptor ${descriptor}` });
  });

  it("refuses to read after it was closed", async () => {
    const source = await openFile(five);
    await source.close();
    await expect(source.read(0, 1)).rejects.toThrow("found a closed file, wanted a readable file");
  });

  const changes: readonly (readonly [string, (path: string) => Promise<void>])[] = [
    ["became shorter", (path) => truncate(path, 2)],
    ["grew and got its old time", (path) => appendFile(path, "6").then(() => utimes(path, 1000, 1000))],
    ["was written anew", (path) => writeFile(path, Uint8Array.of(5, 4, 3, 2, 1))],
  ];
  it.each(changes)("tells a file that %s after it was opened", async (_, change) => {
    const source = await openFile(five);
    await change(five);
    await expect(source.read(0, 5)).rejects.toMatchObject({ code: "source-changed", path: five });
    await source.close();
  });

  it("stops by a signal, also in the middle of a long read", async () => {
    const large = join(folder, "large");
    await writeFile(large, "");
    await truncate(large, 2 ** 28);
    const source = await openFile(large);
    const aborted = source.read(0, 1, { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ code: "aborted", path: large });
    const stop = new AbortController();
    const reading = source.read(0, 2 ** 28, { signal: stop.signal });
    stop.abort("enough");
    await expect(reading).rejects.toMatchObject({ code: "aborted", cause: "enough" });
    await source.close();
  });

  it("reads far above 4 GiB, and longer parts than one call to the system gives", async () => {
    const large = join(folder, "large");
    await writeFile(large, "");
    await truncate(large, 5 * 2 ** 30);
    await appendFile(large, "end");
    const source = await openFile(large);
    const bytes = await source.read(5 * 2 ** 30 - 2 ** 27 - 1, 2 ** 27 + 4);
    expect([bytes.length, Buffer.from(bytes.subarray(-4)).toString()]).toEqual([2 ** 27 + 4, "\0end"]);
    await source.close();
  });
});
