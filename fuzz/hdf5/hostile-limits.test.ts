import { expect, it } from "vitest";
import { damagedFile, refusalsOf } from "./damaged-file.js";

const sound = (name: string): Uint8Array<ArrayBuffer> => damagedFile(`fixtures/hdf5/${name}`, () => undefined);
/** The beginning of the dataspace message of a dataset of shape (2, 3). */
const dataspace = [0x01, 0x02, 0x01, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3];

it("refuses a group with more links than the limit and reads the rest", async () => {
  expect((await refusalsOf(sound("names"), { objects: 139 })).refusals).toEqual(["/links limit"]);
});

it("refuses values that lie in what follows the file", async () => {
  const small = sound("small");
  const values = Buffer.from(small).indexOf(Buffer.from(Float32Array.of(0, 1, 2, 3, 4, 5).buffer));
  const bytes = new Uint8Array(small.length + 100);
  bytes.set(small);
  const layout = Buffer.from(small).indexOf(Buffer.from([3, 1, values & 0xff, values >> 8, 0, 0]));
  new DataView(bytes.buffer).setBigUint64(layout + 2, BigInt(small.length), true);
  expect((await refusalsOf(bytes)).refusals).toEqual(["/group/values truncated"]);
});

it("refuses a small file that claims a large array which was never written", async () => {
  const bytes = damagedFile("fixtures/hdf5/fill", ({ find, set }) => {
    for (let i = 0; i < 12; i++) set(find(dataspace) + 8, 8, 1n << 28n);
  });
  const { refusals } = await refusalsOf(bytes);
  expect(refusals).toHaveLength(12);
  expect(new Set(refusals.map((line) => line.split(" ").at(-1)))).toEqual(new Set(["limit"]));
});

it("refuses values that do not fit in memory where the caller sets no limit", async () => {
  const bytes = damagedFile("fixtures/hdf5/fill", ({ find, set }) => set(find(dataspace) + 8, 8, 1n << 50n));
  const { refusals, messages } = await refusalsOf(bytes, { arrayBytes: Infinity, arrayRatio: Infinity });
  expect(refusals).toHaveLength(1);
  expect(messages[0]).toContain("found the shape [1125899906842624, 3], wanted values that fit in memory");
});

it("refuses groups that are nested deeper than the limit", async () => {
  expect((await refusalsOf(sound("names"), { depth: 3 })).refusals).toEqual(["/a/b/c/d limit"]);
});

it("refuses more objects than the limit", async () => {
  expect((await refusalsOf(sound("small"), { objects: 2 })).refusals).toEqual(["/ limit"]);
});

it("refuses arrays larger than the limit", async () => {
  expect((await refusalsOf(sound("small"), { arrayBytes: 23 })).refusals).toEqual([
    "/group@names limit",
    "/group/values limit",
    "/text limit",
  ]);
});
