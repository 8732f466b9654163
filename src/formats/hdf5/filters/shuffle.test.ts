import { assert, constantFrom, property, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { undoShuffle } from "./shuffle.js";

/** As libhdf5 writes: byte by byte of all whole elements, then what is left. */
function shuffle(bytes: Uint8Array, size: number): Uint8Array {
  const whole = bytes.length - (bytes.length % size);
  const planes = Array.from({ length: size }, (_, plane) =>
    bytes.subarray(0, whole).filter((_b, at) => at % size === plane),
  );
  return Uint8Array.from([...planes.flatMap((plane) => [...plane]), ...bytes.subarray(whole)]);
}

function unshuffle(bytes: Uint8Array, parameters: readonly number[]): Uint8Array {
  return undoShuffle({ bytes, parameters, maxSize: bytes.length, place: "x" });
}

describe("undoShuffle", () => {
  it("puts the bytes of elements of any size together, and leaves the rest of one at the end", () => {
    const sizes = constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 20);
    assert(
      property(uint8Array({ maxLength: 200 }), sizes, (bytes, size) => {
        const shuffled = shuffle(bytes, size);
        // From memory that begins at an odd byte, too.
        const moved = new Uint8Array([0, ...shuffled]).subarray(1);
        expect(unshuffle(shuffled, [size])).toEqual(bytes);
        expect(unshuffle(moved, [size])).toEqual(bytes);
      }),
    );
  });

  it("changes nothing for elements of no or one byte, and none larger than the chunk", () => {
    const bytes = Uint8Array.of(3, 1, 2);
    for (const parameters of [[], [0], [1], [2 ** 32 - 1]]) expect(unshuffle(bytes, parameters)).toEqual(bytes);
    expect(unshuffle(new Uint8Array(0), [4])).toEqual(new Uint8Array(0));
  });
});
