import { describe, expect, it } from "vitest";
import { countReads } from "../../../fixtures/counted-source.js";
import { openSource } from "../byte-source.js";
import { planReads } from "./read-planner.js";

const kibi = 2 ** 10;
const mebi = 2 ** 20;
const bytes = new Uint8Array(40 * mebi).map((_, i) => i % 251);

function openPromise(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: (() => void) | undefined;
  const promise = new Promise<void>((fulfil) => (resolve = fulfil));
  return { promise, resolve: () => resolve!() };
}

describe("a plan of reads", () => {
  it("reads neighbours together, in the order of the file, and gives each what it asked for", async () => {
    const source = countReads(bytes);
    const planner = planReads(source, "x");
    const wanted = [
      [900, 100],
      [100 * kibi, 50],
      [0, 10],
      [5, 10],
      [100 * kibi + 50 + 256 * kibi, 7],
      [100 * kibi + 50 + 256 * kibi + 1, 2],
    ] as const;
    const found = await Promise.all(wanted.map(([offset, length]) => planner.read(offset, length, undefined)));
    expect(source.reads).toEqual([
      [0, 100 * kibi + 50],
      [100 * kibi + 50 + 256 * kibi, 7],
    ]);
    for (const [i, [offset, length]] of wanted.entries()) {
      expect(found[i]!.bytes).toEqual(bytes.subarray(offset, offset + length));
      expect(found[i]!.fresh).toBe(true);
      expect(found[i]!.bytes.buffer.byteLength).toBe(length);
    }
  });

  it("waits for requests that come a little later", async () => {
    const source = countReads(bytes);
    const planner = planReads(source, "x");
    const late = async (turns: number): Promise<void> => {
      for (let i = 0; i < turns; i++) await Promise.resolve();
      await planner.read(100 * turns, 10, undefined);
    };
    await Promise.all([late(0), late(3), late(6), late(12)]);
    expect(source.reads).toEqual([[0, 1210]]);
  });

  it("reads what is large alone, so that its memory needs no copy", async () => {
    const source = countReads(bytes);
    const planner = planReads(source, "x");
    const [small, large, smaller] = await Promise.all([
      planner.read(0, 10, undefined),
      planner.read(10, mebi, undefined),
      planner.read(20, 10, undefined),
    ]);
    expect(source.reads.sort(([a], [b]) => a - b)).toEqual([
      [0, 30],
      [10, mebi],
    ]);
    expect([small.fresh, large.fresh, smaller.fresh]).toEqual([true, true, true]);
    expect(large.bytes.buffer.byteLength).toBe(mebi);
  });

  it("lends parts of a larger read, and frees its memory when all who have some are done", async () => {
    const lent: Uint8Array[] = [];
    let ended = 0;
    const { promise: finished, resolve: finish } = openPromise();
    const planner = planReads({ ...countReads(bytes), fresh: true }, "x");
    const borrow = async (offset: number, until: Promise<void>): Promise<void> => {
      await planner.lend(offset, 64 * kibi, undefined, async (part) => {
        lent.push(part);
        await until;
      });
      ended += 1;
    };
    const loans = [borrow(0, Promise.resolve()), borrow(64 * kibi, finished)];
    const copied = await planner.read(10, 10, undefined);
    await loans[0];
    expect(ended).toBe(1);
    expect(lent[0]!.buffer).toBe(lent[1]!.buffer);
    expect(lent[1]).toEqual(bytes.subarray(64 * kibi, 128 * kibi));
    finish();
    await Promise.all(loans);
    expect(lent.map(({ length }) => length)).toEqual([0, 0]);
    expect(copied.bytes).toEqual(bytes.subarray(10, 20));
  });

  it("frees no memory that others know", async () => {
    const whole = bytes.slice();
    const planner = planReads({ size: bytes.length, read: async () => whole }, "x");
    let lent: Uint8Array | undefined;
    await planner.lend(0, bytes.length, undefined, (part) => void (lent = part));
    expect(lent).toHaveLength(bytes.length);
    const memory = planReads(openSource(bytes), "x");
    await memory.lend(5, mebi, undefined, (part) => void (lent = part));
    expect(lent!.buffer).toBe(bytes.buffer);
    expect(bytes).toHaveLength(40 * mebi);
  });

  it("ends a read that grows too long, and has few in the air", async () => {
    let inAir = 0;
    let most = 0;
    const lengths: number[] = [];
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      lengths.push(length);
      inAir += length;
      most = Math.max(most, inAir);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inAir -= length;
      return bytes.subarray(offset, offset + length);
    };
    const planner = planReads({ size: bytes.length, read }, "x");
    const count = 40 * 16;
    const found = await Promise.all(
      Array.from({ length: count }, (_, i) => planner.read(i * 64 * kibi, 64 * kibi, undefined)),
    );
    expect(found.every(({ bytes: part }, i) => part[1] === bytes[i * 64 * kibi + 1])).toBe(true);
    expect(lengths).toEqual([8, 8, 8, 8, 8].map((mebis) => mebis * mebi));
    expect(most).toBeLessThanOrEqual(32 * mebi);
  });

  it("never waits for memory nor copies it", async () => {
    const stored = await planReads(openSource(bytes), "x").read(7, 9, undefined);
    expect(stored.fresh).toBe(false);
    expect([stored.bytes.buffer, stored.bytes.byteOffset]).toEqual([bytes.buffer, 7]);
  });

  it("gives a signal to the source where all that share a read have it, and tells the others nothing", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const planner = planReads(
      {
        size: bytes.length,
        read: async (offset, length, options) => {
          signals.push(options?.signal);
          return bytes.slice(offset, offset + length);
        },
      },
      "x",
    );
    const controller = new AbortController();
    const { signal } = controller;
    await Promise.all([planner.read(0, 10, signal), planner.read(10, 10, signal)]);
    const stopped = planner.read(0, 10, signal);
    const other = planner.read(10, 10, undefined);
    controller.abort("enough");
    await expect(stopped).rejects.toMatchObject({ code: "aborted", path: "x", cause: "enough" });
    expect((await other).bytes).toEqual(bytes.subarray(10, 20));
    expect(signals).toEqual([signal, undefined]);
    await expect(planner.read(0, 10, signal)).rejects.toMatchObject({ code: "aborted" });
    expect(signals).toHaveLength(2);
  });
});
