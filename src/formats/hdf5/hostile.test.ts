import { describe, expect, it } from "vitest";
import { readAllOfHdf5, readHdf5Fixture } from "../../../fixtures/read-hdf5.js";

/** The offset of the nth occurrence of some bytes, given as text or as numbers. */
function find(bytes: Uint8Array, wanted: string | readonly number[], nth = 0): number {
  const pattern = Buffer.from(wanted as string);
  let at = Buffer.from(bytes).indexOf(pattern);
  for (let i = 0; i < nth; i++) at = Buffer.from(bytes).indexOf(pattern, at + 1);
  expect(at, `occurrence ${nth} of ${String(wanted)}`).toBeGreaterThanOrEqual(0);
  return at;
}

/** The offset of the data layout message of the dataset `values` in `small.h5`. */
function findLayout(bytes: Uint8Array): number {
  const address = find(bytes, [...new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer)]);
  return find(bytes, [3, 1, ...new Uint8Array(BigUint64Array.of(BigInt(address)).buffer)]);
}

type Patch = (bytes: Uint8Array, view: DataView<ArrayBuffer>) => void;

function patched(name: string, patch: Patch): Uint8Array {
  const bytes = readHdf5Fixture(name);
  patch(bytes, new DataView(bytes.buffer));
  return bytes;
}

const rootHeader = 96;
/** The beginning of the dataspace message of a dataset of shape (2, 3). */
const dataspace = [0x01, 0x02, 0x01, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3];
/** The message header of a continuation. */
const continuation = [0x10, 0, 0x10, 0, 0, 0, 0, 0];
/** The size of an entry of a symbol table node. */
const entryBytes = 40;

