import { array, assert, integer, oneof, property, record, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { KerasProofError } from "../../../errors.js";
import { undoLzf } from "./lzf.js";

function undo(bytes: Uint8Array, maxSize: number): Uint8Array {
  return undoLzf({ bytes, parameters: [], maxSize, place: "x" });
}

function codeOf(bytes: readonly number[], maxSize: number): string {
  try {
    undo(Uint8Array.from(bytes), maxSize);
    return "none";
  } catch (error) {
    return error instanceof KerasProofError ? error.code : String(error);
  }
}

const literals = uint8Array({ minLength: 1, maxLength: 32 });
const copies = record({ back: integer({ min: 1, max: 8192 }), length: integer({ min: 3, max: 264 }) });

describe("undoLzf", () => {
  it("copies what stands before, as long and as far back as a stream can say", () => {
    assert(
      property(literals, array(oneof(literals, copies), { maxLength: 60 }), (first, steps) => {
        const stream: number[] = [first.length - 1, ...first];
        const values: number[] = [...first];
        for (const step of steps) {
          if (step instanceof Uint8Array) {
            stream.push(step.length - 1, ...step);
            values.push(...step);
            continue;
          }
          const back = Math.min(step.back, values.length);
          const high = (back - 1) >> 8;
          if (step.length < 9) stream.push(((step.length - 2) << 5) | high);
          else stream.push((7 << 5) | high, step.length - 9);
          stream.push((back - 1) & 0xff);
          for (let i = 0; i < step.length; i++) values.push(values[values.length - back]!);
        }
        expect(undo(Uint8Array.from(stream), values.length)).toEqual(Uint8Array.from(values));
        expect(codeOf(stream, values.length - 1)).toBe("corrupt");
      }),
    );
  });

  it("refuses a stream that ends within a step or copies from before the beginning", () => {
    expect(codeOf([1, 7], 9)).toBe("corrupt");
    expect(codeOf([0, 7, 0x20], 9)).toBe("corrupt");
    expect(codeOf([0, 7, 0xe0], 9)).toBe("corrupt");
    expect(codeOf([0, 7, 0xe0, 0], 9)).toBe("corrupt");
    expect(codeOf([0, 7, 0x20, 1], 9)).toBe("corrupt");
    expect(codeOf([0, 7, 0x20, 0], 9)).toBe("none");
  });

  it("takes no more memory than its bytes can fill", () => {
    const few = undo(Uint8Array.of(0, 7, 0x20, 0), 2 ** 32);
    expect(few).toEqual(Uint8Array.of(7, 7, 7, 7));
    expect(few.buffer.byteLength).toBeLessThan(1000);
  });
});
