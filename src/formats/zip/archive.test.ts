import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { refusalOf } from "../../../fixtures/refusal-of.js";
import { type ByteInput, type ByteSource, openSource, sliceSource } from "../byte-source.js";
import { openZip } from "./archive.js";
import { crc32 } from "./crc32.js";
import { writeStoredZip } from "./write-zip.js";

const folder = new URL("../../../fixtures/containers/", import.meta.url);
const read = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(file, folder)));
const readJson = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), "utf8"));

/** Archive → its members as Python's zipfile reads them: name and base64 of the content. */
const archives = readJson("zip/index.json") as Record<string, [string, string][]>;
/** Archive → the code it is refused with. */
const hostile = readJson("hostile/index.json") as Record<string, string>;

function zipsIn(name: string): string[] {
  return readdirSync(new URL(name, folder))
    .filter((file) => file.endsWith(".zip"))
    .sort();
}

/** All members as `readAll` gives them, read block by block. */
async function readBlocks(bytes: ByteInput, name = "a.zip"): Promise<[string, string][]> {
  const zip = await openZip(bytes, { name });
  const members: [string, string][] = [];
  for (const member of zip.names) {
    const blocks: Uint8Array[] = [];
    for await (const block of zip.blocks(member)) blocks.push(block.slice());
    members.push([member, Buffer.concat(blocks).toString("base64")]);
  }
  return members;
}

async function readAll(bytes: ByteInput, name = "a.zip"): Promise<[string, string][]> {
  const zip = await openZip(bytes, { name });
  const members: [string, string][] = [];
  for (const member of zip.names) members.push([member, Buffer.from(await zip.read(member)).toString("base64")]);
  return members;
}

/** An archive of one member, `config.json`, with an extra field that gives it another name (APPNOTE 4.6.9). */
function withField(version: number, crc: number, name: Uint8Array): Uint8Array {
  const zip = writeStoredZip([{ name: "config.json", bytes: Uint8Array.of(1) }], "a.zip");
  const field = new Uint8Array(9 + name.length);
  const fieldView = new DataView(field.buffer);
  fieldView.setUint16(0, 0x7075, true);
  fieldView.setUint16(2, 5 + name.length, true);
  field[4] = version;
  fieldView.setUint32(5, crc, true);
  field.set(name, 9);
  const directory = Buffer.from(zip).indexOf("PK\u0001\u0002");
  const end = zip.length - 22;
  const view = new DataView(zip.buffer);
  view.setUint16(directory + 30, field.length, true);
  view.setUint32(end + 12, end - directory + field.length, true);
  return Uint8Array.from([...zip.subarray(0, end), ...field, ...zip.subarray(end)]);
}

