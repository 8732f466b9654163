import { expect, it } from "vitest";
import { Cursor } from "../cursor.js";
import { readLink } from "./link-message.js";

/** A Link message of an external link "x", whose value begins with a byte and leads to `/y` in `other.h5`. */
function externalLink(first: number): Cursor {
  const value = [first, ...new TextEncoder().encode("other.h5\0/y\0")];
  return new Cursor(Uint8Array.of(1, 0x08, 64, 1, 0x78, value.length, 0, ...value), "file.h5!/");
}

it("reads external links of version 0, and refuses others and unknown flags", () => {
  const widths = { offsets: 8, lengths: 8 };
  const link = { kind: "external", file: "other.h5", target: "/y" };
  expect(readLink(externalLink(0), widths)).toEqual({ name: "x", creationIndex: 0, link });
  for (const first of [0x10, 0x01]) {
    expect(() => readLink(externalLink(first), widths)).toThrow(
      expect.objectContaining({ code: "unsupported-hdf5", offset: 8 }),
    );
  }
});
