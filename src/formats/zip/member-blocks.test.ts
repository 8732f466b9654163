import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bytesRead, countReads } from "../../../fixtures/counted-source.js";
import { refusalOf } from "../../../fixtures/refusal-of.js";
import { writeDeflatedZip } from "../../../fixtures/write-deflated-zip.js";
import { type ByteSource, openSource } from "../byte-source.js";
import { defaultLimits } from "../limits.js";
import { readDirectory, type ZipMember } from "./directory.js";
import { inflateMember, memberBlocks } from "./member-blocks.js";

/** Incompressible, so that its deflated form takes many blocks. */
const content = new Uint8Array(randomBytes(2_000_000));

type Read = (archive: ByteSource, member: ZipMember) => Promise<Uint8Array>;
const ways: readonly (readonly [string, Read])[] = [
  ["as a whole", (archive, member) => inflateMember(archive, member, "a.zip!/a", undefined)],
  [
    "block by block",
    async (archive, member) => {
      const blocks: Uint8Array[] = [];
      for await (const block of memberBlocks(archive, member, "a.zip!/a", undefined)) blocks.push(block.slice());
      return Buffer.concat(blocks);
    },
  ],
];

/** An archive of one member, whose headers tell a size, and what its directory says of it. */
async function archiveOf(stored: boolean, size: number): Promise<readonly [Uint8Array, ZipMember]> {
  const bytes = writeDeflatedZip([{ name: "a", bytes: content, stored, size }]);
  const { members } = await readDirectory(openSource(bytes), defaultLimits, "a.zip", undefined);
  return [bytes, members.get("a")!];
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(["by Node's zlib", "by a DecompressionStream"])("a member, inflated %s", (way) => {
  beforeEach(() => {
    // As in a browser: no built-in module is to be had.
    if (way.includes("DecompressionStream")) vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
  });

  it.each(ways)("is read %s, stored or deflated", async (_, read) => {
    for (const stored of [true, false]) {
      const [bytes, member] = await archiveOf(stored, content.length);
      const found = await read(countReads(bytes), member);
      expect(Buffer.compare(found, content)).toBe(0);
    }
  });

  it("fills memory of its own", async () => {
    const [bytes, member] = await archiveOf(false, content.length);
    const whole = await inflateMember(openSource(bytes), member, "a.zip!/a", undefined);
    expect([whole.byteOffset, whole.buffer.byteLength]).toEqual([0, content.length]);
  });

  it.each(ways)("is read %s no further than the first block beyond its size", async (_, read) => {
    const [bytes, member] = await archiveOf(false, 1000);
    const source = countReads(bytes);
    expect(await refusalOf(read(source, member))).toMatchObject({
      code: "corrupt",
      message: "a.zip!/a: found more than 1000 inflated bytes, wanted 1000, at byte 0",
    });
    expect(bytesRead(source)).toBeLessThan(bytes.length / 2);
  });

  it.each(ways)("is refused %s where it has fewer bytes than the directory says", async (_, read) => {
    const [bytes, member] = await archiveOf(false, content.length + 1);
    expect(await refusalOf(read(openSource(bytes), member))).toMatchObject({
      code: "corrupt",
      message: "a.zip!/a: found 2000000 inflated bytes, wanted 2000001, at byte 0",
    });
  });

  it.each(ways)("hands on %s what its source throws", async (_, read) => {
    const [bytes, member] = await archiveOf(false, content.length);
    const cut = openSource(bytes.subarray(0, 100_000), "file");
    const error = await refusalOf(read({ size: bytes.length, read: (...call) => cut.read(...call) }, member));
    expect(error).toMatchObject({ code: "truncated", path: "file" });
  });

  it("is refused where no memory holds its size", async () => {
    const [bytes, member] = await archiveOf(false, content.length);
    const attempt = inflateMember(openSource(bytes), { ...member, size: 2 ** 50 }, "a.zip!/a", undefined);
    expect(await refusalOf(attempt)).toMatchObject({ code: "limit", path: "a.zip!/a", offset: 0 });
  });
});
