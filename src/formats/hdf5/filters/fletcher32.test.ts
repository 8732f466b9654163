import { assert, integer, nat, property, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { KerasProofError } from "../../../errors.js";
import { undoFletcher32 } from "./fletcher32.js";

/** The two sums are those of the words, modulo 65535, where 65535 stands for 0 unless nothing was added up. */
function fletcher32(bytes: Uint8Array): number {
  let sum1 = 0n;
  let sum2 = 0n;
  for (let at = 0; at < bytes.length; at += 2) {
    sum1 += BigInt(bytes[at]! * 256 + (bytes[at + 1] ?? 0));
    sum2 += sum1;
  }
  return Number(reduced(sum2) * 65536n + reduced(sum1));
}

function reduced(sum: bigint): bigint {
  return sum === 0n ? 0n : ((sum - 1n) % 65535n) + 1n;
}

function withChecksum(bytes: Uint8Array, checksum: number, order: readonly number[] = [0, 1, 2, 3]): Uint8Array {
  const stored = order.map((byte) => (checksum >>> (8 * byte)) & 0xff);
  return Uint8Array.from([...bytes, ...stored]);
}

function undo(bytes: Uint8Array): Uint8Array {
  return undoFletcher32({ bytes, parameters: [], maxSize: bytes.length, place: "x" });
}

function codeOf(bytes: Uint8Array): string {
  try {
    undo(bytes);
    return "none";
  } catch (error) {
    return error instanceof KerasProofError ? error.code : String(error);
  }
}

const many = uint8Array({ maxLength: 3000, size: "max" });

describe("undoFletcher32", () => {
  it("takes off the checksum, also with its bytes exchanged as before HDF5 1.6.3", () => {
    assert(
      property(many, (bytes) => {
        const checksum = fletcher32(bytes);
        expect(undo(withChecksum(bytes, checksum))).toEqual(bytes);
        expect(undo(withChecksum(bytes, checksum, [1, 0, 3, 2]))).toEqual(bytes);
      }),
    );
  });

  it("finds every changed byte", () => {
    assert(
      property(many, nat(), integer({ min: 1, max: 254 }), (bytes, at, change) => {
        const stored = withChecksum(bytes, fletcher32(bytes));
        stored[at % stored.length]! ^= change;
        // The sums cannot tell 0x0000 from 0xffff, so one byte that changes by less than 255 always shows.
        expect(codeOf(stored)).toBe("bad-checksum");
      }),
    );
  });

  it("refuses fewer bytes than a checksum has", () => {
    expect(codeOf(Uint8Array.of(0, 0, 0))).toBe("corrupt");
    expect(undo(new Uint8Array(4))).toEqual(new Uint8Array(0));
  });
});
