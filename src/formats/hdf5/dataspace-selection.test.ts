import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KerasProofError } from "../../errors.js";
import { Cursor } from "../cursor.js";
import { readSelection } from "./dataspace-selection.js";
import type { Hdf5RegularAxis } from "./hdf5-array.js";
import { listRegion } from "./list-region.js";
import { readVirtualMappings } from "./virtual-mapping.js";

type ExpectedRegion =
  | { readonly kind: "all" | "none" }
  | { readonly kind: "points"; readonly points: readonly number[][] }
  | { readonly kind: "boxes"; readonly boxes: readonly [first: number[], last: number[]][] };

interface ExpectedSelection {
  readonly rank: number;
  readonly bytes: string;
  readonly regular: readonly (readonly (number | null)[])[] | null;
  readonly region: ExpectedRegion | null;
}

interface ExpectedSources {
  readonly libver: string;
  readonly rank: number;
  readonly bytes: string;
  readonly mappings: readonly [file: string, dataset: string, source: ExpectedRegion, target: ExpectedRegion][];
}

const fixture = new URL("../../../fixtures/hdf5/selections.json", import.meta.url);
const { selections, sources } = JSON.parse(readFileSync(fixture, "utf8")) as {
  readonly selections: readonly ExpectedSelection[];
  readonly sources: readonly ExpectedSources[];
};
/** Throws where there are more boxes. */
function atMost(most: number): (boxes: number) => void {
  return (boxes) => {
    if (boxes > most) throw new KerasProofError("limit", "x", `found ${boxes} boxes, wanted ${most}`);
  };
}

const widths = { offsets: 8, lengths: 8 };

