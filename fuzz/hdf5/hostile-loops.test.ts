import { expect, it } from "vitest";
import { openHdf5 } from "../../src/formats/hdf5/index.js";
import { damagedFile, type HostileFile, refusalsOf, testHostileFiles } from "./damaged-file.js";

const hostile: readonly HostileFile[] = [
  [
    "an internal node that is its own child",
    "chunks-deep-new",
    ({ find, set, bytes }) => {
      const node = find("BTIN");
      const leaf = find("BTLF");
      const child = Buffer.from(bytes).indexOf(Buffer.from(BigUint64Array.of(BigInt(leaf)).buffer), node);
      set(child, 8, node);
    },
    ["/tree corrupt"],
    'found "BTIN"',
  ],
  [
    "an internal node with the same child twice",
    "chunks-deep-new",
    ({ find, bytes }) => {
      const node = find("BTIN");
      const first = Buffer.from(bytes).indexOf(Buffer.from(BigUint64Array.of(BigInt(find("BTLF"))).buffer), node);
      const second = Buffer.from(bytes).indexOf(Buffer.from(BigUint64Array.of(BigInt(find("BTLF", 1))).buffer), node);
      bytes.copyWithin(second, first, first + 9);
    },
    ["/tree corrupt"],
    "found a B-tree that meets a node twice, or has more records than its 100",
  ],
  [
    "an old B-tree node of chunks that is its own child",
    "chunks-tree-old",
    ({ find, set }) => {
      const node = find("TREE", 1);
      set(node + 5, 1, 1);
      set(node + 24 + 32, 8, node);
    },
    ["/d corrupt"],
    "found a B-tree node of level 1",
  ],
  [
    "old B-tree nodes of chunks that lead to each other",
    "chunks-tree-old",
    ({ find, set }) => {
      const nodes = [find("TREE", 1), find("TREE", 2)] as const;
      nodes.forEach((node, i) => {
        set(node + 5, 1, 2 - i);
        set(node + 24 + 32, 8, nodes[1 - i]!);
      });
    },
    ["/d corrupt", "/z corrupt"],
    "found structures that overlap or belong to several objects",
  ],
  [
    "a super block that is its own data block",
    "chunks-deep-new",
    ({ find, set, bytes }) => {
      const block = find("EASB");
      const data = Buffer.from(bytes).indexOf(Buffer.from(BigUint64Array.of(BigInt(find("EADB"))).buffer), block);
      set(data, 8, block);
    },
    ["/sparse bad-checksum"],
    "found the checksum 0xffffffff",
  ],
  [
    "an indirect block that is its own first block",
    "fixtures/hdf5/structure/dense-tracked",
    ({ find, set, bytes }) => {
      const block = find("FHIB");
      const first = Buffer.from(bytes).indexOf(Buffer.from(BigUint64Array.of(BigInt(find("FHDB"))).buffer), block);
      set(first, 8, block);
    },
    ["/group truncated", "/group/external unsafe"],
    "found 86 bytes from byte 738",
  ],
  [
    "a continuation block that leads to itself",
    "links-new",
    ({ find, bytes }) => {
      const block = find("OCHK");
      const target = Buffer.from(BigUint64Array.of(BigInt(block)).buffer);
      const message = Buffer.from(bytes).indexOf(target) - 4;
      bytes.copyWithin(block + 4, message, message + 20);
    },
    ["/a/b corrupt"],
    "found a continuation to a block met before",
  ],
  [
    "a committed type that is said to be where it is wanted",
    "types-other-new",
    ({ find, set }) => set(find([2, 2, 0x96, 0x10]) + 2, 8, find("OHDR", 9)),
    ["/shared corrupt"],
    "found no message of type 3 in the header at 4347",
  ],
];

testHostileFiles(hostile);

it("calls a soft link that leads back to itself unsafe, and reads everything else", async () => {
  for (const name of ["links-old", "links-new"]) {
    const bytes = damagedFile(name, () => undefined);
    const { refusals } = await refusalsOf(bytes);
    expect(refusals, name).toEqual(["/a/b/external unsafe", "/a/b/loop unsafe", "/a/b/loop2 unsafe"]);
  }
});

it("lists a group that contains itself once, as a link", async () => {
  const file = await openHdf5(damagedFile("links-new", () => undefined));
  const found = [];
  for await (const object of file.walk()) found.push(`${object.kind} ${object.path}`);
  expect(found.filter((line) => line.includes("self"))).toEqual(["link /a/b/self"]);
  const path = `/${"a/b/self/".repeat(15)}a/b/d`;
  expect((await file.get(path))?.kind).toBe("dataset");
  await expect(file.get(`/${"a/b/self/".repeat(30)}a/b/d`)).rejects.toThrow("found groups nested 65 deep");
});
