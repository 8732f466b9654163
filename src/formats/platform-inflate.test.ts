import { randomBytes } from "node:crypto";
import { deflateRawSync, deflateSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bytesRead, countReads } from "../../fixtures/counted-source.js";
import { refusalOf } from "../../fixtures/refusal-of.js";
import { type ByteSource, openSource } from "./byte-source.js";
import type { DeflateFormat } from "./deflate-stream.js";
import { inflateBlocks } from "./platform-inflate.js";

/** Half of it is incompressible, so that its deflated form takes many steps, and half of it grows a thousandfold. */
const content = new Uint8Array(2_000_000);
content.set(randomBytes(1_000_000));
type Pack = (bytes: Uint8Array) => Uint8Array;
type Open = (bytes: Uint8Array) => ByteSource;
/** A source that is not in memory, and answers after so many milliseconds. */
const remote = (bytes: Uint8Array, delay = 0): ByteSource => ({
  size: bytes.length,
  read: async (offset, length) => {
    await new Promise((resolve) => setTimeout(resolve, delay));
    return openSource(bytes, "file").read(offset, length);
  },
});
const formats: readonly (readonly [DeflateFormat, from: string, Pack, Open])[] = [
  ["deflate", "memory", (bytes) => new Uint8Array(deflateSync(bytes)), openSource],
  ["deflate", "parts", (bytes) => new Uint8Array(deflateSync(bytes)), remote],
  ["deflate-raw", "memory", (bytes) => new Uint8Array(deflateRawSync(bytes)), openSource],
  ["deflate-raw", "parts", (bytes) => new Uint8Array(deflateRawSync(bytes)), remote],
];

async function join(source: ByteSource, format: DeflateFormat, signal?: AbortSignal): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for await (const block of inflateBlocks(source, format, "x", signal)) blocks.push(block.slice());
  return Buffer.concat(blocks);
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(["by Node's zlib", "by a DecompressionStream"])("inflateBlocks %s", (way) => {
  beforeEach(() => {
    // As in a browser: no built-in module is to be had.
    if (way.includes("DecompressionStream")) vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
  });

  it.each(formats)("inflates short and long streams of the format %s from %s", async (format, _, pack, open) => {
    for (const length of [0, 1, 10, 100, 5000, 100_000, 2_000_000]) {
      for (const part of [
        content.subarray(0, length),
        content.subarray(content.length - length),
        new Uint8Array(length),
      ]) {
        expect(same(await join(open(pack(part)), format), part), String(length)).toBe(true);
      }
    }
  });

  it.each(formats)("refuses a stream of the format %s that is cut, or none, from %s", async (format, _, pack, open) => {
    for (const length of [10, 100_000]) {
      const packed = pack(content.subarray(0, length));
      for (const bytes of [packed.subarray(0, -1), packed.subarray(0, 0), new Uint8Array(length).fill(0xff)]) {
        await expect(join(open(bytes), format)).rejects.toMatchObject({
          code: "corrupt",
          message: "x: found a broken deflate stream, wanted a whole one",
        });
      }
    }
  });

  it("inflates several streams at once, and after one that was left in the middle", async () => {
    const packed = openSource(new Uint8Array(deflateRawSync(content)));
    for await (const block of inflateBlocks(packed, "deflate-raw", "x", undefined)) if (block.length > 0) break;
    const all = await Promise.all([join(packed, "deflate-raw"), join(packed, "deflate-raw")]);
    expect(all.map((bytes) => same(bytes, content))).toEqual([true, true]);
  });

  it("inflates side by side, from sources that answer late", async () => {
    const parts = [content, content.subarray(1000), new Uint8Array(300_000), content.subarray(0, 200_000)];
    const streams = parts.map((part) => remote(deflateRawSync(part), Math.random() * 3));
    const inflated = await Promise.all(streams.map((source) => join(source, "deflate-raw")));
    expect(parts.map((part, i) => same(inflated[i]!, part))).toEqual(parts.map(() => true));
  });

  it("asks its source for no more than is wanted of it", async () => {
    const packed = new Uint8Array(deflateRawSync(content));
    const source = countReads(packed);
    for await (const block of inflateBlocks(source, "deflate-raw", "x", undefined)) if (block.length > 0) break;
    expect(bytesRead(source)).toBeLessThan(packed.length / 2);
  });

  it("hands on what its source throws, and the signal to it", async () => {
    const packed = new Uint8Array(deflateRawSync(content));
    for (const more of [1, 70_000]) {
      for (const whole of [openSource(packed, "file"), remote(packed)]) {
        const error = await refusalOf(join({ ...whole, size: packed.length + more }, "deflate-raw"));
        expect(error).toMatchObject({ code: "truncated", path: "file" });
      }
    }
    const stopped: ByteSource = {
      size: 10,
      read: (_, __, options) => Promise.reject(new DOMException(String(options?.signal?.reason), "AbortError")),
    };
    await expect(join(stopped, "deflate-raw", AbortSignal.abort("stopped"))).rejects.toThrow("stopped");
  });
});

it("takes no notice of bytes after the end of the stream in Node", async () => {
  const trailed = Buffer.concat([deflateRawSync(content), Buffer.from("trailing")]);
  expect(same(await join(openSource(trailed), "deflate-raw"), content)).toBe(true);
});

it("reads no further than the end of the stream in Node", async () => {
  const packed = Buffer.concat([deflateRawSync(content.subarray(0, 1000)), randomBytes(1_000_000)]);
  const source = countReads(new Uint8Array(packed));
  expect(same(await join(source, "deflate-raw"), content.subarray(0, 1000))).toBe(true);
  expect(bytesRead(source)).toBeLessThan(packed.length / 2);
});

it("lets timers and signals come while it inflates", async () => {
  let came = false;
  setTimeout(() => {
    came = true;
  }, 0);
  await join(openSource(new Uint8Array(deflateRawSync(new Uint8Array(2 ** 24)))), "deflate-raw");
  expect(came).toBe(true);
});

it("opens one stream of zlib for all that is inflated one after the other, whole, broken or left in the middle", async () => {
  const opened = vi.spyOn(process.getBuiltinModule("node:zlib"), "createInflateRaw");
  const packed = new Uint8Array(deflateRawSync(content));
  for (let i = 0; i < 5; i++) {
    await join(openSource(packed), "deflate-raw");
    await expect(join(openSource(packed.subarray(0, 1000)), "deflate-raw")).rejects.toMatchObject({ code: "corrupt" });
    for await (const block of inflateBlocks(openSource(packed), "deflate-raw", "x", undefined)) {
      if (block.length > 0) break;
    }
  }
  expect(opened.mock.calls.length).toBeLessThanOrEqual(1);
});
