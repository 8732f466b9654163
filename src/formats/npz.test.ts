import { readFileSync } from "node:fs";

import { beforeAll, describe, expect, it } from "vitest";

import { type NpzArchive, openNpz } from "./npz.js";
import { writeNpz } from "./write-npz.js";

const folder = new URL("../../fixtures/containers/", import.meta.url);
const bytes = new Uint8Array(readFileSync(new URL("npy.npz", folder)));
/** Key → what NumPy reads: dtype, shape, and values as little-endian hex in C order or as texts. */
const arrays = JSON.parse(readFileSync(new URL("npy.json", folder), "utf8")) as Record<string, object>;

describe("openNpz", () => {
  let npz: NpzArchive;
  beforeAll(async () => {
    npz = await openNpz(bytes, { name: "m.ref.npz" });
  });

  it("lists the arrays without .npy, and every member", () => {
    expect(npz.names).toEqual(Object.keys(arrays));
    expect(npz.members).toEqual([...Object.keys(arrays).map((name) => `${name}.npy`), "meta.json"]);
    expect([npz.has("f4/little/0"), npz.has("f4/little/0.npy"), npz.has("meta.json")]).toEqual([true, false, false]);
  });

  it.each(Object.entries(arrays))("reads %s as NumPy does", async (name, expected) => {
    const { dtype, shape, data } = await npz.read(name);
    const values = ArrayBuffer.isView(data)
      ? Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex")
      : data;
    expect({ dtype, shape, values }).toEqual(expected);
  });

  it("reads a plain member as text", async () => {
    expect(await npz.readText("meta.json")).toBe('{"about": "é"}');
  });

  it("names an array that is missing", async () => {
    expect(npz.path("inputs/0")).toBe("m.ref.npz!/inputs/0.npy");
    await expect(npz.read("inputs/0")).rejects.toMatchObject({
      code: "missing-entry",
      message: `m.ref.npz!/inputs/0.npy: found ${npz.names.length} other arrays, wanted this one`,
    });
    await expect(npz.readText("other.json")).rejects.toMatchObject({ code: "missing-entry" });
  });

  it("checks the CRC-32 of a stored array, whether or not it is in memory", async () => {
    const data = Float64Array.from({ length: 5000 }, (_, i) => i);
    const stored = writeNpz({ a: { dtype: "float64", shape: [5000], data } });
    expect((await (await openNpz(new Blob([new Uint8Array(stored)]))).read("a")).data).toEqual(data);
    for (const at of [200, 30_000]) {
      const damaged = new Uint8Array(stored);
      damaged[at]! ^= 1;
      for (const input of [damaged, new Blob([damaged])]) {
        const reading = openNpz(input, { name: "m.npz" }).then((npz) => npz.read("a"));
        await expect(reading).rejects.toMatchObject({ code: "bad-checksum", path: "m.npz!/a.npy" });
      }
    }
  });

  it("stops by a signal", async () => {
    const signal = AbortSignal.abort();
    await expect(openNpz(bytes, { signal })).rejects.toMatchObject({ code: "aborted" });
    await expect(npz.read("f8/little/4", { signal })).rejects.toMatchObject({ code: "aborted" });
    await expect(npz.readText("meta.json", { signal })).rejects.toMatchObject({ code: "aborted" });
  });

  it("hands its limits on", async () => {
    const small = await openNpz(bytes, { limits: { arrayBytes: 10 } });
    await expect(small.read("f8/little/4")).rejects.toMatchObject({ code: "limit" });
    await expect(openNpz(bytes, { limits: { members: 3 } })).rejects.toMatchObject({ code: "limit" });
  });
});
