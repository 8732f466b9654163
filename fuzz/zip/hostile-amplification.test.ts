import { describe, expect, it } from "vitest";
import { refusalOf } from "../../fixtures/refusal-of.js";
import { writeDeflatedZip } from "../../fixtures/write-deflated-zip.js";
import { openSource } from "../../src/formats/byte-source.js";
import type { Limits } from "../../src/formats/limits.js";
import { openNpz } from "../../src/formats/npz.js";
import { openArchive } from "../../src/import/archive.js";
import { int32, makeFile, nowhere, oldHeader, vectorOf, word } from "../hdf5/made-file.js";
import { npyOf } from "./made-npy.js";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Arrays of archives of a few kilobytes, which may take 32 MiB, and objects 24 MiB. */
describe("small NPZ archives", () => {
  it.each([
    ["float16 numbers that are widened", npyOf("<f2", 8_400_000, new Uint8Array(2)), { memberRatio: 4000 }],
    ["bfloat16 numbers", npyOf("|V2", 8_400_000, new Uint8Array(2)), { memberRatio: 4000 }],
    ["texts", npyOf("|S2", 245_000, text("ab")), { memberRatio: 1_000_000 }],
    [
      "texts in Fortran order",
      npyOf("<U1", 250_000, Uint8Array.of(97, 0, 0, 0), [2, 125_000]),
      { memberRatio: 1_000_000 },
    ],
    ["one text", npyOf("|S7000000", 1, text("a")), { memberRatio: 10_000 }],
    ["long doubles", npyOf("<f16", 46_000, new Uint8Array(16)), { memberRatio: 100_000 }],
  ])("of %s that take too much are refused, unless limits allow them", async (_, bytes, limits) => {
    const archive = writeDeflatedZip([{ name: "a.npy", bytes }]);
    const read = async (limits: Partial<Limits>): Promise<unknown> =>
      (await openNpz(archive, { limits })).read("a", { raw: "bfloat16" });
    expect(await refusalOf(read({}))).toMatchObject({
      code: "limit",
      message: "archive.npz!/a.npy: found values that take more than limits.memberRatio allows, at byte 0",
    });
    await read(limits);
  });

  it("are refused the array with which all take too much, and are read the others, again and again", async () => {
    const half = npyOf("<f2", 4_000_000, new Uint8Array(2));
    const members = ["a.npy", "b.npy", "c.npy"].map((name) => ({ name, bytes: half }));
    const npz = await openNpz(writeDeflatedZip(members));
    for (let i = 0; i < 3; i++) {
      for (const name of ["a", "b"]) expect((await npz.read(name)).shape).toEqual([4_000_000]);
      expect((await refusalOf(npz.read("c"))).code).toBe("limit");
    }
  });

  it("are refused what takes too much together: a padded text that is held beside the numbers, many short texts", async () => {
    const numbers = npyOf("<f2", 4_000_000, new Uint8Array(2));
    const padded = npyOf("|S20000000", 1, new Uint8Array(1));
    const two = await openNpz(
      writeDeflatedZip([
        { name: "a.npy", bytes: numbers },
        { name: "b.npy", bytes: padded },
      ]),
    );
    expect((await two.read("a")).shape).toEqual([4_000_000]);
    expect((await refusalOf(two.read("b"))).code).toBe("limit");
    const short = npyOf("|S30000", 1, text("a"));
    const names = Array.from({ length: 1200 }, (_, i) => `${i}`);
    const many = await openNpz(writeDeflatedZip(names.map((name) => ({ name: `${name}.npy`, bytes: short }))));
    const readings = await Promise.allSettled(names.map((name) => many.read(name)));
    expect(new Set(readings.map(({ status }) => status))).toEqual(new Set(["fulfilled", "rejected"]));
  });

  it("of zeros are read however far they were deflated", async () => {
    const zeros = npyOf("<f8", 2 ** 23, new Uint8Array(8));
    const archive = writeDeflatedZip([{ name: "a.npy", bytes: zeros }]);
    expect(zeros.length / archive.length).toBeGreaterThan(1020);
    expect((await (await openNpz(archive)).read("a")).data).toHaveLength(2 ** 23);
  });

  it("of long texts beside the arrays are refused before they are inflated", async () => {
    const npz = await openNpz(writeDeflatedZip([{ name: "meta.json", bytes: text(" ".repeat(7_000_000)) }]));
    expect(await refusalOf(npz.readText("meta.json"))).toMatchObject({ code: "limit", path: "archive.npz!/meta.json" });
  });
});