function open(hex: string): Cursor {
  return new Cursor(new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex")), "x");
}

/** A regular selection of one axis in version 2: start, stride, count and block. */
function regular(...numbers: bigint[]): string {
  return `02000000 02000000 01 00000000 01000000 ${Buffer.from(BigUint64Array.from(numbers).buffer).toString("hex")}`;
}

function axisOf(numbers: readonly (number | null)[]): Hdf5RegularAxis {
  const [start, stride, count, block] = numbers.map((number) => number ?? Infinity);
  return { start: start!, stride: stride!, count: count!, block: block! };
}

/** One block along each axis, of which some have no end. */
function endlessBox(axes: readonly Hdf5RegularAxis[]): { readonly first: number[]; readonly last: number[] } {
  expect(axes.map(({ count }) => count)).toEqual(axes.map(() => 1));
  return { first: axes.map(({ start }) => start), last: axes.map(({ start, block }) => start + block - 1) };
}

function regionOf(expected: ExpectedRegion): unknown {
  if (expected.kind !== "boxes") return expected;
  return { kind: "boxes", boxes: expected.boxes.map(([first, last]) => ({ first, last })) };
}

function codeOf(action: () => unknown): string {
  try {
    action();
    return "none";
  } catch (error) {
    return error instanceof KerasProofError ? error.code : String(error);
  }
}

describe("readSelection", () => {
  it("selects what libhdf5 selected, in every version", () => {
    const kinds = new Set<string>();
    const endless = new Set<string>();
    for (const { rank, bytes, regular, region } of selections) {
      const cursor = open(bytes);
      const selection = readSelection(cursor, rank);
      expect(cursor.remaining).toBe(0);
      kinds.add(`${selection.kind} ${bytes.slice(8, 10)}`);
      if (selection.kind === "regular") {
        expect(selection.axes).toEqual(regular!.map(axisOf));
      }
      const listed = listRegion(selection, atMost(100));
      if (region !== null) expect(listed).toEqual(regionOf(region));
      else if (listed.kind === "regular") expect(listed.axes).toEqual(regular!.map(axisOf));
      else expect(listed).toEqual({ kind: "boxes", boxes: [endlessBox(regular!.map(axisOf))] });
      endless.add(region === null ? listed.kind : "");
    }
    expect([...endless].sort()).toEqual(["", "boxes", "regular"]);
    expect([...kinds].sort()).toEqual([
      "all 01",
      "boxes 01",
      "boxes 03",
      "none 01",
      "points 01",
      "points 02",
      "regular 02",
      "regular 03",
    ]);
  });

  it("finds every selection that is cut short", () => {
    for (const { bytes } of selections) {
      for (let length = 0; length < bytes.length; length += 2) {
        expect(codeOf(() => readSelection(open(bytes.slice(0, length))))).toBe("truncated");
      }
    }
  });

  it("refuses what contradicts itself, before memory is taken for it", () => {
    const corrupt: Record<string, string> = {
      "a type that there is not": "04000000 01000000",
      "numbers of three bytes": "02000000 03000000 01 03",
      "no axes": "02000000 03000000 00 02 00000000",
      "more axes than there may be": "02000000 03000000 00 02 21000000",
      "a box that ends before it begins": "02000000 03000000 00 02 01000000 0100 0500 0400",
      "a start above 2^53": regular(2n ** 53n, 2n, 1n, 2n),
      "a distance of 0": regular(0n, 0n, 3n, 2n),
      "blocks that overlap": regular(0n, 1n, 3n, 2n),
      "endlessly many blocks that overlap": regular(0n, 1n, 2n ** 64n - 1n, 2n),
      "an end above 2^53": regular(1n, 2n ** 30n, 2n ** 30n, 1n),
    };
    const codes = Object.entries(corrupt).map(([what, hex]) => [what, codeOf(() => readSelection(open(hex)))]);
    expect(Object.fromEntries(codes)).toEqual(Object.fromEntries(codes.map(([what]) => [what, "corrupt"])));
    expect(codeOf(() => readSelection(open(regular(0n, 2n, 3n, 2n)), 2))).toBe("corrupt");
    expect(codeOf(() => readSelection(open("01000000 02000000 08 01000000 ffffffffffff0f00")))).toBe("truncated");
    expect(codeOf(() => readSelection(open("02000000 04000000")))).toBe("unsupported-hdf5");
  });

  it("takes blocks that touch, and selects nothing where there are none", () => {
    expect(readSelection(open(regular(0n, 2n, 3n, 2n)), 1)).toEqual({
      kind: "regular",
      axes: [{ start: 0, stride: 2, count: 3, block: 2 }],
    });
    expect(readSelection(open(regular(0n, 0n, 0n, 1n)))).toEqual({ kind: "none" });
    expect(readSelection(open(regular(0n, 1n, 1n, 0n)))).toEqual({ kind: "none" });
    expect(readSelection(open("02000000 01000000 00000000 08000000 01000000 00000000"))).toEqual({ kind: "none" });
  });
});

describe("listRegion", () => {
  const axis = { start: 1, stride: 4, count: 1000, block: 2 };

  it("refuses more boxes than it may list", () => {
    expect(codeOf(() => listRegion({ kind: "regular", axes: [axis, axis] }, atMost(999_999)))).toBe("limit");
  });

  it("leaves blocks without end as they are, the others that touch joined", () => {
    const endless = { ...axis, count: Infinity };
    const touching = { start: 1, stride: 2, count: 3, block: 2 };
    expect(listRegion({ kind: "regular", axes: [endless, touching] }, atMost(0))).toEqual({
      kind: "regular",
      axes: [endless, { start: 1, stride: 2, count: 1, block: 6 }],
    });
  });

  it("joins boxes that touch", () => {
    const touching = { start: 1, stride: 2, count: 3, block: 2 };
    expect(listRegion({ kind: "regular", axes: [axis, touching] }, atMost(1000))).toMatchObject({
      boxes: { 0: { first: [1, 1], last: [2, 6] }, 999: { first: [3997, 1], last: [3998, 6] }, length: 1000 },
    });
    expect(listRegion({ kind: "regular", axes: [{ ...touching, count: Infinity }] }, atMost(1))).toEqual({
      kind: "boxes",
      boxes: [{ first: [1], last: [Infinity] }],
    });
  });

  it("goes to the end of the dataspace with an endless block", () => {
    expect(listRegion({ kind: "regular", axes: [{ ...axis, count: 1, block: Infinity }] }, atMost(1))).toEqual({
      kind: "boxes",
      boxes: [{ first: [1], last: [Infinity] }],
    });
  });
});

describe("readVirtualMappings", () => {
  it.each(sources)("reads the sources as libhdf5 $libver wrote them", ({ rank, bytes, mappings }) => {
    const found = readVirtualMappings(open(bytes), widths, rank);
    expect(
      found.map(({ sourceFile, sourceDataset, sourceSelection, selection }) => [
        sourceFile,
        sourceDataset,
        listRegion(sourceSelection, atMost(100)),
        listRegion(selection, atMost(100)),
      ]),
    ).toEqual(mappings.map(([file, dataset, source, target]) => [file, dataset, regionOf(source), regionOf(target)]));
  });

  it("finds every list that is cut short, and every changed byte", () => {
    for (const { rank, bytes } of sources) {
      for (let at = 0; at < bytes.length; at += 2) {
        expect(codeOf(() => readVirtualMappings(open(bytes.slice(0, at)), widths, rank))).toMatch(/truncated|corrupt/);
        const changed = ((Number.parseInt(bytes.slice(at, at + 2), 16) + 1) & 0xff).toString(16).padStart(2, "0");
        const damaged = open(bytes.slice(0, at) + changed + bytes.slice(at + 2));
        expect(codeOf(() => readVirtualMappings(damaged, widths, rank))).not.toBe("none");
      }
    }
  });

  it("refuses a name of an entry that comes later", () => {
    const newest = sources.find(({ libver }) => libver === "v200")!;
    // The fourth entry has the file's name of the third: 0x01, and its number.
    const later = newest.bytes.replace("010200000000000000", "010300000000000000");
    expect(later).not.toBe(newest.bytes);
    expect(codeOf(() => readVirtualMappings(open(later), widths, newest.rank))).toBe("corrupt");
  });
});
