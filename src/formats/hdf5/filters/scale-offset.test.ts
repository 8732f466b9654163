import { describe, expect, it } from "vitest";
import { KerasProofError } from "../../../errors.js";
import { undoScaleOffset } from "./scale-offset.js";

interface Chunk {
  readonly scale: number;
  readonly factor: number;
  readonly count: number;
  readonly typeClass: number;
  readonly size: number;
  readonly bits: number;
  readonly stored: number;
  readonly order: number;
  readonly minimum: readonly number[];
}

const integers: Chunk = {
  scale: 2,
  factor: 0,
  count: 4,
  typeClass: 0,
  size: 2,
  bits: 3,
  stored: 2,
  order: 0,
  minimum: [8],
};

function undo(changes: Partial<Chunk>, parameterCount = 20): Uint8Array {
  const { scale, factor, count, typeClass, size, bits, stored, order, minimum } = { ...integers, ...changes };
  const parameters = [scale, factor, count, typeClass, size, 0, order, ...Array.from({ length: 13 }, () => 0)];
  const bytes = new Uint8Array(21 + stored);
  new DataView(bytes.buffer).setUint32(0, bits, true);
  bytes.set(minimum, 4);
  return undoScaleOffset({ bytes, parameters: parameters.slice(0, parameterCount), maxSize: 64, place: "x" });
}

function codeOf(changes: Partial<Chunk>, parameterCount?: number): string {
  try {
    undo(changes, parameterCount);
    return "none";
  } catch (error) {
    return error instanceof KerasProofError ? error.code : String(error);
  }
}

describe("undoScaleOffset", () => {
  it("gives back what was stored with all bits of its type", () => {
    expect(undo({ factor: 16 }).length).toBe(23);
    expect(undo({ bits: 16, stored: 8 }).length).toBe(8);
    expect(undo({ size: 3, bits: 24, stored: 12 }).length).toBe(12);
  });

  it("adds as many bytes of the minimum as the writer had, and has the byte order of the type", () => {
    expect(undo({ minimum: [1, 5, 6] })).toEqual(Uint8Array.of(5, 0, 5, 0, 5, 0, 5, 0));
    expect(undo({ minimum: [9, 5, 6], order: 1 })).toEqual(Uint8Array.of(6, 5, 6, 5, 6, 5, 6, 5));
  });

  it("refuses what libhdf5 does not write", () => {
    expect(codeOf({})).toBe("none");
    expect(codeOf({ scale: 1, typeClass: 1, size: 4 })).toBe("unsupported-hdf5");
    const cases: Record<string, string> = {
      "few parameters": codeOf({}, 19),
      "an integer scaled as a decimal": codeOf({ scale: 0 }),
      "a decimal scaled as an integer": codeOf({ typeClass: 1, size: 4 }),
      "a class that there is not": codeOf({ typeClass: 7 }),
      "an element of no bytes": codeOf({ size: 0, factor: 1, bits: 0, order: 1 }),
      "integers of three bytes": codeOf({ size: 3 }),
      "integers of nine bytes": codeOf({ size: 9, stored: 20 }),
      "decimals of two bytes": codeOf({ scale: 0, typeClass: 1 }),
      "more elements than the chunk": codeOf({ count: 2 ** 32 - 1 }),
      "elements that leave 53 bits": codeOf({ count: 2 ** 32 - 1, size: 2 ** 32 - 1 }),
      "more bits than the element has": codeOf({ bits: 17 }),
      "fewer bytes than a header": codeOf({ stored: -1 }),
      "fewer bytes than the packed bits": codeOf({ stored: 1 }),
      "fewer bytes than whole elements": codeOf({ bits: 16, stored: 7 }),
    };
    expect(cases).toEqual(Object.fromEntries(Object.keys(cases).map((name) => [name, "corrupt"])));
  });
});
