import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { type PackedMember, writeDeflatedZip } from "../fixtures/write-deflated-zip.js";
import { int32, makeFile, nowhere, oldHeader, vectorOf, word } from "./hdf5/made-file.js";
import { excessivePeaks } from "./measure-peaks.js";
import { npyOf } from "./zip/made-npy.js";

/** The length of each file, about. */
const size = 60_000;
/** What comes out of an archive of that length at most. */
const most = 1028 * size;

/** An archive of members, filled up with one that is stored as it is and nobody reads. */
function archive(...members: readonly PackedMember[]): Uint8Array {
  const { length } = writeDeflatedZip(members);
  const filler = { name: "filler.npy", bytes: new Uint8Array(randomBytes(Math.max(0, size - length))), stored: true };
  return writeDeflatedZip([...members, filler]);
}

const npz = (...arrays: readonly Uint8Array[]): Uint8Array =>
  archive(...arrays.map((bytes, i) => ({ name: `${i}.npy`, bytes })));

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const codes = (value: string): Uint8Array => new Uint8Array(Uint32Array.from(value, (c) => c.codePointAt(0)!).buffer);

/** As much of each as is read, found by trying, and what would take more, and is refused. */
const archives: readonly (readonly [title: string, bytes: Uint8Array])[] = [
  ["float32", npz(npyOf("<f4", most / 4 - 1000, new Uint8Array(4)))],
  ["float32 in Fortran order", npz(npyOf("<f4", most / 4 - 1000, new Uint8Array(4), [2, most / 8 - 500]))],
  ["float32 of three axes in Fortran order", npz(npyOf("<f4", 248 ** 3, new Uint8Array(4), [248, 248, 248]))],
  ["float16 of three axes in Fortran order", npz(npyOf("<f2", 248 ** 3, new Uint8Array(2), [248, 248, 248]))],
  ["float16", npz(npyOf("<f2", most / 4, new Uint8Array(2)))],
  ["float16 of several arrays", npz(...[0, 1, 2, 3].map(() => npyOf(">f2", most / 16, Uint8Array.of(0x3c, 0))))],
  ["float16, twice as many", npz(npyOf("<f2", most / 2 - 1000, new Uint8Array(2)))],
  ["booleans", npz(npyOf("|b1", most - 5000, Uint8Array.of(2)))],
  ["long doubles", npz(npyOf("<f16", 80_000, new Uint8Array(16)))],
  ["texts of a byte", npz(npyOf("|S1", 320_000, Uint8Array.of(0xe9)))],
  ["texts of a byte in Fortran order", npz(npyOf("|S1", 320_000, Uint8Array.of(0xe9), [2, 160_000]))],
  ["texts of a byte, eight times as many", npz(npyOf("|S1", 2_500_000, Uint8Array.of(0xe9)))],
  ["texts of six characters", npz(npyOf("<U6", 220_000, codes("abcd\u4e00e")))],
  ["long texts", npz(...[80, 40].map((count) => npyOf("|S100000", count, text("a"))))],
  ["one text of bytes", npz(npyOf("|S6000000", 1, text("a")))],
  ["one text of characters", npz(npyOf("<U4000000", 1, codes("a\u4e00")))],
  ["one text of characters, three times as long", npz(npyOf("<U12000000", 1, codes("a\u4e00")))],
  ["a text beside the arrays, six times as long", archive({ name: "meta.json", bytes: new Uint8Array(48_000_000) })],
  ["a text beside the arrays", archive({ name: "meta.json", bytes: new Uint8Array(8_000_000).fill(32) })],
];

it("reads small archives of many values in 64 MB of resident memory and four times the file", () => {
  expect(excessivePeaks("npz", archives)).toEqual([]);
}, 60_000);

it("reads members that grow a thousandfold in the same memory, one or many", () => {
  const zeros = new Uint8Array(most - 100_000);
  const many = Array.from({ length: 30 }, (_, i) => ({ name: `${i}`, bytes: zeros.subarray(0, 2_000_000) }));
  const empty = Array.from({ length: 560 }, (_, i) => ({ name: `${i}`, bytes: Uint8Array.of(1) }));
  const files: [string, Uint8Array][] = [
    ["one", archive({ name: "a", bytes: zeros })],
    ["thirty", archive(...many)],
    ["hundreds", archive(...empty)],
  ];
  expect(excessivePeaks("zip", files)).toEqual([]);
}, 60_000);