const constructed: readonly (readonly [
  title: string,
  file: string,
  patch: Patch,
  refusals: readonly string[],
  message: string,
])[] = [
  [
    "a B-tree node that is its own child",
    "small",
    (bytes, view) => {
      const node = find(bytes, "TREE");
      view.setUint8(node + 5, 1);
      view.setBigUint64(node + 32, BigInt(node), true);
    },
    ["/ corrupt"],
    "found a B-tree node of level 1, wanted level 0",
  ],
  [
    "a B-tree that meets a symbol table node twice",
    "names",
    (bytes, view) => {
      const node = find(bytes, "TREE", 1);
      view.setBigUint64(node + 48, view.getBigUint64(node + 32, true), true);
    },
    ["/links corrupt"],
    "found a B-tree that meets a node twice",
  ],
  [
    "a B-tree node with more entries than the file holds",
    "small",
    (bytes, view) => view.setUint16(find(bytes, "TREE") + 6, 0xffff, true),
    ["/ truncated"],
    "wanted 1048560 bytes",
  ],
  [
    "a symbol table node with more entries than the file holds",
    "small",
    (bytes, view) => view.setUint16(find(bytes, "SNOD") + 6, 0xffff, true),
    ["/ truncated"],
    "wanted 2621400 bytes",
  ],
  [
    "two links of one name",
    "small",
    (bytes, view) => {
      const first = find(bytes, "SNOD") + 8;
      view.setBigUint64(first + entryBytes, view.getBigUint64(first, true), true);
    },
    ["/ corrupt"],
    'found the link name "group" twice',
  ],
  [
    "a link name with a slash",
    "small",
    (bytes) => {
      bytes[find(bytes, "group") + 2] = "/".charCodeAt(0);
    },
    ["/ corrupt"],
    'found the link name "gr/up"',
  ],
  [
    "a link name outside the heap",
    "small",
    (bytes, view) => view.setBigUint64(find(bytes, "SNOD") + 8, 0xffff_ffffn, true),
    ["/ truncated"],
    "wanted to go to the 4294967295th",
  ],
  [
    "a local heap that is larger than the file",
    "small",
    (bytes, view) => view.setBigUint64(find(bytes, "HEAP") + 8, 1n << 40n, true),
    ["/ truncated"],
    "wanted 1099511627776 bytes",
  ],
  [
    "an object header that is larger than the file",
    "small",
    (_bytes, view) => view.setUint32(rootHeader + 8, 0xffff_fff8, true),
    ["file truncated"],
    "wanted 4294967304 bytes",
  ],
  [
    "a continuation block that leads to itself",
    "attributes",
    (bytes, view) => {
      const message = find(bytes, continuation);
      const block = Number(view.getBigUint64(message + 8, true));
      bytes.set(bytes.subarray(message, message + 24), block);
    },
    ["file corrupt"],
    "found a continuation to a block met before",
  ],
  [
    "an extent beyond every number of elements",
    "small",
    (bytes, view) => view.setBigUint64(find(bytes, dataspace) + 8, 1n << 60n, true),
    ["/group/values corrupt"],
    "found the number 1152921504606846976",
  ],
  [
    "a shape larger than the limit",
    "small",
    (bytes, view) => view.setBigUint64(find(bytes, dataspace) + 8, 1n << 50n, true),
    ["/group/values limit"],
    "found the shape [1125899906842624, 3]",
  ],
  [
    "a shape larger than what is stored for it",
    "small",
    (bytes, view) => view.setBigUint64(find(bytes, dataspace) + 8, 3n, true),
    ["/group/values corrupt"],
    "found 24 stored bytes, wanted 36",
  ],
  [
    "an end of the file behind the end of the source",
    "small",
    (bytes, view) => view.setBigUint64(40, BigInt(bytes.length + 1), true),
    ["file truncated"],
    "found 10240 bytes, wanted 10241",
  ],
  [
    "a global heap collection that is larger than the file",
    "small",
    (bytes, view) => view.setBigUint64(find(bytes, "GCOL") + 8, 1n << 40n, true),
    ["/group@ truncated", "/group/values@ truncated", "/text truncated"],
    "wanted 1099511627776 bytes",
  ],
  [
    "a text of another length than its element says",
    "small",
    (bytes, view) => view.setBigUint64(find(bytes, "GCOL") + 16 + 8, 3n, true),
    ["/group@ corrupt"],
    "found a text of 3 bytes, wanted the 2",
  ],
  [
    "link names that overlap",
    "small",
    (bytes, view) => {
      const heap = find(bytes, "HEAP");
      const segment = Number(view.getBigUint64(heap + 24, true));
      bytes.fill("x".charCodeAt(0), segment, segment + Number(view.getBigUint64(heap + 8, true)) - 1);
      const first = find(bytes, "SNOD") + 8;
      view.setBigUint64(first, 0n, true);
      view.setBigUint64(first + entryBytes, 1n, true);
    },
    ["/ corrupt"],
    "found names that overlap",
  ],
  [
    "a symbol table entry of an unknown kind",
    "small",
    (bytes, view) => view.setUint32(find(bytes, "SNOD") + 8 + 16, 7, true),
    ["/ corrupt"],
    "found the cache type 7",
  ],
  [
    "global heap collections that overlap",
    "texts",
    (bytes, view) => {
      for (const nth of [0, 1]) {
        const collection = find(bytes, "GCOL", nth);
        // Object 0, which ends a collection.
        if (nth === 1) view.setUint16(collection + Number(view.getBigUint64(collection + 8, true)), 0, true);
        view.setBigUint64(collection + 8, BigInt(bytes.length - collection), true);
      }
    },
    [
      "matrix ascii",
      "matrix utf-8",
      "repeated",
      "scalar ascii",
      "scalar utf-8",
      "variable ascii",
      "variable utf-8",
    ].map((name) => `/${name} corrupt`),
    "found global heap collections that overlap",
  ],
  [
    "two global heap objects of one index",
    "small",
    (bytes, view) => view.setUint16(find(bytes, "GCOL") + 16 + 24, 1, true),
    ["/group@ corrupt", "/group/values@ corrupt", "/text corrupt"],
    "found the heap object 1 twice",
  ],
  [
    "values behind the end of the file",
    "small",
    (bytes, view) => view.setBigUint64(findLayout(bytes) + 2, BigInt(bytes.length - 8), true),
    ["/group/values truncated"],
    "wanted 24 bytes, at byte 10232",
  ],
  [
    "objects behind the end of the file",
    "small",
    (_bytes, view) => view.setBigUint64(40, 1000n, true),
    ["/ truncated"],
    "found a file that ends at byte 1000",
  ],
  [
    "a fill value of another size than an element",
    "fill",
    (bytes, view) => view.setUint32(find(bytes, [4, 0, 0, 0, 0, 0, 0x20, 0x40]), 3, true),
    ["/filled <f4 corrupt"],
    "found a fill value of 3 bytes, wanted 4",
  ],
  [
    "two attributes of one name",
    "attributes",
    (bytes) => {
      bytes[find(bytes, "attribute 12") + 11] = "1".charCodeAt(0);
    },
    ["/many@ corrupt"],
    'found the attribute "attribute 11" twice',
  ],
  [
    "a text type of no bytes",
    "texts",
    (bytes, view) => view.setUint32(find(bytes, [0x13, 1, 0, 0, 4, 0, 0, 0]) + 4, 0, true),
    ["/fixed full corrupt"],
    "found a datatype of 0 bytes",
  ],
  [
    "a floating-point type that stores its leading 1",
    "small",
    (bytes, view) => view.setUint8(find(bytes, [0x11, 0x20, 0x1f, 0, 4, 0, 0, 0]) + 1, 0x10),
    ["/group/values unsupported-hdf5"],
    "that is not IEEE 754's",
  ],
  [
    "more dimensions than HDF5 has",
    "shapes",
    (bytes, view) => view.setUint8(find(bytes, [1, 32, 1, 0, 0, 0, 0, 0]) + 1, 33),
    ["/rank 32 corrupt"],
    "found 33 dimensions",
  ],
];

