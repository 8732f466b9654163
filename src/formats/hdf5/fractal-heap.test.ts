import { expect, it } from "vitest";
import { openSource } from "../byte-source.js";
import { Cursor } from "../cursor.js";
import { lookup3 } from "./checksum.js";
import type { FileAccess } from "./file-access.js";
import { openFractalHeap } from "./fractal-heap.js";
import { pagedBytes } from "./paged-bytes.js";

const blockBytes = 1024;
const root = 256;

/**
 * A file that is one heap without checksums of its direct blocks: a row of two of 1024 bytes each, the first at byte
 * 512, the second at an address.
 */
function heapFile(second: number, size: number): FileAccess {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const setText = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
  const setAddress = (at: number, address: number): void => view.setBigUint64(at, BigInt(address), true);
  const setChecksum = (start: number, end: number): void => {
    view.setUint32(end, lookup3(bytes.subarray(start, end)), true);
  };
  setText(0, "FRHP");
  view.setUint16(5, 7, true);
  view.setUint32(10, blockBytes, true);
  bytes.fill(0xff, 22, 30);
  view.setUint16(110, 2, true);
  setAddress(112, blockBytes);
  setAddress(120, blockBytes);
  view.setUint16(128, 32, true);
  setAddress(132, root);
  view.setUint16(140, 1, true);
  setChecksum(0, 142);
  setText(root, "FHIB");
  setAddress(root + 17, 512);
  setAddress(root + 25, second);
  setChecksum(root, root + 33);
  setText(512, "FHDB");
  setText(second, "FHDB");
  const pages = pagedBytes(openSource(bytes), "heap");
  const widths = { offsets: 8, lengths: 8 };
  const claims = { owners: new Map(), left: size };
  return { name: "heap", pages, widths, base: 0, end: size, claims } as Partial<FileAccess> as FileAccess;
}

/** The ID of an object of 8 bytes, 32 bytes after the beginning of the nth block. */
function idOf(block: number): Cursor {
  const id = new Uint8Array(7);
  new DataView(id.buffer).setUint32(1, block * blockBytes + 32, true);
  id[5] = 8;
  return new Cursor(id, "id");
}

it("reads objects of two blocks side by side", () => {
  const heap = openFractalHeap({ file: heapFile(512 + blockBytes, 2560), owner: 0, place: "heap" }, 0);
  expect([0, 1].map((block) => heap.readObject(idOf(block)).base)).toEqual([544, 544 + blockBytes]);
});

it("refuses blocks that overlap", () => {
  const heap = openFractalHeap({ file: heapFile(528, 1600), owner: 0, place: "heap" }, 0);
  expect(heap.readObject(idOf(0)).base).toBe(544);
  expect(() => heap.readObject(idOf(1))).toThrow("found structures that overlap");
});
