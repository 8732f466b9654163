import { randomBytes } from "node:crypto";
import { deflateRawSync, deflateSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bytesRead, countReads } from "../../fixtures/counted-source.js";
import { type ByteSource, openSource } from "./byte-source.js";
import type { DeflateFormat } from "./deflate-stream.js";
import { inflateBlocks } from "./platform-inflate.js";

/** Half of it is incompressible, so that its deflated form takes many steps, and half of it grows a thousandfold. */
const content = new Uint8Array(2_000_000);
content.set(randomBytes(1_000_000));
const formats: readonly (readonly [DeflateFormat, (bytes: Uint8Array) => Uint8Array])[] = [
  ["deflate", (bytes) => new Uint8Array(deflateSync(bytes))],
  ["deflate-raw", (bytes) => new Uint8Array(deflateRawSync(bytes))],
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

  it.each(formats)("inflates short and long streams of the format %s", async (format, pack) => {
    for (const length of [0, 1, 100, 2_000_000]) {
      const part = content.subarray(0, length);
      expect(same(await join(openSource(pack(part)), format), part), String(length)).toBe(true);
    }
  });

  it.each(formats)("refuses a stream of the format %s that is cut, or none", async (format, pack) => {
    const packed = pack(content.subarray(0, 100_000));
    for (const bytes of [packed.subarray(0, -1), packed.subarray(0, 0), new Uint8Array(1000).fill(0xff)]) {
      await expect(join(openSource(bytes), format)).rejects.toMatchObject({
        code: "corrupt",
        message: "x: found a broken deflate stream, wanted a whole one",
      });
    }
  });

  it("inflates several streams at once, and after one that was left in the middle", async () => {
    const packed = openSource(new Uint8Array(deflateRawSync(content)));
    for await (const block of inflateBlocks(packed, "deflate-raw", "x", undefined)) if (block.length > 0) break;
    const all = await Promise.all([join(packed, "deflate-raw"), join(packed, "deflate-raw")]);
    expect(all.map((bytes) => same(bytes, content))).toEqual([true, true]);
  });

  it("asks its source for no more than is wanted of it", async () => {
    const packed = new Uint8Array(deflateRawSync(content));
    const source = countReads(packed);
    for await (const block of inflateBlocks(source, "deflate-raw", "x", undefined)) if (block.length > 0) break;
    expect(bytesRead(source)).toBeLessThan(packed.length / 2);
  });

  it("hands on what its source throws, and the signal to it", async () => {
    const packed = new Uint8Array(deflateRawSync(content));
    const short: ByteSource = { ...openSource(packed, "file"), size: packed.length + 70_000 };
    const [first] = (await Promise.allSettled([join(short, "deflate-raw")])) as [PromiseRejectedResult];
    expect(first.reason).toMatchObject({ code: "truncated", path: "file" });
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