describe("hostile files", () => {
  it.each(constructed)("refuses %s and reads the rest", async (_title, name, patch, refusals, message) => {
    const messages: string[] = [];
    expect(await readAllOfHdf5(patched(name, patch), {}, messages)).toEqual(refusals);
    expect(messages[0]).toContain(message);
  });

  it("refuses a group with more links than the limit and reads the rest", async () => {
    expect(await readAllOfHdf5(readHdf5Fixture("names"), { objects: 139 })).toEqual(["/links limit"]);
  });

  it("refuses values that lie in what follows the file", async () => {
    const bytes = readHdf5Fixture("small");
    const longer = new Uint8Array(bytes.length + 100);
    longer.set(bytes);
    new DataView(longer.buffer).setBigUint64(findLayout(bytes) + 2, BigInt(bytes.length), true);
    expect(await readAllOfHdf5(longer)).toEqual(["/group/values truncated"]);
  });

  it("refuses a small file that claims a large array which was never written", async () => {
    const bytes = patched("fill", (bytes, view) => {
      for (let i = 0; i < 12; i++) view.setBigUint64(find(bytes, dataspace) + 8, 1n << 28n, true);
    });
    expect(await readAllOfHdf5(bytes)).toHaveLength(12);
    expect(new Set((await readAllOfHdf5(bytes)).map((line) => line.split(" ").at(-1)))).toEqual(new Set(["limit"]));
  });

  it("refuses values that do not fit in memory where the caller sets no limit", async () => {
    const bytes = patched("fill", (bytes, view) => view.setBigUint64(find(bytes, dataspace) + 8, 1n << 50n, true));
    const messages: string[] = [];
    expect(await readAllOfHdf5(bytes, { arrayBytes: Infinity, arrayRatio: Infinity }, messages)).toHaveLength(1);
    expect(messages[0]).toContain("found the shape [1125899906842624, 3], wanted values that fit in memory");
  });

  it("refuses groups that are nested deeper than the limit", async () => {
    expect(await readAllOfHdf5(readHdf5Fixture("names"), { depth: 3 })).toEqual(["/a/b/c/d limit"]);
  });

  it("refuses more objects than the limit", async () => {
    expect(await readAllOfHdf5(readHdf5Fixture("small"), { objects: 2 })).toEqual(["file limit"]);
  });

  it("refuses arrays larger than the limit", async () => {
    expect(await readAllOfHdf5(readHdf5Fixture("small"), { arrayBytes: 23 })).toEqual([
      "/group@ limit",
      "/group/values limit",
      "/text limit",
    ]);
  });
});
