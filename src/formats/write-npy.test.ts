import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findPython } from "../../fixtures/find-python.js";
import type { NdArray } from "../ndarray.js";
import { openNpz } from "./npz.js";
import { readNpy } from "./npy.js";
import { writeNpy } from "./write-npy.js";
import { writeNpz } from "./write-npz.js";
import { openZip } from "./zip/archive.js";

const folder = new URL("../../fixtures/containers/", import.meta.url);
const bytes = new Uint8Array(readFileSync(new URL("npy.npz", folder)));
/** Shapes without elements, and what NumPy writes for them. */
const headers = JSON.parse(readFileSync(new URL("npy-headers.json", folder), "utf8")) as [number[], string][];
const zip = await openZip(bytes);
const numpy = await openNpz(bytes);
/** How NumPy wrote an array, from its header. */
function optionsOf(file: Uint8Array): { byteOrder: "little" | "big"; fortranOrder: boolean } {
  const header = Buffer.from(file.subarray(10, 128)).toString("latin1");
  return { byteOrder: header.includes("'>") ? "big" : "little", fortranOrder: header.includes("True") };
}

/** The header of what is written in Fortran order. */
function headerOf(array: NdArray): string {
  return Buffer.from(writeNpy(array, { fortranOrder: true }).subarray(10, 128)).toString("latin1");
}

describe("writeNpy", () => {
  it.each(numpy.names.filter((name) => !/^[US]/.test(name)))("writes %s byte for byte as NumPy did", async (name) => {
    const file = await zip.read(`${name}.npy`);
    const written = writeNpy(await readNpy(file), optionsOf(file));
    expect(Buffer.from(written).toString("latin1")).toBe(Buffer.from(file).toString("latin1"));
  });

  it.each(numpy.names)("writes what is read back as %s was, in both orders of bytes and axes", async (name) => {
    const array = await numpy.read(name);
    for (const byteOrder of ["little", "big"] as const) {
      for (const fortranOrder of [false, true]) {
        expect(await readNpy(writeNpy(array, { byteOrder, fortranOrder }))).toEqual(array);
      }
    }
  });

  it("writes headers of every length byte for byte as NumPy does", () => {
    for (const [shape, text] of headers) {
      const written = writeNpy({ dtype: "uint8", shape, data: new Uint8Array(0) });
      expect(Buffer.from(written).toString("latin1")).toBe(text);
    }
    expect(new Set(headers.map(([, text]) => text.trimEnd().length % 64)).size).toBeGreaterThan(60);
  });

  it("calls the order C's where both are the same, and gives empty texts one character, as NumPy does", () => {
    for (const shape of [[1, 5], [3, 1, 1], [2, 0, 3], [4], []]) {
      const data = new Uint8Array(shape.reduce((size, extent) => size * extent, 1));
      expect(headerOf({ dtype: "uint8", shape, data })).toContain("'fortran_order': False");
    }
    expect(headerOf({ dtype: "uint8", shape: [2, 1, 3], data: new Uint8Array(6) })).toContain("'fortran_order': True");
    for (const data of [[""], []]) {
      expect(headerOf({ dtype: "string", shape: [data.length], data })).toContain("'descr': '<U1'");
    }
  });

  it("takes values from the middle of a buffer, from a Buffer, and leaves them alone", () => {
    const values = Float32Array.of(9, 1, 2).subarray(1);
    const written = writeNpy({ dtype: "float32", shape: [2], data: values }, { byteOrder: "big" });
    expect([...written.subarray(-8)]).toEqual([63, 128, 0, 0, 64, 0, 0, 0]);
    expect([...values]).toEqual([1, 2]);
    expect([...writeNpy({ dtype: "bool", shape: [3], data: Buffer.of(0, 1, 2) }).subarray(-3)]).toEqual([0, 1, 1]);
  });

  const refusals: readonly (readonly [string, string, NdArray])[] = [
    ["fewer values than the shape says", "usage", { dtype: "int8", shape: [3], data: Int8Array.of(1, 2) }],
    ["values of another type", "usage", { dtype: "float64", shape: [1], data: Float32Array.of(1) }],
    ["numbers as texts", "usage", { dtype: "string", shape: [1], data: Uint8Array.of(1) }],
    ["texts as numbers", "usage", { dtype: "int8", shape: [1], data: ["1"] }],
    ["an extent that is none", "usage", { dtype: "int8", shape: [-1], data: new Int8Array(0) }],
    ["more axes than NumPy has", "usage", { dtype: "int8", shape: Array(65).fill(1), data: Int8Array.of(1) }],
    ["a text that NumPy would cut", "usage", { dtype: "string", shape: [1], data: ["a\0"] }],
    ["bfloat16", "unsupported-format", { dtype: "bfloat16", shape: [1], data: Float32Array.of(1) }],
    ["float8", "unsupported-format", { dtype: "float8_e5m2", shape: [1], data: Float32Array.of(1) }],
  ];
  it.each(refusals)("refuses %s", (_, code, array) => {
    expect(() => writeNpy(array, { name: "a.npy" })).toThrow(expect.objectContaining({ code, path: "a.npy" }));
  });
});

