import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type Damage, field, type HostileFile, refusalsOf, testHostileFiles } from "./damaged-file.js";

const seed = "cache-image-new";

/** Damage to the Metadata Cache Image message of the superblock extension: version, address and length of the image. */
const message = (offset: number, width: 1 | 8, value: number | bigint): Damage =>
  field([0x18, 17, 0], 4 + offset, width, value);

/** Where entries begin in the image: that of an array's header, on which the second, of its index block, depends. */
const entries = [18, 120] as const;

const hostile: readonly HostileFile[] = [
  [
    "an image's message of version 1",
    seed,
    message(0, 1, 1),
    ["file unsupported-hdf5"],
    "found a metadata cache image message of version 1",
  ],
  [
    "an image at the undefined address",
    seed,
    message(1, 8, 2n ** 64n - 1n),
    ["file corrupt"],
    "wanted that of the image of the metadata cache",
  ],
  [
    "an image behind the end of the file",
    seed,
    message(1, 8, 2n ** 40n),
    ["file truncated"],
    "found a file that ends at byte 7574",
  ],
  ["an image of 2^53 bytes", seed, message(9, 8, 2n ** 53n - 1n), ["file truncated"], "wanted 9007199254740991 bytes"],
  ["an image of 3 bytes", seed, message(9, 8, 3), ["file truncated"], "found 0 bytes, wanted 1"],
  [
    "an image that is longer than its message says",
    seed,
    message(9, 8, 2000),
    ["file corrupt"],
    "found an image of 2917 bytes, wanted 2000",
  ],
  ["an image without its signature", seed, field("MDCI", 0, 1, 0x58), ["file corrupt"], 'found "XDCI"'],
  [
    "an image of version 1",
    seed,
    field("MDCI", 4, 1, 1),
    ["file unsupported-hdf5"],
    "found an image of the metadata cache of version 1",
  ],
  [
    "an image with the state of the cache's size",
    seed,
    field("MDCI", 5, 1, 1),
    ["file unsupported-hdf5"],
    "found the state of the metadata cache of version 1",
  ],
  ["an image of 2^32 - 1 entries", seed, field("MDCI", 14, 4, 2 ** 32 - 1), ["file truncated"], "found 4 bytes"],
  ["an image with fewer entries than it holds", seed, field("MDCI", 14, 4, 3), ["file bad-checksum"], "at byte 5289"],
  ["an entry with 65535 parents", seed, field("MDCI", entries[0] + 8, 2, 65535), ["file truncated"], "wanted 524280"],
  [
    "an entry at the undefined address",
    seed,
    field("MDCI", entries[0] + 14, 8, 2n ** 64n - 1n),
    ["file corrupt"],
    "wanted that of an entry of the metadata cache",
  ],
  [
    "an entry behind the end of the file",
    seed,
    field("MDCI", entries[0] + 14, 8, 7574 - 71),
    ["file truncated"],
    "wanted 72 bytes",
  ],
  [
    "an entry of 2^53 bytes",
    seed,
    field("MDCI", entries[0] + 22, 8, 2n ** 53n - 1n),
    ["file truncated"],
    "wanted 9007199254740991 bytes",
  ],
  [
    "entries that overlap",
    seed,
    field("MDCI", entries[1] + 14, 8, 2763 + 71),
    ["file corrupt"],
    "found entries of the metadata cache that overlap at byte 2834",
  ],
  [
    "an entry in another place, where it is missing",
    seed,
    field("MDCI", entries[1] + 14, 8, 7000),
    ["/chunked bad-checksum"],
    "found the checksum 0x00000000",
  ],
];

testHostileFiles(hostile);

it("reads a sound image", async () => {
  const bytes = new Uint8Array(readFileSync(new URL(`../seeds/hdf5/${seed}.h5`, import.meta.url)));
  expect(await refusalsOf(bytes)).toEqual({ refusals: [], messages: [] });
});

it("refuses an image with a wrong checksum", async () => {
  const bytes = new Uint8Array(readFileSync(new URL(`../seeds/hdf5/${seed}.h5`, import.meta.url)));
  // The last byte of the last entry, before the checksum.
  bytes[bytes.length - 5]! ^= 1;
  const { refusals, messages } = await refusalsOf(bytes);
  expect(refusals).toEqual(["file bad-checksum"]);
  expect(messages[0]).toContain("at byte 7570");
});