/** Weights of so many numbers that were never written, and so many zeros. */
function weights(count: number, zeros: number): PackedMember {
  const file = makeFile();
  file.add(new Uint8Array(zeros));
  const fill = [5, [2, 2, 2, 1, 4, 0, 0, 0, 1, 2, 3, 4]] as const;
  const unwritten = [8, [3, 1, ...nowhere, ...word(0)]] as const;
  const bytes = file.finish([file.add(oldHeader([vectorOf(count), int32, fill, unwritten]))]);
  return { name: "model.weights.h5", bytes };
}

it("reads archives of Keras models in the same memory", () => {
  const config = { name: "config.json", bytes: text(`[${"[0],".repeat(9_990)}1]`) };
  const long = { name: "config.json", bytes: text(`["${"\u4e00".repeat(690_000)}"]`) };
  const files: [string, Uint8Array][] = [
    ["many values", archive(config, weights(7_400_000, 3_800_000))],
    ["a long text", archive(long, weights(7_400_000, 3_800_000))],
    ["twice as many values", archive({ ...config, bytes: text(`[${"[0],".repeat(200_000)}1]`) })],
    ["text without end", archive({ ...config, bytes: text(" ".repeat(most - 100_000)) })],
    ["weights without end", archive(config, weights(1, most - 100_000))],
    ["weights that are stored", archive(config, { ...weights(7_000_000, 50_000), stored: true })],
  ];
  expect(excessivePeaks("keras", files)).toEqual([]);
}, 60_000);

/** What the header of a safetensors file says of a tensor that comes first. */
function entry(name: string, end: number): string {
  return `"${name}":{"dtype":"F8_E4M3","shape":[${end}],"data_offsets":[0,${end}]}`;
}

it("reads single arrays, tensors and JSON in the same memory", () => {
  const arrays: [string, Uint8Array][] = [
    ["texts of a byte", npyOf("|S1", size - 200, Uint8Array.of(0xe9))],
    ["texts of a character", npyOf("<U1", size / 4 - 50, codes("\u4e00"))],
    ["long doubles", npyOf("<f16", size / 16 - 10, new Uint8Array(16))],
  ];
  expect(excessivePeaks("npy", arrays)).toEqual([]);
  const tensors = (entries: readonly string[], values: number): Uint8Array => {
    const header = text(`{${entries.join()}}`);
    return new Uint8Array(
      Buffer.concat([new Uint8Array(BigUint64Array.of(BigInt(header.length)).buffer), header, Buffer.alloc(values)]),
    );
  };
  const names = Array.from({ length: 950 }, (_, i) => entry(`${i}`, 0));
  const files: [string, Uint8Array][] = [
    ["many tensors", tensors(names, 0)],
    ["one tensor", tensors([entry("a", size - 100)], size - 100)],
    ["many keys", tensors([`"__metadata__":{${Array.from({ length: 6000 }, (_, i) => `"${i}":""`).join()}}`], 0)],
  ];
  expect(excessivePeaks("safetensors", files)).toEqual([]);
  const texts: [string, Uint8Array][] = [
    ["empty objects", text(`[${"{},".repeat(size / 3 - 2)}1]`)],
    ["empty objects, ten times as many", text(`[${"{},".repeat((10 * size) / 3)}1]`)],
    ["objects", text(`[${'{"":0},'.repeat(size / 7 - 2)}1]`)],
    ["lists", text(`[${"[0],".repeat(size / 4 - 2)}1]`)],
    ["floats in lists of their own, ten times as many", text(`[${"[1.0],".repeat((10 * size) / 6)}1]`)],
    [
      "lists within lists, ten times as many",
      text(`[${`${"[".repeat(190)}${"]".repeat(190)},`.repeat((10 * size) / 381)}1]`),
    ],
    ["objects within objects", text(`[${`${'{"":'.repeat(150)}1${"}".repeat(150)},`.repeat(size / 752)}1]`)],
    ["one text", text(`"${"\u4e00".repeat(size / 3 - 2)}"`)],
  ];
  expect(excessivePeaks("json", texts)).toEqual([]);
}, 60_000);
