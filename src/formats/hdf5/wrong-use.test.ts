import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { openFile } from "../file-source.js";
import { encodeText, type Hdf5Dataset, type Hdf5File, openHdf5, textAttribute, textListAttribute } from "./index.js";

const path = "fixtures/hdf5/chunked.h5";
const bytes = new Uint8Array(readFileSync(path));
let file: Hdf5File;
let dataset: Hdf5Dataset;

beforeAll(async () => {
  file = await openHdf5(bytes);
  dataset = (await file.get("gzip")) as Hdf5Dataset;
});

/** What a call without types is answered with; every answer is an error of the code `usage` that says `message`. */
async function expectUsage(call: () => unknown, message: string): Promise<void> {
  const answer = Promise.resolve().then(call);
  await expect(answer).rejects.toMatchObject({ code: "usage", message });
}

const ways = "wanted a Uint8Array, ArrayBuffer, Blob or ByteSource (await openFile(path), await openHttp(url))";

describe("openHdf5, called without types,", () => {
  it.each([
    ["string", path],
    ["Response", new Response(bytes)],
    ["Float32Array", new Float32Array(8)],
    ["undefined", undefined],
    ["object", null],
  ])("says that a %s is no source, and how to get one", async (found, source) => {
    await expectUsage(() => openHdf5(source as never), `file.h5: found ${found}, ${ways}`);
  });

  it("says that a source was not waited for", async () => {
    const source = openFile(path);
    await expectUsage(() => openHdf5(source as never), `file.h5: found Promise, ${ways}`);
    await (await source).close();
  });

  it.each([
    [{ limit: {} }, "file.h5: found the option limit, wanted limits, name, filters, signal"],
    [null, "file.h5: found the option null, wanted limits, name, filters, signal"],
    ["a.h5", "file.h5: found the option a.h5, wanted limits, name, filters, signal"],
    [{ signal: new AbortController() }, "file.h5: found another signal, wanted an AbortSignal"],
    [{ signal: null }, "file.h5: found another signal, wanted an AbortSignal"],
    [{ limits: { depth: "5" } }, "limits.depth: found 5, wanted a number from 0 on"],
  ])("refuses the options %o", async (options, message) => {
    await expectUsage(() => openHdf5(bytes, options as never), message);
  });
});

describe("get, called without types,", () => {
  it.each([undefined, null, 5, ["gzip"], Symbol("gzip")])("wants a text, not %s", async (wrong) => {
    const message = `file.h5!/: found the path ${String(wrong)}, wanted a text`;
    await expectUsage(() => file.get(wrong as never), message);
    await expectUsage(() => file.root.get(wrong as never), message);
  });
});

describe("read, called without types,", () => {
  const names = "start, count, step, int64, signal, onProgress";
  it.each([
    [{ stop: [2, 2] }, `found the option stop, wanted ${names}`],
    [{ offset: [1, 0] }, `found the option offset, wanted ${names}`],
    [[1, 0], `found the option 0, wanted ${names}`],
    [null, `found the option null, wanted ${names}`],
    [{ int64: "BigInt" }, 'found int64 BigInt, wanted "bigint" or "number"'],
    [{ onProgress: {} }, "found another onProgress, wanted a function"],
    [{ signal: {} }, "found another signal, wanted an AbortSignal"],
    [{ start: 1 }, "found start 1, wanted a list of 2 whole numbers from 0 on"],
    [{ start: [1] }, "found start [1], wanted a list of 2 whole numbers from 0 on"],
    [{ start: [1, -1] }, "found start [1, -1], wanted a list of 2 whole numbers from 0 on"],
    [{ start: [1, 0.5] }, "found start [1, 0.5], wanted a list of 2 whole numbers from 0 on"],
    [{ start: Array.from({ length: 2 }) }, "found start [, ], wanted a list of 2 whole numbers from 0 on"],
    [{ count: "2,2" }, "found count 2,2, wanted a list of 2 whole numbers from 0 on"],
    [{ count: [1n, 1n] }, "found count [1, 1], wanted a list of 2 whole numbers from 0 on"],
    [{ step: [1, 0] }, "found step [1, 0], wanted a list of 2 whole numbers from 1 on"],
    [
      { start: [9, 9], count: [2, 4] },
      "found start [9, 9], count [2, 4], step [1, 1], wanted a part of the shape [10, 12]",
    ],
    [{ start: [11, 0] }, "found start [11, 0], count [0, 12], step [1, 1], wanted a part of the shape [10, 12]"],
  ])("refuses the options %o", async (options, message) => {
    await expectUsage(() => dataset.read(options as never), `file.h5!/gzip: ${message}`);
  });

  it("takes options that say nothing", async () => {
    const whole = await dataset.read();
    await expect(dataset.read({})).resolves.toEqual(whole);
    await expect(dataset.read({ start: undefined, int64: undefined } as never)).resolves.toEqual(whole);
  });
});

describe("other functions, called without types,", () => {
  it("say what they want", async () => {
    await expectUsage(() => encodeText(5 as never), "encodeText: found number, wanted a text");
    for (const wrong of [undefined, null, 5, {}, new Map()]) {
      const message = "object: found another object, wanted a group or a dataset";
      await expectUsage(() => textAttribute(wrong as never, "a"), message);
      await expectUsage(() => textListAttribute(wrong as never, "a"), message);
    }
    for (const wrong of [undefined, null, 5, {}, { address: Number.NaN }, { address: -1 }]) {
      await expectUsage(() => file.follow(wrong as never), "file.h5: found no reference, wanted one of this file");
    }
  });
});
