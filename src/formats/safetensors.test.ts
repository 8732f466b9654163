import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { countReads } from "../../fixtures/counted-source.js";
import { refusalOf } from "../../fixtures/refusal-of.js";
import type { KerasProofError } from "../errors.js";
import type { NdArray } from "../ndarray.js";
import { type ByteInput, type ByteSource, openSource } from "./byte-source.js";
import { openSafetensors, type SafetensorsOptions } from "./safetensors.js";

/** What safetensors and ml_dtypes read; values as little-endian hex in C order, small floats widened to float32. */
interface Expectation {
  readonly storedType: string;
  readonly shape: readonly number[];
  readonly dtype?: string;
  readonly values?: string;
  /** The stored bytes, of types that are not read. */
  readonly bytes?: string;
}

const folder = new URL("../../fixtures/containers/safetensors/", import.meta.url);
const index = JSON.parse(readFileSync(new URL("index.json", folder), "utf8")) as Record<
  string,
  Record<string, Expectation> | { readonly code: string }
>;
const readable = Object.entries(index).filter(([, expected]) => typeof expected["code"] !== "string");
const refused = Object.entries(index).filter(([, expected]) => typeof expected["code"] === "string");

const read = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(file, folder)));
const hex = (bytes: ArrayBufferView): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
const sourceOf = (bytes: Uint8Array): ByteSource => openSource(new Blob([new Uint8Array(bytes)]), "a.safetensors");

async function describeAll(input: ByteInput): Promise<Record<string, Expectation>> {
  const file = await openSafetensors(input, { name: "a.safetensors" });
  const found = new Map<string, Expectation>();
  for (const name of file.names) {
    const { storedType, shape, dtype, ...tensor } = file.get(name)!;
    if (dtype === undefined) {
      found.set(name, { storedType, shape, bytes: hex(await tensor.readBytes()) });
      await expect(tensor.read()).rejects.toMatchObject({ code: "unsupported-format", path: tensor.place });
    } else {
      const array = await tensor.read();
      expect([array.dtype, array.shape]).toEqual([dtype, shape]);
      found.set(name, { storedType, shape, dtype, values: hex(array.data as Uint8Array) });
    }
  }
  return Object.fromEntries(found);
}

async function refusal(input: ByteInput, options: SafetensorsOptions = {}): Promise<KerasProofError> {
  return refusalOf(openSafetensors(input, { name: "a.safetensors", ...options }));
}

/** A file without values. */
function withHeader(text: string): Uint8Array {
  const header = new TextEncoder().encode(text);
  const file = new Uint8Array(8 + header.length);
  new DataView(file.buffer).setUint32(0, header.length, true);
  file.set(header, 8);
  return file;
}

