import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KerasProofError } from "../../errors.js";
import type { Limits } from "../limits.js";
import { openHdf5 } from "./index.js";

const folder = new URL("../../../fixtures/hdf5/", import.meta.url);

function readFixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`${name}.h5`, folder)));
}

/** Reads everything in a file and returns `place code` for each thing that is refused, the file itself included. */
async function readAll(bytes: Uint8Array, limits: Partial<Limits> = {}): Promise<string[]> {
  const refusals: string[] = [];
  const note = (where: string, error: unknown): void => {
    if (!(error instanceof KerasProofError)) throw error;
    refusals.push(`${where} ${error.code}`);
  };
  try {
    const file = await openHdf5(bytes, { limits });
    await file.root.attrs().catch((error: unknown) => note("/", error));
    for await (const object of file.walk()) {
      if (object.kind === "refused") {
        note(object.path, object.error);
        continue;
      }
      await object.attrs().catch((error: unknown) => note(`${object.path}@`, error));
      if (object.kind === "dataset") await object.read().catch((error: unknown) => note(object.path, error));
    }
  } catch (error) {
    note("file", error);
  }
  return refusals;
}

/** The offset of the nth occurrence of some bytes, given as text or as numbers. */
function find(bytes: Uint8Array, wanted: string | readonly number[], nth = 0): number {
  const pattern = Buffer.from(wanted as string);
  let at = Buffer.from(bytes).indexOf(pattern);
  for (let i = 0; i < nth; i++) at = Buffer.from(bytes).indexOf(pattern, at + 1);
  expect(at, `occurrence ${nth} of ${String(wanted)}`).toBeGreaterThanOrEqual(0);
  return at;
}

type Patch = (bytes: Uint8Array, view: DataView<ArrayBuffer>) => void;

