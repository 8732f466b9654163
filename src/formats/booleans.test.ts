import { expect, it } from "vitest";
import { toBooleans } from "./booleans.js";

it("takes every byte but 0 as true, at every place of a word and in what fills none", () => {
  for (let length = 0; length < 12; length++) {
    for (let byte = 0; byte < 256; byte++) {
      for (let at = 0; at < length; at++) {
        for (const others of [0, 1, 0x7f, 0xff]) {
          const bytes = new Uint8Array(length).fill(others);
          bytes[at] = byte;
          const expected = bytes.map((each) => (each === 0 ? 0 : 1));
          expect(Buffer.compare(toBooleans(bytes), expected)).toBe(0);
        }
      }
    }
  }
});