describe("openSafetensors", () => {
  it("is tested with every file of the fixtures", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".safetensors"));
    expect(files.sort()).toEqual(Object.keys(index).sort());
    expect(readable.length).toBeGreaterThan(5);
  });

  it.each(readable)("reads %s as safetensors and ml_dtypes do", async (file, expected) => {
    for (const input of [read(file), sourceOf(read(file))]) expect(await describeAll(input)).toEqual(expected);
  });

  it.each(refused)("refuses %s as expected", async (file, expected) => {
    for (const input of [read(file), sourceOf(read(file))]) {
      const error = await refusal(input);
      expect([error.code, error.path.startsWith("a.safetensors"), typeof error.offset], error.message).toEqual([
        expected["code"],
        true,
        "number",
      ]);
    }
  });

  it("lists the tensors in the order of their values, and the metadata", async () => {
    expect((await openSafetensors(read("other-order.safetensors"))).names).toEqual(["a", "empty", "b"]);
    const file = await openSafetensors(read("every-dtype.safetensors"));
    expect([...file.metadata]).toEqual([
      ["format", "pt"],
      ["café", "𝄞"],
    ]);
    const shapes = await openSafetensors(read("shapes.safetensors"));
    expect(shapes.names.filter((name) => name !== "empty")).toEqual([
      "scalar",
      "odd",
      "unaligned",
      "10",
      "2",
      "__proto__",
    ]);
    expect([shapes.get("toString"), shapes.get("none")]).toEqual([undefined, undefined]);
  });

  it("reads a part along the first axis, and of the file only that", async () => {
    const source = countReads(read("shapes.safetensors"));
    const tensor = (await openSafetensors(source)).get("unaligned")!;
    const whole = (await tensor.read()).data as Float32Array;
    expect([tensor.shape, whole.byteOffset, whole.buffer.byteLength]).toEqual([[2, 3, 4], 0, 96]);
    source.reads.length = 0;
    const parts: NdArray[] = [
      await tensor.read({ start: 1 }),
      await tensor.read({ count: 1 }),
      await tensor.read({ start: 2, count: 0 }),
    ];
    expect(parts.map(({ shape }) => shape)).toEqual([
      [1, 3, 4],
      [1, 3, 4],
      [0, 3, 4],
    ]);
    expect(parts.map(({ data }) => data)).toEqual([whole.slice(12), whole.slice(0, 12), new Float32Array(0)]);
    expect(source.reads.map(([, length]) => length)).toEqual([48, 48, 0]);
    for (const part of [{ start: 3 }, { start: 1, count: 2 }, { start: -1 }, { count: 0.5 }, { start: 2 ** 53 }]) {
      await expect(tensor.read(part)).rejects.toMatchObject({ code: "usage", path: "file.safetensors!/unaligned" });
    }
    const scalar = (await openSafetensors(source)).get("scalar")!;
    await expect(scalar.read({ start: 1 })).rejects.toMatchObject({ code: "usage" });
  });

  it("gives memory of its own", async () => {
    const bytes = read("padded.safetensors");
    const { data } = await (await openSafetensors(bytes)).get("a")!.read();
    (data as Uint8Array)[0] = 7;
    expect(bytes.at(-1)).toBe("a".charCodeAt(0));
  });

  it("tells a file of another format, whatever length its first bytes are", async () => {
    const hdf5 = Uint8Array.from("\x89HDF\r\n\x1a\n\0\0\0\0", (character) => character.charCodeAt(0));
    expect(await refusal(hdf5)).toMatchObject({ code: "unknown-format", path: "a.safetensors" });
  });

  it("names the place of what it refuses", async () => {
    expect((await refusal(read("hole.safetensors"))).message).toBe(
      "a.safetensors$.b.data_offsets: found values from byte 2, wanted them right after byte 1, at byte 8",
    );
    expect((await refusal(read("too-few-bytes.safetensors"))).message).toBe(
      "a.safetensors$.a: found 1 bytes for F32 (1), wanted 4, at byte 8",
    );
    expect((await refusal(read("not-json.safetensors"))).message).toBe(
      'a.safetensors$.a: found "}", wanted ":", at line 1 column 5, at byte 12',
    );
  });

  it("refuses a shape of -0.0, and names the place of metadata that is no text", async () => {
    const negative = await refusal(withHeader('{"a": {"dtype": "U8", "shape": [-0.0], "data_offsets": [0, 0]}}'));
    expect([negative.code, negative.path]).toEqual(["corrupt", "a.safetensors$.a"]);
    const number = await refusal(withHeader('{"__metadata__": {"format": 1}}'));
    expect([number.code, number.path]).toEqual(["corrupt", "a.safetensors$.__metadata__.format"]);
  });

  it("shows little of long texts in an error", async () => {
    for (const entry of [
      { dtype: "F".repeat(10_000), shape: [], data_offsets: [0, 0] },
      { dtype: "F32", shape: Array.from({ length: 10_000 }, () => 1), data_offsets: [0, 0] },
      { dtype: "F32", shape: Array.from({ length: 10_000 }, () => 9), data_offsets: [0, 0] },
    ]) {
      expect((await refusal(withHeader(JSON.stringify({ a: entry })))).message.length).toBeLessThan(250);
    }
  });

  it("holds to its limits and stops by a signal", async () => {
    const bytes = read("shapes.safetensors");
    expect((await refusal(bytes, { limits: { members: 6 } })).code).toBe("limit");
    const file = await openSafetensors(bytes, { limits: { members: 7, arrayBytes: 48 } });
    await expect(file.get("unaligned")!.read()).rejects.toMatchObject({ code: "limit" });
    expect((await file.get("unaligned")!.read({ count: 1 })).shape).toEqual([1, 3, 4]);
    const signal = AbortSignal.abort();
    expect((await refusal(bytes, { signal })).code).toBe("aborted");
    await expect(file.get("odd")!.read({ signal })).rejects.toMatchObject({ code: "aborted" });
    await expect(file.get("odd")!.readBytes({ signal })).rejects.toMatchObject({ code: "aborted" });
  });

  it("refuses a file that ends at any byte before its last", async () => {
    const bytes = read("shapes.safetensors");
    for (let length = 0; length < bytes.length; length++) {
      expect((await refusal(bytes.slice(0, length))).code, String(length)).toBe("truncated");
    }
  });
});
