import { afterEach, describe, expect, it, vi } from "vitest";
import { refusalOf } from "../../fixtures/refusal-of.js";
import { type PackedMember, writeDeflatedZip } from "../../fixtures/write-deflated-zip.js";
import type { NdArray } from "../ndarray.js";
import { openNpz } from "./npz.js";
import { writeNpy } from "./write-npy.js";
import { crc32 } from "./zip/crc32.js";

/** More elements than any block holds, in a shape of which no extent divides a block. */
const shape = [7, 911, 13];
const count = 7 * 911 * 13;
const indices = Array.from({ length: count }, (_, i) => i);
const arrays: readonly NdArray[] = [
  { dtype: "bool", shape, data: Uint8Array.from(indices, (i) => (i * i) % 2) },
  { dtype: "int16", shape, data: Int16Array.from(indices, (i) => i * 31) },
  { dtype: "uint64", shape, data: BigUint64Array.from(indices, (i) => BigInt(i) << 33n) },
  { dtype: "float16", shape, data: Float32Array.from(indices, (i) => (i % 2048) / 8) },
  { dtype: "float32", shape, data: Float32Array.from(indices, (i) => i / 3) },
  { dtype: "complex128", shape, data: Float64Array.from({ length: 2 * count }, (_, i) => i / 7) },
  { dtype: "string", shape, data: indices.map((i) => `${i % 5 === 0 ? "" : i}\u4e00\u{1d11e}`) },
];
const orders = [
  { byteOrder: "little", fortranOrder: false },
  { byteOrder: "big", fortranOrder: false },
  { byteOrder: "little", fortranOrder: true },
  { byteOrder: "big", fortranOrder: true },
] as const;

const archives = new Map<string, Uint8Array<ArrayBuffer>>();

/** An archive of the array in every order. */
function packed(array: NdArray, stored: boolean): Uint8Array<ArrayBuffer> {
  const key = `${array.dtype} ${stored}`;
  const members = (): PackedMember[] =>
    orders.map((order, i) => ({ name: `${i}.npy`, bytes: writeNpy(array, order), stored }));
  const archive = archives.get(key) ?? writeDeflatedZip(members());
  archives.set(key, archive);
  return archive;
}

/** An archive of one member whose headers give it another checksum and size. */
function changed(archive: Uint8Array, crc: number, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(archive);
  const view = new DataView(bytes.buffer);
  const directory = Buffer.from(archive).indexOf("PK\u0001\u0002", 0, "latin1");
  for (const at of [14, directory + 16]) {
    view.setUint32(at, view.getUint32(at, true) ^ crc, true);
    view.setUint32(at + 8, view.getUint32(at + 8, true) + size, true);
  }
  return bytes;
}

async function codeOfRefusal(archive: Uint8Array | Blob): Promise<string> {
  const { code, offset, message } = await refusalOf(openNpz(archive).then((npz) => npz.read("a")));
  expect(offset, message).toBeGreaterThanOrEqual(0);
  return code;
}

