import { beforeAll, describe, expect, it } from "vitest";
import type { NdArray } from "../ndarray.js";
import { openSource, sliceSource } from "./byte-source.js";
import { openFile } from "./file-source.js";
import { openHttp } from "./http-source.js";
import { readNpy } from "./npy.js";
import { type NpzArchive, openNpz } from "./npz.js";
import { parsePythonJson } from "./python-json.js";
import { openSafetensors } from "./safetensors.js";
import type { SafetensorsTensor } from "./safetensors-tensor.js";
import { writeNpy } from "./write-npy.js";
import { writeNpz } from "./write-npz.js";
import { openZip, type ZipArchive } from "./zip/archive.js";

const array: NdArray = { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) };
const npy = writeNpy(array);
const zip = writeNpz({ a: array, "meta.json": "{}" });
let archive: ZipArchive;
let npz: NpzArchive;
let tensor: SafetensorsTensor;

beforeAll(async () => {
  archive = await openZip(zip);
  npz = await openNpz(zip);
  const header = new TextEncoder().encode('{"t":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}');
  const file = Uint8Array.of(header.length, 0, 0, 0, 0, 0, 0, 0, ...header, 7, 8);
  tensor = (await openSafetensors(file)).get("t")!;
});

/** What a call without types is answered with: an error of the code `usage` and with `message`. */
async function expectUsage(call: () => unknown, message: unknown): Promise<void> {
  await expect(Promise.resolve().then(call)).rejects.toMatchObject({ code: "usage", message });
}

type Call = (options: never) => unknown;

const calls: readonly (readonly [name: string, call: Call, misspelt: string, near: string])[] = [
  ["openZip", (options) => openZip(zip, options), "limit", "limits"],
  ["openNpz", (options) => openNpz(zip, options), "Name", "name"],
  ["readNpy", (options) => readNpy(npy, options), "longdouble", "longDouble"],
  ["openSafetensors", (options) => openSafetensors(npy, options), "signals", "signal"],
  ["writeNpy", (options) => writeNpy(array, options), "byteorder", "byteOrder"],
  ["writeNpz", (options) => writeNpz({ a: array }, options), "fortran_order", "fortranOrder"],
  ["openHttp", (options) => openHttp("http://localhost/", options), "header", "headers"],
  ["ZipArchive.read", (options) => archive.read("meta.json", options), "sigal", "signal"],
  ["ZipArchive.source", (options) => archive.source("meta.json", options), "verfy", "verify"],
  ["ZipArchive.blocks", (options) => archive.blocks("meta.json", options), "sgnal", "signal"],
  ["NpzArchive.readText", (options) => npz.readText("meta.json", options), "sigal", "signal"],
  ["NpzArchive.read", (options) => npz.read("a", options), "row", "raw"],
  ["SafetensorsTensor.read", (options) => tensor.read(options), "counts", "count"],
  ["SafetensorsTensor.readBytes", (options) => tensor.readBytes(options), "Signal", "signal"],
];

describe("options of another name or kind", () => {
  it.each(calls)("of %s are refused", async (name, call, misspelt, near) => {
    const unknown = { [misspelt]: true } as never;
    await expectUsage(
      () => call(unknown),
      expect.stringMatching(`^${name}: found the option ${misspelt}, wanted (.+, )?${near}`),
    );
    await expect(Promise.resolve().then(() => call(null as never))).rejects.toMatchObject({
      code: "usage",
      path: name,
    });
    if (!name.startsWith("write")) {
      const signal = new AbortController() as never;
      const message = `${name}: found the option signal to be an AbortController, wanted an AbortSignal`;
      await expectUsage(() => call({ signal } as never), message);
    }
  });

  it("are refused with what they may be", async () => {
    await expectUsage(
      () => readNpy(npy, { longDouble: "x86" as never }),
      'readNpy: found the option longDouble to be "x86", wanted "x87" or "binary128"',
    );
    await expectUsage(
      () => writeNpy(array, { byteOrder: ">" as never }),
      'writeNpy: found the option byteOrder to be ">", wanted "little" or "big"',
    );
    await expectUsage(
      () => tensor.read({ start: "1" as never }),
      "file.safetensors!/t: found 1 from 1 asked for, wanted a part of 2 along the first axis",
    );
  });
});

