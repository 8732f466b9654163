import { describe, expect, it } from "vitest";
import { KerasProofError } from "../errors.js";
import { atByte } from "./at-byte.js";

async function thrownAt(offset: number, error: Error): Promise<unknown> {
  return atByte(offset, () => Promise.reject(error)).catch((thrown: unknown) => thrown);
}

describe("atByte", () => {
  it("gives an error the byte that it lacks, and keeps the rest", async () => {
    const cause = new Error("inner");
    const error = new KerasProofError("corrupt", "a", "found 1, wanted 2", { cause });
    expect(await thrownAt(7, error)).toMatchObject({
      code: "corrupt",
      path: "a",
      offset: 7,
      message: "a: found 1, wanted 2, at byte 7",
      cause,
    });
  });

  it("lets other errors be: those that name a byte, those about the caller, those that are not ours", async () => {
    const others = [
      new KerasProofError("corrupt", "a", "found 1, wanted 2", { offset: 0 }),
      new KerasProofError("aborted", "a", "found that the caller stopped it"),
      new RangeError("b"),
    ];
    for (const error of others) expect(await thrownAt(7, error)).toBe(error);
  });

  it("gives the result of the step, whether or not it takes time", async () => {
    expect([await atByte(0, () => 1), await atByte(0, async () => 2)]).toEqual([1, 2]);
  });
});
