import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findPython } from "../../../fixtures/find-python.js";
import type { ByteSource } from "../byte-source.js";
import { openZip } from "./archive.js";
import { directoryAndEnd, localHeader, type MemberPlace, type NewMember, writeStoredZip } from "./write-zip.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const few: readonly NewMember[] = [
  { name: "é 𝄞/a.txt", bytes: encode("hello") },
  { name: "empty", bytes: new Uint8Array() },
  { name: "zeros", bytes: new Uint8Array(1000) },
];
const many: readonly NewMember[] = Array.from({ length: 70_000 }, (_, i) => ({ name: `${i}`, bytes: encode(`${i}`) }));

describe("writeStoredZip", () => {
  it.each([
    ["no member", []],
    ["a few members", few],
  ])("writes an archive of %s that is read back", async (_, members) => {
    const zip = await openZip(writeStoredZip(members, "a.zip"));
    expect(zip.names).toEqual(members.map(({ name }) => name));
    for (const { name, bytes } of members) expect(Buffer.from(await zip.read(name))).toEqual(Buffer.from(bytes));
  });

  it("writes more members than 16 bits count, which are all read back", async () => {
    const zip = await openZip(writeStoredZip(many, "a.zip"));
    expect(zip.names).toEqual(many.map(({ name }) => name));
    for (const index of [0, 65_535, 69_999]) {
      expect(new TextDecoder().decode(await zip.read(`${index}`))).toBe(`${index}`);
    }
  });

  it.each([
    ["that no header holds", "usage", ["n".repeat(65_536)]],
    ["that stands twice", "duplicate", ["a", "b", "a"]],
    ["that UTF-8 has no bytes for", "usage", ["a\ud800"]],
    ["that leads out of a folder", "unsafe", ["a/../../b"]],
  ] as const)("refuses a name %s", (_, code, names) => {
    const members = names.map((name) => ({ name, bytes: new Uint8Array() }));
    expect(() => writeStoredZip(members, "a.zip")).toThrow(expect.objectContaining({ code }));
  });

  it("places what is beyond 4 GiB by zip64 fields", async () => {
    const { source, places } = sparseArchive([2 ** 32 - 1, 5, 5 * 2 ** 30, 7, 0]);
    const zip = await openZip(source);
    expect(zip.names.map((name) => zip.size(name))).toEqual([2 ** 32 - 1, 5, 5 * 2 ** 30, 7, 0]);
    expect(places.map(({ offset }) => offset > 2 ** 32)).toEqual([false, true, true, true, true]);
    const member = await zip.source("3");
    expect([...(await member.read(0, 7))]).toEqual([3, 3, 3, 3, 3, 3, 3]);
  });

  const python = findPython("zipfile");
  it.skipIf(python === undefined)("writes what Python's zipfile finds no fault with", () => {
    const folder = mkdtempSync(join(tmpdir(), "kerasproof-"));
    try {
      const found = [few, many].map((members) => {
        const path = join(folder, "a.zip");
        writeFileSync(path, writeStoredZip(members, "a.zip"));
        const program = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as file:
    print(file.testzip(), len(file.namelist()), sum(len(file.read(name)) for name in file.namelist()))
    print(ascii(file.namelist()[0]))`;
        return execFileSync(python!, ["-c", program, path], { encoding: "utf8" });
      });
      const bytes = many.reduce((sum, member) => sum + member.bytes.length, 0);
      expect(found).toEqual(["None 3 1005\n'\\xe9 \\U0001d11e/a.txt'\n", `None 70000 ${bytes}\n'0'\n`]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** An archive of members of these sizes, named by their numbers; each byte of one is its number. */
function sparseArchive(sizes: readonly number[]): { source: ByteSource; places: MemberPlace[] } {
  const places: MemberPlace[] = [];
  const headers: Uint8Array[] = [];
  let offset = 0;
  for (const [index, size] of sizes.entries()) {
    const place = { name: encode(`${index}`), crc: 0, size, offset };
    places.push(place);
    headers.push(localHeader(place));
    offset += headers[index]!.length + size;
  }
  const end = directoryAndEnd(places, offset);
  const byteAt = (at: number): number => {
    if (at >= offset) return end[at - offset]!;
    const index = places.findLastIndex((place) => place.offset <= at);
    return headers[index]![at - places[index]!.offset] ?? index;
  };
  const source: ByteSource = {
    size: offset + end.length,
    read: async (start, length) => Uint8Array.from({ length }, (_, i) => byteAt(start + i)),
  };
  return { source, places };
}