/** To the bit, and in arrays of one kind. */
function equalValues(a: NdArray["data"], b: NdArray["data"]): boolean {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b)) return JSON.stringify(a) === JSON.stringify(b);
  const [first, second] = [a, b].map(({ buffer }) => new Uint8Array(buffer));
  return a.constructor === b.constructor && Buffer.compare(first!, second!) === 0;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each([
  ["stored", true, "memory"],
  ["stored", true, "a blob"],
  ["deflated", false, "memory"],
  ["deflated", false, "a blob"],
  ["deflated", false, "memory, without Node's zlib"],
] as const)("long arrays that are %s", (_, stored, where) => {
  const input = (bytes: Uint8Array<ArrayBuffer>): Uint8Array | Blob => (where === "a blob" ? new Blob([bytes]) : bytes);

  it.each(arrays)(`of $dtype are read block by block from ${where}, in every order`, async (array) => {
    const archive = packed(array, stored);
    if (where.includes("without")) vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
    const npz = await openNpz(input(archive));
    for (const name of npz.names) {
      const { data, ...rest } = await npz.read(name);
      expect([rest, equalValues(data, array.data)]).toEqual([{ dtype: array.dtype, shape }, true]);
    }
  });

  it(`are refused where the member goes on, ends early, or has another checksum, from ${where}`, async () => {
    const bytes = writeNpy({ dtype: "float32", shape: [300_000], data: new Float32Array(300_000).fill(0.1) });
    const sound = writeDeflatedZip([{ name: "a.npy", bytes, stored }]);
    if (where.includes("without")) vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
    expect(await codeOfRefusal(input(changed(sound, 1, 0)))).toBe("bad-checksum");
    if (stored) return;
    // The header of the array is believed only as far as the directory says the same.
    expect([
      await codeOfRefusal(input(changed(sound, 0, -1))),
      await codeOfRefusal(input(changed(sound, 0, 1))),
    ]).toEqual(["truncated", "corrupt"]);
    const cut = writeDeflatedZip([{ name: "a.npy", bytes: bytes.subarray(0, -4) }]);
    expect(await codeOfRefusal(input(changed(cut, crc32(bytes) ^ crc32(bytes.subarray(0, -4)), 4)))).toBe("corrupt");
  });
});

it("refuses another checksum also where the values end just where a block does", async () => {
  for (const length of [2 ** 16, 2 ** 17, 2 ** 18, 2 ** 20]) {
    // Header and values take so many bytes together, which come out of the last step as whole blocks.
    const bytes = writeNpy({ dtype: "uint8", shape: [length - 128], data: new Uint8Array(length - 128) });
    const archive = changed(writeDeflatedZip([{ name: "a.npy", bytes }]), 1, 0);
    expect([bytes.length, await codeOfRefusal(archive)]).toEqual([length, "bad-checksum"]);
  }
});

/** Code, path and offset of the error that reading the array `a` gives. */
const refusalOfArray = async (input: Uint8Array, limits = {}): Promise<readonly unknown[]> => {
  const { code, offset, path } = await refusalOf(openNpz(input, { limits }).then((npz) => npz.read("a")));
  return [code, path, offset];
};

it.each([true, false])(
  "tells bytes of the content for what that says, else of the archive (stored: %s)",
  async (stored) => {
    const first = writeNpy({ dtype: "uint8", shape: [3], data: Uint8Array.of(1, 2, 3) });
    const array = writeNpy({ dtype: "float32", shape: [4], data: Float32Array.of(1, 2, 3, 4) });
    const archive = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
      writeDeflatedZip([
        { name: "first.npy", bytes: first, stored },
        { name: "a.npy", bytes, stored },
      ]);
    const place = "archive.npz!/a.npy";
    expect(await refusalOfArray(archive(Uint8Array.from([...array, 7])))).toEqual(["corrupt", place, array.length]);
    expect(await refusalOfArray(archive(array.subarray(0, -1)))).toEqual(["truncated", place, 128]);
    expect(await refusalOfArray(archive(array.with(6, 9)))).toEqual(["unsupported-format", place, 8]);
    expect(await refusalOfArray(archive(array), { arrayBytes: 15 })).toEqual(["limit", place, 0]);
    const wrongCrc = archive(array);
    const header = Buffer.from(wrongCrc).lastIndexOf("PK\u0003\u0004", undefined, "latin1");
    const listed = Buffer.from(wrongCrc).lastIndexOf("PK\u0001\u0002", undefined, "latin1");
    for (const at of [header + 14, listed + 16]) wrongCrc[at]! ^= 1;
    expect(await refusalOfArray(wrongCrc)).toEqual(["bad-checksum", place, header]);
    const otherName = archive(array);
    otherName[header + 30]! ^= 1;
    const [code, , offset] = await refusalOfArray(otherName);
    expect([code, Number(offset) >= header]).toEqual(["corrupt", true]);
  },
);