function patched(name: string, patch: Patch): Uint8Array {
  const bytes = readFixture(name);
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

const constructed: readonly (readonly [title: string, file: string, patch: Patch, refusals: readonly string[]])[] = [
  [
    "a B-tree node that is its own child",
    "small",
    (bytes, view) => {
      const node = find(bytes, "TREE");
      view.setUint8(node + 5, 1);
      view.setBigUint64(node + 32, BigInt(node), true);
    },
    ["/ corrupt"],
  ],
  [
    "a B-tree that meets a symbol table node twice",
    "names",
    (bytes, view) => {
      const node = find(bytes, "TREE", 1);
      view.setBigUint64(node + 48, view.getBigUint64(node + 32, true), true);
    },
    ["/links corrupt"],
  ],
  [
    "a B-tree node with more entries than the file holds",
    "small",
    (bytes, view) => view.setUint16(find(bytes, "TREE") + 6, 0xffff, true),
    ["/ truncated"],
  ],
  [
    "a symbol table node with more entries than the file holds",
    "small",
    (bytes, view) => view.setUint16(find(bytes, "SNOD") + 6, 0xffff, true),
    ["/ truncated"],
  ],
  [
    "a group that contains itself",
    "small",
    (bytes, view) => view.setBigUint64(find(bytes, "SNOD") + 8 + 8, BigInt(rootHeader), true),
    ["/group unsafe"],
  ],
  [
    "two links of one name",
    "small",
    (bytes, view) => {
      const first = find(bytes, "SNOD") + 8;
      view.setBigUint64(first + entryBytes, view.getBigUint64(first, true), true);
    },
    ["/ corrupt"],
  ],
  [
    "a link name with a slash",
    "small",
    (bytes) => {
      bytes[find(bytes, "group") + 2] = "/".charCodeAt(0);
    },
    ["/ corrupt"],
  ],
  [
    "a link name outside the heap",
    "small",
    (bytes, view) => view.setBigUint64(find(bytes, "SNOD") + 8, 0xffff_ffffn, true),
    ["/ truncated"],
  ],
  [
    "a local heap that is larger than the file",
    "small",
    (bytes, view) => view.setBigUint64(find(bytes, "HEAP") + 8, 1n << 40n, true),
    ["/ truncated"],
  ],
  [
    "an object header that is larger than the file",
    "small",
    (_bytes, view) => view.setUint32(rootHeader + 8, 0xffff_fff8, true),
    ["file truncated"],
  ],
  [
    "an object header with more messages announced than there are",
    "small",
    (_bytes, view) => view.setUint16(rootHeader + 2, 0xffff, true),
    ["file corrupt"],
  ],
  [
    "an object header with fewer messages announced than there are",
    "attributes",
    (_bytes, view) => view.setUint16(rootHeader + 2, 1, true),
    ["file corrupt"],
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
  ],
  [
    "an extent beyond every number of elements",
    "small",
    (bytes, view) => view.setBigUint64(find(bytes, dataspace) + 8, 1n << 60n, true),
    ["/group/values corrupt"],
  ],
  [
    "a shape larger than the limit",
    "small",
    (bytes, view) => view.setBigUint64(find(bytes, dataspace) + 8, 1n << 50n, true),
    ["/group/values limit"],
  ],
  [
    "a shape larger than what is stored for it",
    "small",
    (bytes, view) => view.setBigUint64(find(bytes, dataspace) + 8, 3n, true),
    ["/group/values corrupt"],
  ],
  [
    "an end of the file behind the end of the source",
    "small",
    (bytes, view) => view.setBigUint64(40, BigInt(bytes.length + 1), true),
    ["file truncated"],
  ],
  [
    "a global heap collection that is larger than the file",
    "small",
    (bytes, view) => view.setBigUint64(find(bytes, "GCOL") + 8, 1n << 40n, true),
    ["/group@ truncated", "/group/values@ truncated", "/text truncated"],
  ],
  [
    "a text of another length than its element says",
    "small",
    (bytes, view) => view.setBigUint64(find(bytes, "GCOL") + 16 + 8, 3n, true),
    ["/group@ corrupt"],
  ],
  ["nothing", "small", () => undefined, []],
];

describe("hostile files", () => {
  it.each(constructed)("refuses %s and reads the rest", async (_title, name, patch, refusals) => {
    expect(await readAll(patched(name, patch))).toEqual(refusals);
  });

  it("refuses a small file that claims a large array which was never written", async () => {
    const bytes = patched("fill", (bytes, view) => {
      for (let i = 0; i < 12; i++) view.setBigUint64(find(bytes, dataspace) + 8, 1n << 28n, true);
    });
    expect(await readAll(bytes)).toHaveLength(12);
    expect(new Set((await readAll(bytes)).map((line) => line.split(" ").at(-1)))).toEqual(new Set(["limit"]));
  });

  it("refuses groups that are nested deeper than the limit", async () => {
    expect(await readAll(readFixture("names"), { depth: 3 })).toEqual(["/a/b/c/d limit"]);
  });

  it("refuses more objects than the limit", async () => {
    expect(await readAll(readFixture("small"), { objects: 2 })).toEqual(["file limit"]);
  });

  it("refuses arrays larger than the limit", async () => {
    expect(await readAll(readFixture("small"), { arrayBytes: 23 })).toEqual([
      "/group@ limit",
      "/group/values limit",
      "/text limit",
    ]);
  });

  it("refuses a file cut off at any byte", async () => {
    const bytes = readFixture("small");
    const codes = new Set<string>();
    for (let length = 0; length < bytes.length; length++) {
      const refusals = await readAll(bytes.subarray(0, length));
      expect(refusals, `cut to ${length} bytes`).toHaveLength(1);
      codes.add(refusals[0]!);
    }
    expect([...codes].sort()).toEqual(["file truncated", "file unknown-format"]);
  });

  it("throws nothing but typed errors for 4000 files with changed bytes", async () => {
    const allowed = /(?:truncated|corrupt|limit|unsafe|unsupported-hdf5|unknown-format)$/;
    const files = ["small", "attributes", "texts", "bfloat16", "types", "fill", "external-links", "chunked"];
    const random = seededRandom(20_26);
    let refused = 0;
    for (const name of files) {
      const good = readFixture(name);
      for (let i = 0; i < 500; i++) {
        const bytes = good.slice();
        for (let flips = 1 + (i % 4); flips > 0; flips--) {
          // Half of the changes fall into the first 2 KiB, where most of what describes a file lies.
          const end = random() < 0.5 ? Math.min(2048, bytes.length) : bytes.length;
          bytes[Math.floor(random() * end)] = Math.floor(random() * 256);
        }
        const refusals = await readAll(bytes);
        for (const line of refusals) expect(line).toMatch(allowed);
        if (refusals.length > 0) refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});

/** Numbers from 0 to 1, the same in each run (the generator mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
