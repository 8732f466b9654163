import { describe, expect, it } from "vitest";
import { openScratchMemory } from "./scratch-memory.js";

describe("scratch memory", () => {
  it("is used again when its task has released it, and not before", () => {
    const openMemory = openScratchMemory();
    const first = openMemory();
    const second = openMemory();
    const [a, b, c] = [first.take(8), first.take(8), second.take(8)];
    expect(new Set([a, b, c]).size).toBe(3);
    first.release();
    const third = openMemory();
    expect(new Set([third.take(8), third.take(8)])).toEqual(new Set([a, b]));
    expect(third.take(8)).not.toBe(c);
  });

  it("has the size that is asked for", () => {
    const openMemory = openScratchMemory();
    const first = openMemory();
    const eight = first.take(8);
    first.release();
    const second = openMemory();
    expect(second.take(4)).toHaveLength(4);
    expect(second.take(8)).toBe(eight);
  });
});
