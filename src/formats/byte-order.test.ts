import { describe, expect, it } from "vitest";
import { reverseElements } from "./byte-order.js";

describe("reverseElements", () => {
  it.each([1, 2, 3, 4, 5, 8, 10, 16])("turns elements of %i bytes around, wherever they begin", (size) => {
    for (const start of [0, 1, 4]) {
      const memory = Uint8Array.from({ length: start + 3 * size + 2 }, (_, i) => i);
      const expected = [...memory];
      for (let at = start; at < start + 3 * size; at += size) {
        expected.splice(at, size, ...expected.slice(at, at + size).reverse());
      }
      reverseElements(memory.subarray(start, start + 3 * size), size);
      expect([...memory]).toEqual(expected);
    }
  });
});
