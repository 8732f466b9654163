import { existsSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import type { KerasProofError } from "../errors.js";
import { detectFormat } from "./magic.js";

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const fixtures = new URL("../../fixtures/", import.meta.url);
const corpus = new URL("../../../shared/corpus/", import.meta.url);

async function refusal(bytes: Uint8Array): Promise<KerasProofError> {
  return detectFormat(bytes, "model.h5").then(
    (format) => expect.fail(`detected ${format}`),
    (error: KerasProofError) => error,
  );
}

describe("detectFormat", () => {
  it.each([
    ["zip", "PK\x03\x04" + "\0".repeat(30)],
    ["zip", "PK\x05\x06" + "\0".repeat(18)],
    ["hdf5", "\x89HDF\r\n\x1a\n\0"],
    ["hdf5", `${"user block".padEnd(512, " ")}\x89HDF\r\n\x1a\n`],
    ["hdf5", `${'{"a": 1}'.padEnd(8192, "\0")}\x89HDF\r\n\x1a\n`],
    ["npy", "\x93NUMPY\x01\0"],
    ["json", '{"class_name": "Sequential"}'],
    ["json", "\xef\xbb\xbf \r\n\t[]"],
  ])("tells %s by its bytes", async (format, text) => {
    expect(await detectFormat(latin1(text), "name.bin")).toBe(format);
  });

  it.each([
    ["an empty file", ""],
    ["nothing but zero bytes", "\0".repeat(600)],
    ["a Python pickle, which could run code", "\x80\x04\x95\x10\0"],
    ["a PyTorch file (a ZIP archive around a pickle)", `PK\x03\x04${"\0".repeat(22)}\x10\0\0\0archive/data.pkl`],
    ["a TensorFlow SavedModel (a protobuf)", "\x08\x01\x12\xa5\x1c"],
    ["an ONNX model (a protobuf)", "\x08\x08\x12\x07pytorch"],
    ["a safetensors file", '\x40\0\0\0\0\0\0\0{"a":{}}'],
    ["a PNG image", "\x89PNG\r\n\x1a\n"],
    ["gzip-compressed data", "\x1f\x8b\x08\0"],
    ["a TensorFlow Lite model", "\x1c\0\0\0TFL3"],
    ["a tar archive", `${"name".padEnd(257, "\0")}ustar\x0000`],
    ["a Git LFS pointer instead of the file (git lfs pull fetches it)", "version https://git-lfs.github.com/spec/v1\n"],
    ["an HTML page instead of the file", "\n<!DOCTYPE html>\n<html>"],
    ["a YAML text, which Keras 1 and 2 wrote (save it as JSON)", "class_name: Sequential\nconfig:\n"],
    ['text that begins with "hello"', "  hello"],
    ["a file that begins with the bytes 89 48 44 46 0d 0a 1a 00", "\x89HDF\r\n\x1a\0"],
    ["UTF-16 text", "\xff\xfe{\0"],
  ])("says that it found %s", async (found, text) => {
    const error = await refusal(latin1(text));
    expect([error.code, error.path, error.message]).toEqual([
      "unknown-format",
      "model.h5",
      `model.h5: found ${found}, wanted a .keras archive, an HDF5 file, a JSON text or a NumPy array`,
    ]);
  });

  it("tells the models and references of the fixtures by their bytes", async () => {
    expect(await tellAll(new URL("cases/", fixtures))).toBeGreaterThan(1);
    expect(await tellAll(new URL("examples/", fixtures))).toBeGreaterThan(1);
  });

  it.skipIf(!existsSync(corpus))("tells other people's files by their bytes", async () => {
    expect(await tellAll(corpus)).toBeGreaterThan(1);
  });
});

const formats: ReadonlyMap<string, string> = new Map([
  ["h5", "hdf5"],
  ["hdf5", "hdf5"],
  ["keras", "zip"],
  ["npz", "zip"],
]);

/** Checks every file of a known suffix and gives their number. */
async function tellAll(folder: URL): Promise<number> {
  let count = 0;
  for (const file of readdirSync(folder, { recursive: true }) as string[]) {
    const format = formats.get(file.slice(file.lastIndexOf(".") + 1));
    if (format === undefined) continue;
    count += 1;
    expect(await detectFormat(readFileSync(new URL(file, folder)), file), file).toBe(format);
  }
  return count;
}
