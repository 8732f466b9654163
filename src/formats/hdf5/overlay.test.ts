import { expect, it } from "vitest";
import { type ByteSource, openSource } from "../byte-source.js";
import { layOver } from "./overlay.js";
import { pagedBytes, type PagedBytes } from "./paged-bytes.js";

/** The bytes 0 to 19, with 100 to 103 over those from 4, 200 over that at 8 and 201, 202 over those from 15. */
function openOverlaid(source: ByteSource = openSource(Uint8Array.from({ length: 20 }, (_, i) => i))): PagedBytes {
  return layOver(pagedBytes(source, "file"), [
    { start: 4, bytes: Uint8Array.of(100, 101, 102, 103) },
    { start: 8, bytes: Uint8Array.of(200) },
    { start: 15, bytes: Uint8Array.of(201, 202) },
  ]);
}

it.each([
  ["before all", 0, 4, [0, 1, 2, 3]],
  ["between two", 9, 6, [9, 10, 11, 12, 13, 14]],
  ["behind all", 17, 3, [17, 18, 19]],
  ["within one", 5, 2, [101, 102]],
  ["all of one", 4, 4, [100, 101, 102, 103]],
  ["into one", 2, 4, [2, 3, 100, 101]],
  ["out of one", 16, 3, [202, 17, 18]],
  ["from one into the next", 6, 3, [102, 103, 200]],
  ["over all", 3, 14, [3, 100, 101, 102, 103, 200, 9, 10, 11, 12, 13, 14, 201, 202]],
])("reads a stretch %s", (_where, offset, length, expected) => {
  const pages = openOverlaid();
  expect([...pages.view(offset, length, "file")]).toEqual(expected);
  expect([...pages.bytes(offset, length, "file")]).toEqual(expected);
});

it("reads nothing from the source for what lies in an overlay, and leaves its memory as it is", async () => {
  const memory = Uint8Array.from({ length: 20 }, (_, i) => i);
  expect([...openOverlaid(openSource(memory)).view(2, 10, "file")].slice(2, 6)).toEqual([100, 101, 102, 103]);
  expect(memory[4]).toBe(4);
  const absent: ByteSource = { size: 20, read: () => Promise.reject(new Error("read")) };
  const pages = openOverlaid(absent);
  expect([...(await pages.run(() => pages.view(4, 4, "file")))]).toEqual([100, 101, 102, 103]);
  await expect(pages.run(() => pages.view(4, 5, "file"))).rejects.toThrow("read");
});

it("leaves values as they are", () => {
  expect([...openOverlaid().known(4, 5)!]).toEqual([4, 5, 6, 7, 8]);
});
