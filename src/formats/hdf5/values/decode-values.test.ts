import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { KerasProofError } from "../../../errors.js";
import { openSource } from "../../byte-source.js";
import { defaultLimits } from "../../limits.js";
import type { Datatype } from "../datatype.js";
import type { FileAccess } from "../file-access.js";
import { openGlobalHeaps } from "../global-heap.js";
import type { Hdf5Array } from "../hdf5-array.js";
import { type Hdf5Dataset, openHdf5 } from "../index.js";
import { openAllowance } from "../../array-costs.js";
import { pagedBytes } from "../paged-bytes.js";
import { decodeValues } from "./decode-values.js";
import { startDecoding } from "./decoding.js";
import { gatherField } from "./rare-values.js";

const numbers = new URL("../../../../fixtures/hdf5/numbers.h5", import.meta.url);

const number = (dtype: "int8" | "uint8" | "int16" | "float32" | "int64", bytes: number): Datatype => ({
  kind: "number",
  bytes,
  dtype,
  byteOrder: "little",
});

/** A file that is one collection of the global heap with these objects, the first of index 1. */
function heapFile(objects: readonly Uint8Array[]): FileAccess {
  const sizes = objects.map((object) => 16 + Math.ceil(object.length / 8) * 8);
  const length = 16 + sizes.reduce((sum, size) => sum + size, 0) + 16;
  const bytes = new Uint8Array(8 + length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x47, 0x43, 0x4f, 0x4c, 1], 8);
  view.setUint32(16, length, true);
  let at = 24;
  objects.forEach((object, i) => {
    view.setUint16(at, i + 1, true);
    view.setUint32(at + 8, object.length, true);
    bytes.set(object, at + 16);
    at += sizes[i]!;
  });
  const pages = pagedBytes(openSource(bytes), "heap");
  const rest = { pages, limits: defaultLimits, widths: { offsets: 8, lengths: 8 }, base: 0, end: bytes.length };
  const allowance = openAllowance("arrayRatio", defaultLimits, bytes.length);
  const books = { claims: { owners: new Map(), left: bytes.length }, ...allowance };
  return { name: "heap", globalHeaps: openGlobalHeaps(), ...books, ...rest } as Partial<FileAccess> as FileAccess;
}

/** Elements of variable length: count, address 8 of the collection (or another), index. */
function elements(...parts: readonly (readonly [count: number, index: number, address?: number])[]): Uint8Array {
  const bytes = new Uint8Array(16 * parts.length);
  const view = new DataView(bytes.buffer);
  parts.forEach(([count, index, address = 8], i) => {
    view.setUint32(16 * i, count, true);
    view.setUint32(16 * i + 4, address, true);
    view.setUint32(16 * i + 12, index, true);
  });
  return bytes;
}

/** A thousand elements that have one object. */
function many(index: number, count: number): Uint8Array {
  return elements(...Array.from({ length: 1000 }, () => [count, index] as const));
}

async function decode(file: FileAccess, bytes: Uint8Array, datatype: Datatype, fresh = false): Promise<Hdf5Array> {
  const shape = [bytes.length / datatype.bytes];
  return decodeValues(startDecoding(file, {}, "heap!/x", "x", 0), { bytes, fresh }, datatype, shape);
}

const sequence: Datatype = { kind: "sequence", bytes: 16, base: number("int16", 2) };
const text: Datatype = { kind: "variable-string", bytes: 16 };

