import { array, assert, constantFrom, integer, nat, property, record, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { KerasProofError } from "../../../errors.js";
import { undoSzip } from "./szip.js";

const neighbour = 32;
const highFirst = 16;

function undo(bytes: Uint8Array, parameters: readonly number[], maxSize: number): Uint8Array {
  return undoSzip({ bytes, parameters, maxSize, place: "x" });
}

function codeOf(bytes: Uint8Array, parameters: readonly number[], maxSize: number): string {
  try {
    undo(bytes, parameters, maxSize);
    return "none";
  } catch (error) {
    return error instanceof KerasProofError ? error.code : String(error);
  }
}

/** Each pixel as its distance from the one before. */
function distancesOf(line: readonly number[], bits: number): number[] {
  return line.map((pixel, i) => {
    if (i === 0) return pixel;
    const before = line[i - 1]!;
    const step = Math.abs(pixel - before);
    const room = Math.min(before, 2 ** bits - 1 - before);
    if (step > room) return room + step;
    return pixel >= before ? 2 * step : 2 * step - 1;
  });
}

/** Writes blocks of pixels in the way that `choose` says: 0 as zeros, 1 as pairs, 2 as they are, else in two parts. */
function encode(
  lines: readonly number[][],
  bits: number,
  block: number,
  mask: number,
  ways: readonly number[],
): Uint8Array {
  const stream: string[] = [];
  const put = (value: number, count: number): void =>
    void stream.push(value.toString(2).padStart(count, "0").slice(-count));
  const zeros = (count: number): void => void stream.push("0".repeat(count), "1");
  const idBits = bits > 16 ? 5 : bits > 8 ? 4 : 3;
  let turn = 0;
  for (const line of lines) {
    const pixels = (mask & neighbour) === 0 ? line : distancesOf(line, bits);
    const blocks = Math.ceil(line.length / block);
    for (let done = 0; done < blocks; done++) {
      const first = (mask & neighbour) !== 0 && done === 0 ? 1 : 0;
      const values = Array.from({ length: block }, (_, i) => pixels[done * block + i] ?? 0);
      const coded = values.slice(first);
      const way = ways[turn++ % ways.length]!;
      if (way === 0 && coded.every((value) => value === 0)) {
        put(0, idBits);
        put(0, 1);
        if (first === 1) put(values[0]!, bits);
        zeros(0);
      } else if (way === 1 && coded.every((value) => value <= 6)) {
        put(0, idBits);
        put(1, 1);
        if (first === 1) put(values[0]!, bits);
        for (let i = first; i < block; i += 1 + ((i + 1) % 2)) {
          const [one, two] = i % 2 === 0 ? [values[i]!, values[i + 1]!] : [0, values[i]!];
          zeros(((one + two) * (one + two + 1)) / 2 + two);
        }
      } else {
        const low = idBits === 3 ? 5 : idBits === 4 ? 13 : 23;
        const isSplit = way > 2 && coded.every((value) => value < 2 ** (low + 6));
        put(isSplit ? low + 1 : 2 ** idBits - 1, idBits);
        if (!isSplit) for (const value of values) put(value, bits);
        else {
          if (first === 1) put(values[0]!, bits);
          for (const value of coded) zeros(Math.floor(value / 2 ** low));
          for (const value of coded) put(value, low);
        }
      }
    }
  }
  const text = stream.join("");
  const width = bits > 16 ? 4 : bits > 8 ? 2 : 1;
  const size = lines.reduce((sum, line) => sum + line.length, 0) * width;
  const bytes = new Uint8Array(4 + Math.ceil(text.length / 8));
  new DataView(bytes.buffer).setUint32(0, size, true);
  for (let i = 4; i < bytes.length; i++)
    bytes[i] = Number.parseInt(text.slice(8 * i - 32, 8 * i - 24).padEnd(8, "0"), 2);
  return bytes;
}

function storedBytes(lines: readonly number[][], bits: number, mask: number): number[] {
  const width = bits > 16 ? 4 : bits > 8 ? 2 : 1;
  return lines.flat().flatMap((pixel) => {
    const bytes = Array.from({ length: width }, (_, k) => Math.floor(pixel / 256 ** k) % 256);
    return (mask & highFirst) === 0 ? bytes : bytes.reverse();
  });
}

const cases = record({
  bits: integer({ min: 1, max: 24 }),
  block: constantFrom(2, 4, 10, 32),
  mask: constantFrom(4, neighbour, neighbour | highFirst, 4 | highFirst),
  perLine: integer({ min: 1, max: 70 }),
  ways: array(nat(3), { minLength: 1, maxLength: 8 }),
  noise: array(nat(2 ** 24 - 1), { minLength: 1, maxLength: 40 }),
  small: nat(6),
});

/** The pixels of the pair of a number, or the code of its refusal. */
function pair(zeros: number): string {
  const parameters = [4, 2, 8, 8];
  const digits = `0001${"0".repeat(zeros)}1`.padEnd(104, "0").match(/.{8}/g)!;
  const bytes = Uint8Array.of(2, 0, 0, 0, ...digits.map((byte) => Number.parseInt(byte, 2)));
  const code = codeOf(bytes, parameters, 2);
  return code === "none" ? undo(bytes, parameters, 2).join() : code;
}

describe("undoSzip", () => {
  it("reads blocks in every way of coding, of pixels and of distances", () => {
    assert(
      property(cases, ({ bits, block, mask, perLine, ways, noise, small }) => {
        const lines = [0, 1, 2].map((row) =>
          Array.from({ length: perLine }, (_, i) => {
            const value = noise[(row * perLine + i) % noise.length]!;
            return (row === small % 3 ? value : value % (small + 1)) % 2 ** bits;
          }),
        );
        const bytes = encode(lines, bits, block, mask, ways);
        const expected = storedBytes(lines, bits, mask);
        const parameters = [mask, block, bits, perLine];
        expect([...undo(bytes, parameters, expected.length)]).toEqual(expected);
        expect(codeOf(bytes, parameters, expected.length - 1)).toBe("corrupt");
        expect(codeOf(bytes.subarray(0, bytes.length - 1), parameters, expected.length)).toBe("corrupt");
      }),
    );
  });

  it("joins the bytes of wide pixels", () => {
    const planes = [1, 2, 3, 11, 12, 13, 21, 22, 23, 31, 32, 33];
    const bytes = encode([planes], 8, 4, 4, [2]);
    expect([...undo(bytes, [4, 4, 32, 12], 12)]).toEqual([1, 11, 21, 31, 2, 12, 22, 32, 3, 13, 23, 33]);
  });

  it("takes zeros for many blocks at once, up to the end of a segment or of a line", () => {
    // An uncoded block of ones, then zeros up to the end: 7, 1, 1, 0, 0, four zeros and a one.
    const rest = Uint8Array.of(8, 0, 0, 0, 0b111_00000, 0b001_00000, 0b001_000_0_0, 0b0001_0000);
    expect([...undo(rest, [4, 2, 8, 8], 8)]).toEqual([1, 1, 0, 0, 0, 0, 0, 0]);
    // Six zeros and a one are six blocks, of which this line has but four.
    const more = Uint8Array.of(8, 0, 0, 0, 0b000_0_0000, 0b0010_0000, 0, 0);
    expect(codeOf(more, [4, 2, 8, 8], 8)).toBe("corrupt");
    expect([...undo(more, [4, 2, 8, 12], 8)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("reads pairs of a sum of 12 and refuses those of more", () => {
    expect([0, 1, 2, 78, 90, 91].map(pair)).toEqual(["0,0", "1,0", "0,1", "12,0", "0,12", "corrupt"]);
  });

  it("refuses parameters that szip does not have", () => {
    const bytes = encode([[1, 2, 3, 4]], 8, 2, 4, [2]);
    expect(codeOf(bytes, [4, 2, 8, 4], 4)).toBe("none");
    for (const wrong of [
      [],
      [4, 3, 8, 4],
      [4, 0, 8, 4],
      [4, 64, 8, 4],
      [4, 2, 0, 4],
      [4, 2, 25, 4],
      [4, 2, 8, 0],
      [4, 2, 8, 5000],
    ]) {
      expect(codeOf(bytes, wrong, 4), wrong.join()).toBe("corrupt");
    }
    expect(codeOf(Uint8Array.of(1, 0), [4, 2, 8, 4], 4)).toBe("corrupt");
  });

  it("ends in time and typed whatever the bytes", () => {
    const parameters = record({
      mask: nat(255),
      block: constantFrom(2, 16, 32),
      bits: constantFrom(1, 8, 12, 24, 32, 64),
      perLine: integer({ min: 1, max: 4096 }),
    });
    assert(
      property(uint8Array({ maxLength: 300 }), parameters, nat(1e5), (bytes, { mask, block, bits, perLine }, size) => {
        const stream = new Uint8Array(4 + bytes.length);
        new DataView(stream.buffer).setUint32(0, size, true);
        stream.set(bytes, 4);
        expect(["none", "corrupt"]).toContain(codeOf(stream, [mask, block, bits, perLine], 2 ** 32));
      }),
    );
  });

  it("takes no more memory than its bytes can fill", () => {
    expect(codeOf(Uint8Array.of(0, 0, 0, 0x80, 1, 2, 3), [4, 2, 8, 4096], 2 ** 32)).toBe("corrupt");
  });
});