describe("openZip", () => {
  it("is tested with every archive of the fixtures", () => {
    expect(zipsIn("zip")).toEqual(Object.keys(archives).sort());
    expect(zipsIn("hostile")).toEqual(Object.keys(hostile).sort());
  });

  it.each(Object.keys(archives))("reads %s as Python's zipfile does", async (file) => {
    expect(await readAll(read(`zip/${file}`))).toEqual(archives[file]);
    expect(await readBlocks(read(`zip/${file}`))).toEqual(archives[file]);
  });

  it.each(Object.keys(archives))("gives the members of %s as sources and their sizes", async (file) => {
    const zip = await openZip(read(`zip/${file}`));
    for (const [name, content] of archives[file]!) {
      const bytes = Buffer.from(content, "base64");
      const source = await zip.source(name);
      expect([zip.has(name), zip.size(name), source.size]).toEqual([true, bytes.length, bytes.length]);
      const half = bytes.length >> 1;
      expect(Buffer.from(await source.read(half, bytes.length - half))).toEqual(bytes.subarray(half));
      const error = await refusalOf(source.read(half, bytes.length + 1));
      expect([error.code, error.path]).toEqual(["truncated", `archive.zip!/${name}`]);
    }
  });

  it.each(Object.entries(hostile))("refuses %s: %s", async (file, code) => {
    for (const readMembers of [readAll, readBlocks]) {
      const error = await refusalOf(readMembers(read(`hostile/${file}`), file));
      expect([error.code, error.path.startsWith(file), typeof error.offset], error.message).toEqual([
        code,
        true,
        "number",
      ]);
    }
  });

  it("says at which byte a name begins that it refuses", async () => {
    for (const [file, name] of Object.entries({ "traversal.zip": "../evil", "drive.zip": "C:/windows" })) {
      const bytes = read(`hostile/${file}`);
      const { offset } = await refusalOf(openZip(bytes));
      expect(offset).toBe(Buffer.from(bytes).lastIndexOf(name));
    }
  });

  it("refuses a member that an extra field gives another name, if the field counts", async () => {
    const names = ["config.json", "model.json"].map((name) => new TextEncoder().encode(name)) as [
      Uint8Array,
      Uint8Array,
    ];
    const crc = crc32(names[0]);
    const error = await refusalOf(openZip(withField(1, crc, names[1])));
    expect(error.code).toBe("duplicate");
    expect(error.message).toBe(
      'archive.zip!/config.json: found a second name "model.json", wanted one name, at byte 118',
    );
    for (const zip of [withField(1, crc, names[0]), withField(2, crc, names[1]), withField(1, crc + 1, names[1])]) {
      expect((await openZip(zip)).names).toEqual(["config.json"]);
    }
  });

  it("refuses an archive that ends at any byte before its last", async () => {
    for (const file of ["stored.zip", "descriptor-zip64.zip", "zip64-end.zip"]) {
      const whole = read(`zip/${file}`);
      for (let length = 0; length < whole.length; length++) {
        expect((await refusalOf(readAll(whole.slice(0, length)))).code, `${file}, ${length}`).toBe("truncated");
      }
    }
  });

  it("refuses bytes before or after the archive when it is opened", async () => {
    const prefixed = read("hostile/prefixed.zip");
    expect((await refusalOf(openZip(prefixed))).message).toBe(
      "archive.zip: found 10 bytes before the archive that its offsets do not count, wanted the archive alone: " +
        "cut them off, or give sliceSource(source, 10, 128, name), at byte 0",
    );
    expect(await readAll(sliceSource(openSource(prefixed), 10, 128, "a.zip"))).toHaveLength(1);
    expect((await refusalOf(openZip(read("hostile/trailing.zip")))).message).toBe(
      "archive.zip: found no end record, wanted a ZIP archive that is whole, at byte 132",
    );
  });

  it.each(["stored.zip", "zip64-end.zip", "zip64-entry.zip", "comment.zip", "no-members.zip"])(
    "tells how many bytes stand before %s, and reads it from behind them",
    async (file) => {
      const whole = read(`zip/${file}`);
      for (const before of [1, 60, 100_000]) {
        const bytes = Buffer.concat([Buffer.alloc(before, "PK"), whole]);
        const { code, message, offset } = await refusalOf(openZip(bytes));
        expect([code, offset], message).toEqual(["corrupt", 0]);
        expect(message).toContain(`found ${before} bytes before the archive`);
        expect(message).toContain(`sliceSource(source, ${before}, ${whole.length}, name)`);
        const behind = sliceSource(openSource(bytes), before, whole.length, file);
        expect(await readAll(behind)).toEqual(archives[file]);
      }
    },
  );

  it("names the compression method that it does not read", async () => {
    const names = { 6: "imploded", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd" };
    const bytes = read("zip/stored.zip");
    const directory = Buffer.from(bytes).indexOf("PK\u0001\u0002", 0, "latin1");
    for (const [method, name] of Object.entries(names)) {
      bytes[directory + 10] = Number(method);
      const zip = await openZip(bytes);
      const error = await refusalOf(zip.read(zip.names[0]!));
      expect([error.code, error.path]).toEqual(["unsupported-format", zip.path(zip.names[0]!)]);
      expect(error.message).toContain(
        `found compression method ${method} (${name}), wanted 0 (stored) or 8 (deflated)`,
      );
    }
  });

  it("finds the end before the longest comment", async () => {
    const bytes = read("zip/stored.zip");
    const commented = new Uint8Array(bytes.length + 0xffff).fill(0x2e);
    commented.set(bytes);
    commented.set([0xff, 0xff], bytes.length - 2);
    expect(await readAll(commented)).toEqual(archives["stored.zip"]);
  });

  it("names the member that is missing and those that are there", async () => {
    const zip = await openZip(read("zip/folders.zip"), { name: "model.keras" });
    for (const promise of [zip.read("config.json"), zip.source("config.json")]) {
      const error = await refusalOf(promise);
      expect([error.code, error.message]).toEqual([
        "missing-entry",
        "model.keras!/config.json: found assets/, assets/a.txt, wanted this member",
      ]);
    }
    expect(zip.has("__proto__")).toBe(false);
  });

  it("reads of a stored member only what is asked for, without a copy", async () => {
    const bytes = read("zip/stored.zip");
    const reads: [number, number][] = [];
    const source: ByteSource = {
      size: bytes.length,
      read: async (offset, length) => {
        reads.push([offset, length]);
        return bytes.subarray(offset, offset + length);
      },
    };
    const zip = await openZip(source);
    const member = await zip.source("deep/er/zeros.bin");
    reads.length = 0;
    const part = await member.read(10, 5);
    expect(reads.map(([, length]) => length)).toEqual([5]);
    expect(part.buffer).toBe(bytes.buffer);
  });

  it("checks the CRC-32 of a stored member as a source where it is told to", async () => {
    const zip = await openZip(read("hostile/crc-stored.zip"));
    const source = await zip.source("a");
    expect([source.size, zip.isStored("a"), zip.crc("a")]).toEqual([1, true, 7]);
    const error = await refusalOf(zip.source("a", { verify: true }));
    expect([error.code, error.path]).toEqual(["bad-checksum", "archive.zip!/a"]);
    const sound = await openZip(read("zip/stored.zip"));
    expect((await sound.source("deep/er/zeros.bin", { verify: true })).size).toBe(300);
    expect((await openZip(read("zip/deflated.zip"))).isStored("deep/er/zeros.bin")).toBe(false);
  });

  it("inflates a member once for those who hold it", async () => {
    const zip = await openZip(read("zip/deflated.zip"));
    const name = "deep/er/zeros.bin";
    const content = await zip.read(name);
    expect(await zip.read(name)).toBe(content);
    expect((await zip.source(name)).memory?.buffer).toBe(content.buffer);
    await expect(zip.read(name, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
  });

  it("stops by a signal at each of its reads", async () => {
    const bytes = openSource(read("zip/descriptor-zip64.zip"), "archive.zip");
    /** Reads a member in both ways; the signal comes with the read of this number. */
    const readUntil = async (last: number): Promise<number> => {
      const stop = new AbortController();
      const { signal } = stop;
      let reads = 0;
      const source: ByteSource = {
        size: bytes.size,
        read: (...call) => {
          reads += 1;
          if (reads === last) stop.abort();
          return bytes.read(...call);
        },
      };
      const zip = await openZip(source, { signal });
      await zip.source("metadata.json", { verify: true, signal });
      await zip.read("metadata.json", { signal });
      return reads;
    };
    const reads = await readUntil(Infinity);
    expect(reads).toBeGreaterThan(6);
    for (let last = 1; last <= reads; last++) {
      expect(await refusalOf(readUntil(last))).toMatchObject({ code: "aborted", path: "archive.zip" });
    }
  });

  it("holds to its limits", async () => {
    const bytes = read("zip/deflated.zip");
    const name = "deep/er/zeros.bin";
    const attempt = (limits: object): Promise<unknown> => openZip(bytes, { limits }).then((zip) => zip.read(name));
    expect(await attempt({ memberBytes: 300, memberRatio: 100, members: 4 })).toHaveLength(300);
    expect((await refusalOf(attempt({ memberBytes: 299 }))).code).toBe("limit");
    expect((await refusalOf(attempt({ memberRatio: 10 }))).code).toBe("limit");
    expect((await refusalOf(attempt({ members: 3 }))).code).toBe("limit");
  });
});
