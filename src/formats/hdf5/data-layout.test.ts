import { expect, it } from "vitest";
import { Cursor } from "../cursor.js";
import { readDataLayout } from "./data-layout.js";

it("reads contiguous layouts of more bytes than numbers count, of which none were written", () => {
  const undefinedAddress = Array.from<number>({ length: 8 }).fill(0xff);
  const bytes = Uint8Array.of(3, 1, ...undefinedAddress, 0, 0, 0, 0, 0, 0, 0, 0x40);
  const layout = readDataLayout(new Cursor(bytes, "file.h5!/x"), { offsets: 8, lengths: 8 });
  expect(layout).toEqual({ kind: "contiguous", address: undefined, size: 2 ** 62 });
});