describe("decodeValues", () => {
  it("hands fresh memory out and leaves other memory alone", async () => {
    const file = heapFile([]);
    const bytes = new Uint8Array(Float32Array.of(1, 2).buffer);
    expect((await decode(file, bytes, number("float32", 4), true)).data).toHaveProperty("buffer", bytes.buffer);
    const copy = (await decode(file, bytes, number("float32", 4))).data as Float32Array;
    expect(copy.buffer).not.toBe(bytes.buffer);
    const swapped: Datatype = { kind: "number", bytes: 4, dtype: "float32", byteOrder: "big" };
    await decode(file, bytes, swapped);
    const odd = { kind: "integer", bytes: 4, dtype: "int32", byteOrder: "big", signed: true } as const;
    await decode(file, bytes, { ...odd, offset: 0, precision: 20 });
    const opaque = (await decode(file, bytes, { kind: "opaque", bytes: 4, tag: "" })).data as Uint8Array[];
    opaque[0]!.fill(7);
    expect([...new Float32Array(bytes.buffer)]).toEqual([1, 2]);
  });

  it("reads lists and texts of the global heap, empty ones without looking", async () => {
    const file = heapFile([Uint8Array.of(1, 0, 255, 255), new TextEncoder().encode("one\0two")]);
    const lists = await decode(file, elements([2, 1], [0, 9], [5, 7, 0]), sequence);
    expect((lists.data as readonly Hdf5Array[]).map(({ data }) => Array.from(data as Int16Array))).toEqual([
      [1, -1],
      [],
      [],
    ]);
    expect((await decode(file, elements([7, 2], [0, 9], [7, 2, 0]), text)).data).toEqual(["one", "", ""]);
  });

  it("tells of elements of another size by the byte where their storage is described", async () => {
    const datatypes: readonly Datatype[] = [
      { ...text, bytes: 8 },
      { kind: "reference", bytes: 9, target: "object" },
    ];
    for (const datatype of datatypes) {
      const decoding = startDecoding(heapFile([]), {}, "heap!/x", "x", 48);
      const decoded = decodeValues(decoding, { bytes: new Uint8Array(datatype.bytes), fresh: false }, datatype, [1]);
      await expect(decoded).rejects.toMatchObject({ code: "corrupt", offset: 48 });
    }
  });

  it("reads references of 8 bytes with addresses of 4, as HDF5 1.10 and earlier write them", async () => {
    const file = { ...heapFile([]), widths: { offsets: 4, lengths: 4 } };
    const bytes = new Uint8Array(Uint32Array.of(0x48, 0, 0x1ec, 0, 0, 0).buffer);
    const { data } = await decode(file, bytes, { kind: "reference", bytes: 8, target: "object" });
    expect(data).toEqual([{ address: 0x48 }, { address: 0x1ec }, null]);
  });

  it.each([
    ["a list of another length", [2, 2], sequence, "corrupt", "found 7 bytes in the global heap, wanted the 4"],
    ["a text of another length", [6, 2], text, "corrupt", "found 7 bytes in the global heap, wanted the 6"],
    ["an object that there is not", [2, 3], sequence, "corrupt", "found no object 3 in the global heap collection"],
    ["a collection outside the file", [2, 1, 4000], text, "truncated", "found a file that ends"],
    ["a collection that is none", [2, 1, 24], text, "corrupt", "wanted the signature"],
    ["elements of another size", [2, 1], { ...text, bytes: 8 }, "corrupt", "found variable-length elements of 8 bytes"],
  ] as const)("refuses %s", async (_, element, datatype, code, message) => {
    const file = heapFile([Uint8Array.of(1, 0, 2, 0), new TextEncoder().encode("one\0two")]);
    const error: unknown = await decode(file, elements(element), datatype).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(KerasProofError);
    expect(error).toMatchObject({ code, path: "heap!/x" });
    expect((error as KerasProofError).message).toContain(message);
  });

  it("lets no element claim the memory of many", async () => {
    const file = heapFile([new Uint8Array(2 ** 20), new Uint8Array(2 ** 20).fill(97)]);
    const error: unknown = await decode(file, many(1, 2 ** 19), sequence).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "limit" });
    // A long text is decoded once; all elements have the same one.
    const texts = (await decode(file, many(2, 2 ** 20), text)).data as readonly string[];
    expect(texts.length).toBe(1000);
    expect(texts[999]!.length).toBe(2 ** 20);
  });

  it("refuses more texts, big integers and opaque elements than a list can hold", async () => {
    const count = 2 ** 25 + 1;
    const types: readonly Datatype[] = [
      { kind: "fixed-string", bytes: 1, padding: "null-padded" },
      { kind: "variable-string", bytes: 16 },
      { kind: "opaque", bytes: 1, tag: "" },
      { kind: "integer", bytes: 9, dtype: "bigint", byteOrder: "little", signed: true, offset: 0, precision: 72 },
    ];
    for (const datatype of types) {
      const bytes = new Uint8Array(count * datatype.bytes);
      const limits = { ...defaultLimits, arrayRatio: Infinity };
      const file = { ...heapFile([]), limits, ...openAllowance("arrayRatio", limits, 1) };
      await expect(decode(file, bytes, datatype, true), datatype.kind).rejects.toMatchObject({
        code: "limit",
        message: "heap!/x: found 33554433 values, wanted at most 33554432 of this type at once",
      });
    }
  });

  it("counts texts of one byte by what they take: those of ASCII, which the engine has, a third", async () => {
    const datatype: Datatype = { kind: "fixed-string", bytes: 1, padding: "null-padded" };
    const ofBytes = async (byte: number): Promise<readonly string[]> =>
      (await decode(heapFile([]), new Uint8Array(800_000).fill(byte), datatype)).data as readonly string[];
    expect((await ofBytes(0x41)).at(-1)).toBe("A");
    expect((await ofBytes(0)).at(-1)).toBe("");
    await expect(ofBytes(0xe9)).rejects.toMatchObject({ code: "limit" });
  });

  it("counts the objects that small opaque elements are", async () => {
    const datatype: Datatype = { kind: "opaque", bytes: 1, tag: "" };
    await expect(decode(heapFile([]), new Uint8Array(2 ** 20), datatype)).rejects.toMatchObject({ code: "limit" });
    expect((await decode(heapFile([]), Uint8Array.of(7, 8), datatype)).data).toEqual([
      Uint8Array.of(7),
      Uint8Array.of(8),
    ]);
  });
});

describe("gatherField", () => {
  it.each([1, 2, 3, 4, 8, 12, 16, 20])("takes %i bytes of each record, at any offset and in any record", (size) => {
    for (const [start, stride, offset] of [
      [0, 24, 0],
      [0, 24, 4],
      [0, 23, 3],
      [4, 24, 4],
      [1, 24, 2],
    ] as const) {
      const memory = Uint8Array.from({ length: start + 5 * stride }, (_, i) => i * 37);
      const records = memory.subarray(start);
      const expected = [0, 1, 2, 3, 4].flatMap((i) => [
        ...records.subarray(i * stride + offset, i * stride + offset + size),
      ]);
      expect([...gatherField(records, stride, offset, size)]).toEqual(expected);
    }
  });
});

describe("the values of a file", () => {
  let types: Hdf5Dataset;
  beforeAll(async () => {
    const file = await openHdf5(new Uint8Array(readFileSync(numbers)));
    types = (await file.get("little/i8")) as Hdf5Dataset;
  });

  it("gives integers of 64 bits as numbers where the caller wants them and each is exact", async () => {
    await expect(types.read({ int64: "number" })).rejects.toMatchObject({ code: "limit" });
    const exact = await types.read({ int64: "number", start: [1, 0], count: [1, 5] });
    expect(exact).toEqual({ dtype: "float64", shape: [1, 5], data: Float64Array.of(5, 6, 7, 8, 9) });
  });
});
