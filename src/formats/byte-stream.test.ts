import { describe, expect, it } from "vitest";
import { refusalOf } from "../../fixtures/refusal-of.js";
import { type ByteSource, openSource, sliceSource } from "./byte-source.js";
import { type ByteStream, streamBlocks, streamSource } from "./byte-stream.js";

const size = 100_000;
const content = Uint8Array.from({ length: size }, (_, i) => i % 251);

async function* blocksOf(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array, void, undefined> {
  const block = new Uint8Array(length);
  for (let at = 0; at < bytes.length; at += length) {
    const part = bytes.subarray(at, at + length);
    // One memory for all blocks: each is there up to the next alone.
    block.set(part);
    yield block.subarray(0, part.length);
  }
}

/** The part of it that is the content. */
const partOf = (source: ByteSource): ByteSource => sliceSource(source, 10, size, "x");

/** A source of which each read gives memory of its own; the parts that were read are kept. */
function remote(parts: Uint8Array[]): ByteSource {
  return {
    size: size + 20,
    fresh: true,
    read: async (offset, length) => {
      const padded = Uint8Array.from([...new Uint8Array(10), ...content, ...new Uint8Array(10)]);
      parts.push(padded.slice(offset, offset + length));
      return parts.at(-1)!;
    },
  };
}

const streams: readonly (readonly [string, () => ByteStream])[] = [
  ["memory", () => streamSource(openSource(content), "x", undefined)],
  ["a part of a source", () => streamSource(partOf(remote([])), "x", undefined)],
  ["short blocks", () => streamBlocks(blocksOf(content, 7), size, "x")],
  ["long blocks", () => streamBlocks(blocksOf(content, 70_000), size, "x")],
];

describe.each(streams)("a stream of %s", (_, open) => {
  it("gives all bytes in their order, whatever is asked for first", async () => {
    const stream = open();
    const parts = [
      (await stream.peek(5000)).slice(),
      (await stream.next(100)).slice(),
      await stream.take(200),
      (await stream.next(6000)).slice(),
      (await stream.next(0)).slice(),
      await stream.take(size - 6300),
    ];
    expect(Buffer.concat(parts)).toEqual(Buffer.concat([content.subarray(0, 5000), content]));
    for (const index of [2, 5]) expect(parts[index]!.buffer.byteLength).toBe(parts[index]!.length);
  });

  it("has no more than it has", async () => {
    const stream = open();
    expect((await stream.peek(2 * size)).length).toBe(size);
    await stream.next(size);
    expect(["truncated", "corrupt"]).toContain((await refusalOf(stream.next(1))).code);
  });
});

it("a stream of a source frees what it has passed, and takes over what is to stay", async () => {
  const parts: Uint8Array[] = [];
  const stream = streamSource(partOf(remote(parts)), "x", undefined);
  await stream.next(20_000);
  await stream.next(20_000);
  const taken = await stream.take(30_000);
  await stream.next(20_000);
  expect(taken).toBe(parts[2]);
  // In Node 20 memory is freed a moment later.
  await new Promise(setImmediate);
  expect(parts.map(({ byteLength }) => byteLength)).toEqual([0, 0, 30_000, 20_000]);
});

it("a stream of a source shows what it reads, once and in order", async () => {
  const seen: Uint8Array[] = [];
  const stream = streamSource(openSource(content), "x", undefined, (bytes) => seen.push(bytes.slice()));
  await stream.peek(1000);
  await stream.next(10);
  await stream.take(size - 10);
  expect(Buffer.concat(seen)).toEqual(Buffer.from(content));
});
