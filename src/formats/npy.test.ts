import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { mutants } from "../../fixtures/mutants.js";
import { KerasProofError } from "../errors.js";
import type { NdArray } from "../ndarray.js";
import { defaultLimits } from "./limits.js";
import { readNpy } from "./npy.js";

/** What NumPy reads: values as little-endian hex in C order, float16 widened to float32, or as texts. */
interface Expectation {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: string | readonly string[];
}

const folder = new URL("../../fixtures/containers/npy/", import.meta.url);
const index = JSON.parse(readFileSync(new URL("index.json", folder), "utf8")) as Record<
  string,
  Expectation | { readonly code: string }
>;

const read = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(file, folder)));

function describeArray({ dtype, shape, data }: NdArray): Expectation {
  if (!ArrayBuffer.isView(data)) return { dtype, shape, values: data };
  return { dtype, shape, values: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex") };
}

function refusal(bytes: Uint8Array, limits = defaultLimits): KerasProofError {
  try {
    readNpy(bytes, "a.npy", limits);
  } catch (error) {
    if (error instanceof KerasProofError) return error;
    throw error;
  }
  return expect.fail("nothing was refused");
}

describe("readNpy", () => {
  it("is tested with every file of the fixtures", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".npy"));
    expect(files.sort()).toEqual(Object.keys(index).sort());
  });

  it.each(Object.entries(index))("reads or refuses %s as expected", (file, expected) => {
    if ("code" in expected) {
      const error = refusal(read(file));
      expect([error.code, error.path], error.message).toEqual([expected.code, "a.npy"]);
    } else expect(describeArray(readNpy(read(file), file))).toEqual(expected);
  });

  it("reads the same from bytes that start anywhere, and leaves them alone", () => {
    const bytes = read("version-1.npy");
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const array = readNpy(shifted.subarray(3), "a.npy");
    expect(array).toEqual(readNpy(bytes, "a.npy"));
    (array.data as Float32Array).fill(7);
    expect(Buffer.from(shifted.subarray(3))).toEqual(Buffer.from(bytes));
  });

  it("refuses a file that ends at any byte before its last", () => {
    const bytes = read("version-2.npy");
    for (let length = 6; length < bytes.length; length++) {
      expect(refusal(bytes.slice(0, length)).code, String(length)).toBe("truncated");
    }
    for (let length = 0; length < 6; length++) expect(refusal(bytes.slice(0, length)).code).toBe("unknown-format");
  });

  it("holds to its limit of bytes", () => {
    expect(readNpy(read("version-1.npy"), "a.npy", { ...defaultLimits, arrayBytes: 24 }).shape).toEqual([2, 3]);
    expect(refusal(read("version-1.npy"), { ...defaultLimits, arrayBytes: 23 }).message).toBe(
      "a.npy: found the shape (2, 3) of 4 bytes an element, wanted at most 23 bytes in all",
    );
  });

  it("says what it will not unpickle", () => {
    expect(refusal(read("object.npy")).message).toBe(
      "a.npy: found an array of pickled Python objects, which could run code, wanted numbers or text",
    );
  });

  it("meets thousands of damaged files with typed errors or an array", () => {
    let refused = 0;
    for (const file of ["version-1.npy", "version-3.npy", "zero-width.npy"]) {
      for (const bytes of mutants(read(file), 1500, 3)) {
        try {
          readNpy(bytes, "a.npy");
        } catch (error) {
          if (!(error instanceof KerasProofError)) throw error;
          refused += 1;
        }
      }
    }
    expect(refused).toBeGreaterThan(1500);
  });
});