describe("other arguments, without types,", () => {
  const form = "an array { dtype, shape, data }";
  it.each([
    [undefined, `undefined, wanted ${form}`],
    [null, `null, wanted ${form}`],
    [Float32Array.of(1), `a Float32Array, wanted ${form}`],
    [{ dtype: "float32", shape: 2, data: Float32Array.of(1, 2) }, `an object, wanted ${form}`],
    [{ shape: [2], data: Float32Array.of(1, 2) }, `an object, wanted ${form}`],
    [{ dtype: "float32", shape: [1] }, `an object, wanted ${form}`],
    [{ dtype: "float32", shape: [1], data: [1] }, "float32 values in texts, wanted Float32Array"],
    [{ dtype: "string", shape: [1], data: [1] }, "1 among the texts, wanted texts"],
  ])("writeNpy refuses %o", async (wrong, message) => {
    await expectUsage(() => writeNpy(wrong as never), `array.npy: found ${message}`);
    await expectUsage(() => writeNpz({ a: wrong as never }), `archive.npz!/a.npy: found ${message}`);
  });

  it("writeNpz wants arrays by their names", async () => {
    for (const wrong of [undefined, null, 5]) {
      await expectUsage(() => writeNpz(wrong as never), `archive.npz: found ${wrong}, wanted arrays by their names`);
    }
  });

  it("parsePythonJson wants a text", async () => {
    const wanted = "wanted a text or its bytes in a Uint8Array";
    await expectUsage(() => parsePythonJson(undefined as never), `text.json: found undefined, ${wanted}`);
    await expectUsage(() => parsePythonJson({} as never), `text.json: found an object, ${wanted}`);
    const limits = "limits: found the option jsonLenght, wanted memberBytes";
    expect(() => parsePythonJson("{}", "a", { jsonLenght: 1 } as never)).toThrow(limits);
  });

  it("archives want the name of a member", async () => {
    await expectUsage(
      () => archive.read(undefined as never),
      "archive.zip: found undefined, wanted the name of a member",
    );
    await expectUsage(() => archive.source(5 as never), "archive.zip: found 5, wanted the name of a member");
    await expectUsage(() => archive.size(["a"] as never), "archive.zip: found a list, wanted the name of a member");
    await expectUsage(() => npz.read(undefined as never), "archive.npz: found undefined, wanted the name of an array");
    await expectUsage(() => npz.readText(null as never), "archive.npz: found null, wanted the name of a member");
  });

  it("sliceSource wants a source", async () => {
    const message = "part: found another source, wanted a ByteSource (openSource makes one)";
    for (const wrong of [undefined, null, npy]) {
      await expectUsage(() => sliceSource(wrong as never, 0, 1, "part"), message);
    }
    expect(sliceSource(openSource(npy), 0, 1, "part").size).toBe(1);
  });
});

describe("where a file is, without types,", () => {
  it("is told to openFile by its URL", async () => {
    const source = await openFile(new URL(import.meta.url));
    expect(source.size).toBeGreaterThan(0);
    await source.close();
  });

  it.each([
    [undefined, "undefined"],
    [null, "null"],
    [new URL("https://example.org/a.h5"), "an address of https:"],
    [{ path: "a.h5" }, "an object"],
  ])("is no path: %s", async (wrong, found) => {
    const wanted = "wanted a path, a file: URL or a file descriptor (openHttp opens addresses)";
    await expectUsage(() => openFile(wrong as never), `openFile: found ${found}, ${wanted}`);
  });

  it("is an address of http or https for openHttp", async () => {
    const http = "wanted one of http or https (openFile of kerasproof/formats/node opens files)";
    await expectUsage(() => openHttp("file:///a.h5"), `address: found an address of file: ${http}`);
    await expectUsage(() => openHttp("a.h5"), 'address: found "a.h5", wanted an address of http or https');
    await expectUsage(
      () => openHttp(undefined as never),
      "address: found undefined, wanted an address of http or https",
    );
  });
});
