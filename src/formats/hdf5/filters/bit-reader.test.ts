import { array, assert, integer, nat, property, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { numberAt, openBits, putNumber, zerosAt } from "./bit-reader.js";

const textOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");

describe("numberAt", () => {
  it("reads 1 to 32 bits from any bit on", () => {
    assert(
      property(
        uint8Array({ minLength: 8, maxLength: 20 }),
        nat(),
        integer({ min: 1, max: 32 }),
        (bytes, from, count) => {
          const at = from % (8 * bytes.length - count + 1);
          const expected = Number.parseInt(textOf(bytes).slice(at, at + count), 2);
          expect(numberAt(openBits(bytes), at, count)).toBe(expected);
        },
      ),
    );
  });
});

describe("zerosAt", () => {
  it("counts zeros up to the next one, or to the end", () => {
    assert(
      property(array(nat(60), { minLength: 1, maxLength: 9 }), (counts) => {
        const text = counts.map((count) => `${"0".repeat(count)}1`).join("");
        const digits = text.padEnd(Math.ceil(text.length / 8) * 8, "0").match(/.{8}/g)!;
        const packed = openBits(Uint8Array.from(digits, (byte) => Number.parseInt(byte, 2)));
        let at = 0;
        for (const count of counts) {
          expect(zerosAt(packed, at)).toBe(count);
          at += count + 1;
        }
        expect(zerosAt(packed, at)).toBe(8 * digits.length - at);
      }),
    );
  });
});

describe("putNumber", () => {
  it("writes the low bytes in either order", () => {
    const bytes = new Uint8Array(14);
    for (const littleEndian of [true, false]) {
      const at = littleEndian ? 0 : 7;
      for (const size of [1, 2, 4])
        putNumber(new DataView(bytes.buffer), at + size - 1, size, 0x81828384, littleEndian);
    }
    expect([...bytes]).toEqual([0x84, 0x84, 0x83, 0x84, 0x83, 0x82, 0x81, 0x84, 0x83, 0x84, 0x81, 0x82, 0x83, 0x84]);
  });
});
