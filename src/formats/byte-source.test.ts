import { openAsBlob } from "node:fs";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ByteInput, type ByteSource, openSource, sliceSource } from "./byte-source.js";
import { readNpy } from "./npy.js";
import { writeNpy } from "./write-npy.js";

const five = Uint8Array.of(1, 2, 3, 4, 5);
const inputs: readonly (readonly [string, ByteInput])[] = [
  ["bytes", five],
  ["a part of a buffer", Uint8Array.of(9, ...five, 9).subarray(1, 6)],
  ["a Buffer", Buffer.from(five)],
  ["an ArrayBuffer", five.slice().buffer],
  ["a Blob", new Blob([five])],
  ["a window of bytes", sliceSource(openSource(Uint8Array.of(9, ...five, 9)), 1, 5, "a")],
  ["a window of a Blob", sliceSource(openSource(new Blob([Uint8Array.of(9, ...five, 9)]), "a"), 1, 5, "a")],
];

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kerasproof-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(inputs)("openSource of %s", (_, input) => {
  const source = openSource(input, "a");

  it("reads any range as plain bytes", async () => {
    for (let offset = 0; offset <= 5; offset++) {
      for (let length = 0; offset + length <= 5; length++) {
        const bytes = await source.read(offset, length);
        expect(bytes.constructor).toBe(Uint8Array);
        expect([...bytes]).toEqual([...five.subarray(offset, offset + length)]);
      }
    }
  });

  it("refuses every range that is not within it", async () => {
    for (const [offset, length] of [
      [3, 3],
      [6, 0],
      [-1, 2],
      [0, -1],
      [0.5, 1],
      [0, Number.NaN],
      [2 ** 53, 1],
    ] as const) {
      await expect(source.read(offset, length)).rejects.toMatchObject({ code: "truncated", path: "a", offset });
    }
    await expect(source.read(3, 3)).rejects.toThrow("a: found 5 bytes in all, wanted 3 more, at byte 3");
  });

  it("says truly whether its memory is its own or all there is", async () => {
    const bytes = await source.read(1, 3);
    if (source.fresh === true) expect([bytes.byteOffset, bytes.buffer.byteLength]).toEqual([0, 3]);
    if (source.memory !== undefined) {
      expect(source.memory.constructor).toBe(Uint8Array);
      expect([...source.memory]).toEqual([...five]);
      expect(bytes.buffer).toBe(source.memory.buffer);
    }
    expect([source.fresh === true, source.memory !== undefined].filter(Boolean)).toHaveLength(1);
  });

  it("stops by a signal", async () => {
    const reading = source.read(0, 5, { signal: AbortSignal.abort("enough") });
    await expect(reading).rejects.toMatchObject({ code: "aborted", path: "a", cause: "enough" });
  });
});

describe("openSource", () => {
  it("gives what a source of one's own reads as plain bytes, in memory of their own where it says so", async () => {
    const all = Buffer.from([1, 2, 3, 4]);
    const shared = openSource({ size: 4, read: async (offset, length) => all.subarray(offset, offset + length) });
    const view = await shared.read(1, 2);
    expect([view.constructor, [...view], view.buffer === all.buffer, shared.fresh]).toEqual([
      Uint8Array,
      [2, 3],
      true,
      false,
    ]);
    const fresh = openSource({ size: 4, fresh: true, read: async () => all.subarray(1, 3) });
    const copy = await fresh.read(1, 2);
    expect([[...copy], copy.buffer.byteLength, fresh.fresh]).toEqual([[2, 3], 2, true]);
  });

  it("refuses what a source of one's own reads where it is something else", async () => {
    const answers: unknown[] = [Uint8Array.of(1, 2, 3), new Uint8Array(5), new ArrayBuffer(4), undefined, "four"];
    for (const answer of answers) {
      const source: ByteSource = { size: 4, read: async () => answer as Uint8Array };
      await expect(openSource(source, "mine").read(0, 4)).rejects.toMatchObject({
        code: "usage",
        message: "mine: found another answer of the source, wanted 4 bytes",
      });
    }
  });

  it("lets no array have fewer values than its shape where a source reads too little", async () => {
    const bytes = writeNpy({ dtype: "float32", shape: [5000], data: new Float32Array(5000) });
    const source: ByteSource = {
      size: bytes.length,
      read: async (offset, length) => bytes.slice(offset, offset + Math.min(length, 16_000)),
    };
    await expect(readNpy(source)).rejects.toMatchObject({ code: "usage" });
  });

  it.each([null, undefined, 7, "a.h5", {}, new Float32Array(2), { size: "5", read: () => five }])(
    "refuses %j",
    (input) => {
      expect(() => openSource(input as never)).toThrow(expect.objectContaining({ code: "usage" }));
    },
  );

  it("reads a Blob above 2 GiB, and more of it at once than a browser hands out", async () => {
    const path = join(folder, "large");
    await writeFile(path, "");
    await truncate(path, 3 * 2 ** 30);
    const source = openSource(await openAsBlob(path));
    expect([source.size, [...(await source.read(3 * 2 ** 30 - 2, 2))]]).toEqual([3 * 2 ** 30, [0, 0]]);
    const long = await source.read(1, 2 ** 28 + 3);
    expect([long.length, long.byteOffset, long.buffer.byteLength]).toEqual([2 ** 28 + 3, 0, 2 ** 28 + 3]);
  });

  it("joins the pieces of a long read in their order", async () => {
    const piece = new Blob([new Uint8Array(2 ** 28 - 1)]);
    const source = openSource(new Blob([piece, five, five]));
    const bytes = await source.read(0, 2 ** 28 + 9);
    expect([...bytes.subarray(2 ** 28 - 1)]).toEqual([...five, ...five]);
  });

  it("tells a file that was changed after it was chosen", async () => {
    const path = join(folder, "chosen");
    await writeFile(path, five);
    const source = openSource(await openAsBlob(path), "chosen");
    await writeFile(path, "something else");
    await expect(source.read(0, 5)).rejects.toMatchObject({ code: "source-changed", path: "chosen" });
  });
});

describe("sliceSource", () => {
  it("hands reads and their signals on, and is as fresh as what it is a window of", async () => {
    const calls: unknown[] = [];
    const read: ByteSource["read"] = async (...call) => {
      calls.push(call);
      return new Uint8Array(call[1]);
    };
    const slice = sliceSource({ size: 10, fresh: true, read }, 3, 5, "part");
    const options = { signal: new AbortController().signal };
    expect([slice.size, slice.fresh, (await slice.read(2, 3, options)).length]).toEqual([5, true, 3]);
    expect(calls).toEqual([[5, 3, options]]);
    await expect(slice.read(2, 4)).rejects.toMatchObject({ code: "truncated", path: "part" });
    expect("fresh" in sliceSource({ size: 10, read }, 3, 5, "part")).toBe(false);
  });

  it("refuses a window that is not within its source", () => {
    expect(() => sliceSource(openSource(five), 3, 3, "part")).toThrow("part: found 5 bytes in all, wanted 3 more");
  });
});
