import { describe, expect, it } from "vitest";
import { freeMemory } from "./free-memory.js";

describe("memory that is given back", () => {
  it("is gone at once", () => {
    const bytes = new Uint8Array(2 ** 20);
    freeMemory(bytes.buffer);
    expect(bytes.buffer.byteLength).toBe(0);
    freeMemory(bytes.buffer);
  });

  it("goes without `ArrayBuffer.prototype.transfer`, too, and by it where there is one", () => {
    const bytes = new Uint8Array(2 ** 20);
    const calls: number[] = [];
    Object.defineProperty(bytes.buffer, "transfer", { value: (size: number) => calls.push(size) });
    freeMemory(bytes.buffer);
    expect(calls).toEqual([0]);
    expect(bytes).toHaveLength(2 ** 20);
  });

  it("stays where it may be part of a pool, or shared with other threads", () => {
    const small = new Uint8Array(2 ** 13);
    const shared = new SharedArrayBuffer(2 ** 20);
    freeMemory(small.buffer);
    freeMemory(shared);
    expect(small).toHaveLength(2 ** 13);
    expect(shared.byteLength).toBe(2 ** 20);
  });
});
