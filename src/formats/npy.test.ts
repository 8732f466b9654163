import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { countReads } from "../../fixtures/counted-source.js";
import { refusalOf } from "../../fixtures/refusal-of.js";
import type { KerasProofError } from "../errors.js";
import type { NdArray } from "../ndarray.js";
import { type ByteInput, type ByteSource, openSource } from "./byte-source.js";
import { type NpyOptions, type NpyTypes, readNpy } from "./npy.js";
import { writeNpy } from "./write-npy.js";

interface Case {
  /** What the file does not tell. */
  readonly options?: NpyTypes;
}

/** What NumPy reads: values as little-endian hex in C order, float16 widened to float32, or as texts. */
interface Expectation extends Case {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: string | readonly string[];
}

const folder = new URL("../../fixtures/containers/npy/", import.meta.url);
const index = JSON.parse(readFileSync(new URL("index.json", folder), "utf8")) as Record<
  string,
  Expectation | (Case & { readonly code: string })
>;

const read = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(file, folder)));

function describeArray({ dtype, shape, data }: NdArray): Expectation {
  if (!ArrayBuffer.isView(data)) return { dtype, shape, values: data };
  return { dtype, shape, values: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex") };
}

async function refusal(input: ByteInput, options: NpyOptions = {}): Promise<KerasProofError> {
  return refusalOf(readNpy(input, { name: "a.npy", ...options }));
}

/** The same bytes, not in memory, and each part in memory of its own. */
const sourceOf = (bytes: Uint8Array): ByteSource => openSource(new Blob([new Uint8Array(bytes)]), "a.npy");

/** The header of a file with texts of a type and one axis. */
function textHeader(extent: string, type: string): Uint8Array {
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${extent},), }`.padEnd(117);
  return new TextEncoder().encode(`?NUMPY\u0001\0\u0076\0${text}\n`).map((byte, i) => (i === 0 ? 0x93 : byte));
}

describe("readNpy", () => {
  it("is tested with every file of the fixtures", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".npy"));
    expect(files.sort()).toEqual(Object.keys(index).sort());
  });

  it.each(Object.entries(index))("reads or refuses %s as expected", async (file, { options = {}, ...expected }) => {
    for (const input of [read(file), sourceOf(read(file))]) {
      if ("code" in expected) {
        const error = await refusal(input, options);
        expect([error.code, error.path, typeof error.offset], error.message).toEqual([
          expected.code,
          "a.npy",
          "number",
        ]);
      } else expect(describeArray(await readNpy(input, { name: file, ...options }))).toEqual(expected);
    }
  });

  it("reads header and values of a long file each once, the values into the memory that they stay in", async () => {
    const values = Float32Array.from({ length: 10_000 }, (_, i) => i);
    const bytes = writeNpy({ dtype: "float32", shape: [100, 100], data: values });
    const source = countReads(bytes);
    const parts: Uint8Array[] = [];
    const read: ByteSource["read"] = async (...call) => {
      parts.push(await source.read(...call));
      return parts.at(-1)!;
    };
    const { data } = await readNpy({ ...source, read });
    expect([data, source.reads.map(([, length]) => length)]).toEqual([values, [10_012, 40_000]]);
    expect((data as Float32Array).buffer).toBe(parts[1]!.buffer);
  });

  it("stops by a signal", async () => {
    const reading = readNpy(read("version-1.npy"), { name: "a.npy", signal: AbortSignal.abort() });
    await expect(reading).rejects.toMatchObject({ code: "aborted", path: "a.npy" });
  });

  it("reads the same from bytes that start anywhere, and leaves them alone", async () => {
    const bytes = read("version-1.npy");
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const array = await readNpy(shifted.subarray(3));
    expect(array).toEqual(await readNpy(bytes));
    (array.data as Float32Array).fill(7);
    expect(Buffer.from(shifted.subarray(3))).toEqual(Buffer.from(bytes));
    const long = read("long-double-big.npy");
    await readNpy(long);
    expect(Buffer.from(long)).toEqual(Buffer.from(read("long-double-big.npy")));
  });

  it("refuses a file that ends at any byte before its last", async () => {
    const bytes = read("version-2.npy");
    for (let length = 6; length < bytes.length; length++) {
      expect((await refusal(bytes.slice(0, length))).code, String(length)).toBe("truncated");
    }
    for (let length = 0; length < 6; length++) {
      expect((await refusal(bytes.slice(0, length))).code).toBe("unknown-format");
    }
  });

  it("holds to its limit of bytes", async () => {
    expect((await readNpy(read("version-1.npy"), { limits: { arrayBytes: 24 } })).shape).toEqual([2, 3]);
    expect((await refusal(read("version-1.npy"), { limits: { arrayBytes: 23 } })).message).toBe(
      "a.npy: found the shape (2, 3) of 4 bytes an element, wanted at most 23 bytes in all, at byte 0",
    );
  });

  it("refuses texts that take far more memory than the file", async () => {
    expect((await readNpy(textHeader("16000", "<U0"))).data).toEqual(Array.from({ length: 16_000 }, () => ""));
    expect((await refusal(textHeader("16001", "|S0"))).message).toContain(
      "found 16001 empty strings in 128 bytes, wanted at most 16000",
    );
    const size = 2 ** 25 + 1;
    const file = new Uint8Array(128 + size);
    file.set(textHeader(String(size), "|S1"));
    expect((await refusal(file)).message).toContain("found 33554433 values, wanted at most 33554432");
  });

  it("shows little of a long header in an error", async () => {
    const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${"1 ".repeat(2000)}), }`;
    const file = new TextEncoder().encode(`?NUMPY\u0001\0..${text}`);
    file[0] = 0x93;
    new DataView(file.buffer).setUint16(8, text.length, true);
    expect((await refusal(file)).message.length).toBeLessThan(200);
  });

  it("unpickles no objects, of whatever size and order", async () => {
    for (const type of ["O", "|O", "|O4", "<O8", ">O8"]) {
      expect((await refusal(textHeader("0", type))).code, type).toBe("pickle");
    }
  });

  it("says what it will not unpickle", async () => {
    expect((await refusal(read("object.npy"))).message).toBe(
      "a.npy: found an array of pickled Python objects, which could run code, wanted numbers or text, at byte 0",
    );
  });
});
