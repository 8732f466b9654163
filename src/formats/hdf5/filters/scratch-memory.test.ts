import { describe, expect, it } from "vitest";
import { openScratchMemory } from "./scratch-memory.js";

const buffersOf = (pieces: readonly Uint8Array[]): Set<ArrayBufferLike> => new Set(pieces.map(({ buffer }) => buffer));

describe("scratch memory", () => {
  it("is used again when its task has released it, and not before", () => {
    const openMemory = openScratchMemory();
    const first = openMemory(false);
    const second = openMemory(false);
    const [a, b, c] = [first.take(8), first.take(8), second.take(8)];
    expect(buffersOf([a, b, c]).size).toBe(3);
    first.release();
    const third = openMemory(false);
    expect(buffersOf([third.take(8), third.take(8)])).toEqual(buffersOf([a, b]));
    expect(third.take(8).buffer).not.toBe(c.buffer);
  });

  it("has the size that is asked for, from a buffer that is not much larger", () => {
    const openMemory = openScratchMemory();
    const first = openMemory(false);
    const ten = first.take(10);
    first.release();
    const second = openMemory(false);
    expect(second.take(11)).toHaveLength(11);
    expect(second.take(4)).toHaveLength(4);
    const eight = second.take(8);
    expect([eight.length, eight.byteOffset, eight.buffer]).toEqual([8, 0, ten.buffer]);
  });

  it("belongs to one task alone, though it was released twice", () => {
    const openMemory = openScratchMemory();
    const task = openMemory(false);
    task.take(8);
    task.release();
    task.release();
    const next = openMemory(false);
    expect(buffersOf([next.take(8), next.take(8)]).size).toBe(2);
  });

  it("is kept up to 2 MiB, and freed beyond", () => {
    const openMemory = openScratchMemory();
    const task = openMemory(false);
    const pieces = [task.take(2 ** 20), task.take(2 ** 20), task.take(2 ** 20)];
    task.release();
    expect(pieces.map(({ length }) => length)).toEqual([2 ** 20, 2 ** 20, 0]);
    const next = openMemory(false);
    expect(buffersOf([next.take(2 ** 20), next.take(2 ** 20)])).toEqual(buffersOf(pieces.slice(0, 2)));
  });
});