/** An archive of a configuration and weights. */
function openModel(config: string, weights: Uint8Array, limits: Partial<Limits> = {}): ReturnType<typeof openArchive> {
  const members = [
    { name: "config.json", bytes: text(config) },
    { name: "model.weights.h5", bytes: weights },
  ];
  return openArchive(openSource(writeDeflatedZip(members)), "m.keras", limits, undefined);
}

/** HDF5 weights of so many integers that were never written, and so many zeros beside. */
function unwritten(count: number, zeros: number): Uint8Array {
  const file = makeFile();
  file.add(new Uint8Array(zeros));
  const layout = [8, [3, 1, ...nowhere, ...word(0)]] as const;
  return file.finish([file.add(oldHeader([vectorOf(count), int32, layout]))]);
}

async function readUnwritten(limits: Partial<Limits>): Promise<unknown> {
  const { weights } = await openModel("1", unwritten(8_000_000, 4_000_000), limits);
  const dataset = await weights!.get("00000");
  return dataset?.kind === "dataset" ? dataset.read() : undefined;
}

describe("small archives of Keras models", () => {
  it.each([
    [
      "many values",
      `[${"{},".repeat(16_000)}1]`,
      "more than 16000 values, wanted at most that",
      { jsonValues: 30_000 },
    ],
    [
      "much text",
      " ".repeat(2_100_000) + 1,
      "a JSON text of 2100001 bytes, wanted at most 2097152",
      { jsonLength: 3e6 },
    ],
  ])("of %s in their configuration are refused, unless limits allow them", async (_, config, found, limits) => {
    const error = await refusalOf(openModel(config, unwritten(1, 0)));
    expect(error.code).toBe("limit");
    expect(error.message).toContain(`found ${found}`);
    expect((await openModel(config, unwritten(1, 0), limits)).weights).not.toBeNull();
  });

  it("that store their configuration as it is may have a value for every two bytes of it", async () => {
    const config = { name: "config.json", bytes: text(`[${"1,".repeat(60_000)}1]`), stored: true };
    const { architecture } = await openArchive(openSource(writeDeflatedZip([config])), "m.keras", {}, undefined);
    expect(architecture?.config).toHaveLength(60_001);
  });

  it("of a long configuration are refused before it is inflated", async () => {
    const config = { name: "config.json", bytes: text("1"), size: 3_000_000 };
    const limits = { memberRatio: 1e9 };
    const opening = openArchive(openSource(writeDeflatedZip([config])), "m.keras", limits, undefined);
    expect(await refusalOf(opening)).toMatchObject({
      code: "limit",
      message: "m.keras!/config.json: found a JSON text of 3000000 bytes, wanted at most 2097152, at byte 0",
    });
  });

  it("of weights that were deflated too far are refused, unless limits allow them", async () => {
    const long = unwritten(1, 5_000_000);
    expect(await refusalOf(openModel("1", long))).toMatchObject({ code: "limit", path: "m.keras!/model.weights.h5" });
    expect((await openModel("1", long, { memberRatio: 20_000 })).weights).not.toBeNull();
  });

  it("may have weights that take as much as the archive's bytes allow, not those that come out of it", async () => {
    expect(await refusalOf(readUnwritten({}))).toMatchObject({
      code: "limit",
      path: "m.keras!/model.weights.h5!/00000",
    });
    expect(await readUnwritten({ arrayRatio: 20_000 })).toMatchObject({ shape: [8_000_000] });
  });
});
