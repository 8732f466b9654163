import { describe, expect, it } from "vitest";

import { decodeUtf8 } from "./utf8.js";

const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];

describe("decodeUtf8", () => {
  it("decodes characters of one to four bytes and keeps a byte order mark", () => {
    expect(decodeUtf8(Uint8Array.from(utf8("\ufeffaé€𝄞")), "x")).toBe("\ufeffaé€𝄞");
  });

  it.each([
    ["a stray byte", [...utf8("é"), 0xff, 0x41], "x: found the byte 0xff, wanted UTF-8 text, at byte 2"],
    ["an overlong form", [0x41, 0xc0, 0x80], "x: found the byte 0xc0, wanted UTF-8 text, at byte 1"],
    ["a surrogate", [0xed, 0xa0, 0x80], "x: found the byte 0xa0, wanted UTF-8 text, at byte 1"],
    ["half a character at the end", [0x41, 0xe2, 0x82], "x: found half a character, wanted UTF-8 text, at byte 3"],
  ])("names the place of %s", (_, bytes, message) => {
    expect(() => decodeUtf8(Uint8Array.from(bytes), "x")).toThrow(
      expect.objectContaining({ code: "corrupt", path: "x", message }),
    );
  });

  it("counts from the byte with which the bytes begin", () => {
    expect(() => decodeUtf8(Uint8Array.of(0x41, 0x80), "x", "corrupt", 100)).toThrow(
      expect.objectContaining({ offset: 101 }),
    );
  });

  it("throws the code that the caller names", () => {
    expect(() => decodeUtf8(Uint8Array.of(0x80), "x", "bad-json")).toThrow(
      expect.objectContaining({ code: "bad-json" }),
    );
  });
});