describe("writeNpz", () => {
  it("writes arrays and texts that are read back in their order", async () => {
    const members = new Map<string, NdArray | string>([
      ["10", { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) }],
      ["2", { dtype: "string", shape: [], data: ["é"] }],
      ["meta.json", '{"a": "é"}'],
    ]);
    const npz = await openNpz(writeNpz(members));
    expect([npz.names, npz.members]).toEqual([
      ["10", "2"],
      ["10.npy", "2.npy", "meta.json"],
    ]);
    expect(await npz.read("10")).toEqual(members.get("10"));
    expect(await npz.read("2")).toEqual(members.get("2"));
    expect(await npz.readText("meta.json")).toBe('{"a": "é"}');
    expect(writeNpz({ a: members.get("10")! }, { byteOrder: "big" })).not.toEqual(writeNpz({ a: members.get("10")! }));
  });

  it("names the member whose array is refused", () => {
    const wrong: NdArray = { dtype: "int8", shape: [3], data: Int8Array.of(1) };
    expect(() => writeNpz({ a: wrong }, { name: "m.npz" })).toThrow("m.npz!/a.npy: found 1 values, wanted 3");
    const right: NdArray = { dtype: "int8", shape: [1], data: Int8Array.of(1) };
    expect(() => writeNpz({ a: right, "a.npy": "text" })).toThrow(expect.objectContaining({ code: "duplicate" }));
    expect(() => writeNpz({ "../a": right })).toThrow(expect.objectContaining({ code: "unsafe" }));
    const half = { code: "usage", path: "archive.npz!/meta.json" };
    expect(() => writeNpz({ "meta.json": "a\udc00" })).toThrow(expect.objectContaining(half));
    expect(() => writeNpz({ "\ud800": right })).toThrow(expect.objectContaining({ code: "usage" }));
  });

  const python = findPython("numpy");
  it.skipIf(python === undefined)(
    "writes what NumPy reads, every dtype, and rounds float16 as NumPy does",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "kerasproof-"));
      try {
        const values = Float32Array.from({ length: 20_000 }, (_, i) => Math.tan(i) * 10 ** ((i % 13) - 8));
        const arrays = new Map<string, NdArray>([
          ["float16", { dtype: "float16", shape: [values.length], data: values }],
          ["float32", { dtype: "float32", shape: [values.length], data: values }],
        ]);
        for (const name of numpy.names) arrays.set(name, await numpy.read(name));
        writeFileSync(join(folder, "numpy.npz"), bytes);
        for (const byteOrder of ["little", "big"] as const) {
          for (const fortranOrder of [false, true]) {
            writeFileSync(join(folder, "ours.npz"), writeNpz(arrays, { byteOrder, fortranOrder }));
            const program = `import sys, numpy
with numpy.load(sys.argv[1] + '/ours.npz') as ours, numpy.load(sys.argv[1] + '/numpy.npz') as theirs:
    with numpy.errstate(over='ignore', under='ignore'):
        assert ours['float16'].tobytes() == ours['float32'].astype(ours['float16'].dtype).tobytes()
    names = [name for name in theirs.files if name != 'meta.json']
    for name in names:
        a, b = ours[name], theirs[name]
        b = numpy.char.decode(b, 'utf-8') if b.dtype.kind == 'S' else b
        assert a.shape == b.shape and a.dtype.kind == b.dtype.kind and numpy.array_equal(a, b), name
        assert a.dtype.kind in 'U' or a.dtype.itemsize == b.dtype.itemsize, name
    print(len(names))`;
            const printed = execFileSync(python!, ["-c", program, folder], { encoding: "utf8" });
            expect(Number(printed)).toBe(numpy.names.length);
          }
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
