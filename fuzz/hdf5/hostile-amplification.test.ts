import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Cursor } from "../../src/formats/cursor.js";
import { readDatatype } from "../../src/formats/hdf5/datatype.js";
import { openHdf5 } from "../../src/formats/hdf5/index.js";
import { damagedFile, type DamagedFile, refusalsOf } from "./damaged-file.js";

describe("little that claims to be much", () => {
  it("refuses datatypes nested a hundred thousand deep, before the stack ends", () => {
    const deepest = new Uint8Array(8 * 100_000);
    for (let at = 0; at < deepest.length; at += 8) deepest.set([0x19, 0, 0, 0, 16, 0, 0, 0], at);
    expect(() => readDatatype(new Cursor(deepest, "a.h5"))).toThrow("found datatypes nested more than 32 deep");
  });

  it("refuses a header whose blocks each hold most of the file, before their messages fill the memory", async () => {
    await expect(openHdf5(overlappingBlocks(2 ** 18))).rejects.toMatchObject({
      code: "corrupt",
      message: expect.stringContaining("found a continuation to a block met before, or to more than the file has"),
    });
  });

  it("refuses more messages in a header than the limit", async () => {
    const { messages } = await refusalsOf(messagesWithoutEnd(2 ** 20), { objects: 3 });
    expect(messages).toEqual([expect.stringContaining("found 65536 messages, wanted at most 3")]);
  });

  it("refuses a chunk that inflates to more than its chunk", async () => {
    const bomb = deflateSync(new Uint8Array(2 ** 20));
    const { refusals, messages } = await refusalsOf(withChunk(bomb));
    expect(refusals).toEqual(["/d corrupt"]);
    expect(messages[0]).toContain("found more than 48 inflated bytes");
  });

  it("reads a chunk of which a filter was left out", async () => {
    const file = await openHdf5(withChunk(deflateSync(new Uint8Array(48))));
    const dataset = await file.get("d");
    const values = dataset?.kind === "dataset" ? (await dataset.read({ count: [12] })).data : undefined;
    expect(values).toEqual(new Int32Array(12));
  });

  it("refuses chunks that are the whole file each", async () => {
    const bytes = damagedFile("filter-shuffle-deflate-new", ({ bytes, find, set }) => {
      for (const chunk of [14, 34]) {
        set(find("FADB") + chunk, 8, 0);
        set(find("FADB") + chunk + 8, 8, bytes.length);
      }
    });
    const { refusals, messages } = await refusalsOf(bytes);
    expect(refusals).toEqual(["/d corrupt"]);
    expect(messages[0]).toContain("found structures that overlap");
  });

  it("refuses sequences that all lie in one place of the heap", async () => {
    const { refusals, messages } = await refusalsOf(withSequences("lists", 20_000, 60_000));
    expect(refusals).toEqual(["/lists limit"]);
    expect(messages[0]).toContain("found values that take more than");
    expect((await refusalsOf(withSequences("lists", 20, 60_000))).refusals).toEqual([]);
  });

  it("takes no memory for the second of two equal texts in one place of the heap", async () => {
    const bytes = withSequences("words", 20_000, 60_000);
    const before = process.memoryUsage().heapUsed;
    const file = await openHdf5(bytes);
    const dataset = await file.get("words");
    const words = dataset?.kind === "dataset" ? (await dataset.read()).data : undefined;
    expect(words).toHaveLength(20_000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(4 * bytes.length + 2 ** 26);
  });
});

/** A file of a size whose root group has no end of messages of 8 bytes, comments without a text. */
function messagesWithoutEnd(size: number): Uint8Array {
  const file = new Uint8Array(size);
  file.set(damagedFile("fixtures/hdf5/small", () => undefined).subarray(0, 96));
  const view = new DataView(file.buffer);
  view.setBigUint64(40, BigInt(size), true);
  file[96] = 1;
  view.setUint32(104, size - 112, true);
  for (let at = 112; at < size; at += 8) file[at] = 0x0d;
  return file;
}

/**
 * A file whose root group has in its first half a continuation to each place of the second half, from there to the end
 * of the file; there stand messages of 8 bytes that say nothing.
 */
function overlappingBlocks(size: number): Uint8Array {
  const bytes = damagedFile("fixtures/hdf5/small", () => undefined);
  const file = new Uint8Array(size);
  file.set(bytes.subarray(0, 96));
  const view = new DataView(file.buffer);
  view.setBigUint64(40, BigInt(size), true);
  const half = size / 2;
  file[96] = 1;
  view.setUint32(104, half - 112, true);
  for (let at = 112, target = half; at + 24 <= half; at += 24, target += 8) {
    view.setUint16(at, 0x10, true);
    view.setUint16(at + 2, 16, true);
    view.setBigUint64(at + 8, BigInt(target), true);
    view.setBigUint64(at + 16, BigInt(size - target), true);
  }
  for (let at = half; at < size; at += 8) file[at] = 0x0d;
  return file;
}

/** `filter-shuffle-deflate-new.h5` with other bytes for its first chunk, of 12 elements of 4 bytes, by deflate alone. */
function withChunk(stored: Uint8Array): Uint8Array {
  return appended("filter-shuffle-deflate-new", stored, ({ find, set }, end) => {
    const chunk = find("FADB") + 14;
    set(chunk, 8, end);
    set(chunk + 8, 8, stored.length);
    // The mask of filters that were left out: the first, which is shuffle.
    set(chunk + 16, 4, 1);
  });
}

/** `types-sequence-new.h5` where a dataset has `count` elements, which all are one object of the heap of `bytes` bytes. */
function withSequences(name: "words" | "lists", count: number, bytes: number): Uint8Array {
  const heapBytes = 16 + 16 + bytes;
  const addition = new Uint8Array(heapBytes + 16 * count);
  const view = new DataView(addition.buffer);
  addition.set(new TextEncoder().encode("GCOL\u0001"));
  view.setBigUint64(8, BigInt(heapBytes), true);
  view.setUint16(16, 1, true);
  view.setBigUint64(24, BigInt(bytes), true);
  addition.fill(0x41, 32, heapBytes);
  return appended("types-sequence-new", addition, ({ find, set }, end) => {
    for (let at = heapBytes; at < addition.length; at += 16) {
      view.setUint32(at, name === "words" ? bytes : bytes / 4, true);
      view.setBigUint64(at + 4, BigInt(end), true);
      view.setUint32(at + 12, 1, true);
    }
    const extent = name === "words" ? 2 : 3;
    set(find([2, 1, 1, 1, extent, 0, 0, 0]) + 4, 8, count);
    const layout = name === "words" ? find([3, 1, 0xbf, 1]) : find([3, 1, 0xeb, 0x12]);
    set(layout + 2, 8, end + heapBytes);
    set(layout + 10, 8, 16 * count);
  });
}

/** A file of `seeds/` with more bytes at its end, where `damage` is told that they begin. */
function appended(name: string, addition: Uint8Array, damage: (file: DamagedFile, end: number) => void): Uint8Array {
  let end = 0;
  const bytes = damagedFile(name, (file) => {
    end = file.bytes.length;
    file.set(28, 8, end + addition.length);
    damage(file, end);
  });
  const longer = new Uint8Array(end + addition.length);
  longer.set(bytes);
  longer.set(addition, end);
  return longer;
}
