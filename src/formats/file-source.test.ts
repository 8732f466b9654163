import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFile } from "./file-source.js";

describe("a file as a source", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kerasproof-"));
    await writeFile(join(folder, "five"), Uint8Array.of(1, 2, 3, 4, 5));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("reads a range", async () => {
    const source = await openFile(join(folder, "five"));
    expect(source.size).toBe(5);
    expect([...(await source.read(1, 3))]).toEqual([2, 3, 4]);
    await source.close();
  });

  it("refuses a range beyond the end", async () => {
    const source = await openFile(join(folder, "five"));
    await expect(source.read(3, 3)).rejects.toMatchObject({ code: "truncated" });
    await source.close();
  });

  it("tells a missing file and a directory", async () => {
    await expect(openFile(join(folder, "none"))).rejects.toMatchObject({ code: "file-not-found" });
    await expect(openFile(folder)).rejects.toThrow("found a directory, wanted a file");
  });
});
