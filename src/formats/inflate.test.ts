import { randomBytes } from "node:crypto";
import { deflateRawSync, deflateSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ByteSource, openSource } from "./byte-source.js";
import { type DeflateFormat, inflate, inflateSource } from "./inflate.js";

/** Incompressible, so that its deflated form takes many blocks. */
const content = new Uint8Array(randomBytes(2_000_000));
const deflated = new Uint8Array(deflateRawSync(content));
const formats: readonly (readonly [DeflateFormat, (bytes: Uint8Array) => Uint8Array])[] = [
  ["deflate", (bytes) => new Uint8Array(deflateSync(bytes))],
  ["deflate-raw", (bytes) => new Uint8Array(deflateRawSync(bytes))],
];

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** As in a browser: no built-in module is to be had. */
const hideNode = (): void => {
  vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
};
afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(["by Node's zlib", "by a DecompressionStream"])("inflate %s", (way) => {
  beforeEach(() => {
    if (way.includes("DecompressionStream")) hideNode();
  });

  it.each(formats)("inflates short and long streams of the format %s", async (format, pack) => {
    for (const length of [0, 1, 100, 5000, 2_000_000]) {
      const part = content.subarray(0, length);
      expect(same(await inflate(pack(part), length, format, "x"), part), String(length)).toBe(true);
      const compressible = new Uint8Array(length);
      expect(same(await inflate(pack(compressible), length, format, "x"), compressible), String(length)).toBe(true);
    }
  });

  it.each(formats)(
    "gives fewer bytes than allowed where the stream of the format %s has fewer",
    async (format, pack) => {
      for (const length of [10, 100_000]) {
        const part = content.subarray(0, length);
        expect(same(await inflate(pack(part), length + 1000, format, "x"), part)).toBe(true);
      }
    },
  );

  it.each(formats)("refuses a stream of the format %s that is longer, cut or none", async (format, pack) => {
    for (const length of [10, 100_000]) {
      const packed = pack(content.subarray(0, length));
      for (const maxSize of [length - 1, 0]) {
        await expect(inflate(packed, maxSize, format, "x")).rejects.toMatchObject({
          code: "corrupt",
          message: `x: found more than ${maxSize} inflated bytes, wanted ${maxSize}`,
        });
      }
      for (const bytes of [packed.subarray(0, -1), packed.subarray(0, 0), new Uint8Array(length).fill(0xff)]) {
        await expect(inflate(bytes, length, format, "x")).rejects.toMatchObject({
          code: "corrupt",
          message: "x: found a broken deflate stream, wanted a whole one",
        });
      }
    }
  });

  it("refuses a wrong checksum of zlib", async () => {
    const packed = new Uint8Array(deflateSync(content));
    packed[packed.length - 1]! ^= 1;
    await expect(inflate(packed, content.length, "deflate", "x")).rejects.toMatchObject({ code: "corrupt" });
  });

  it("takes no notice of bytes after the end of the stream", async () => {
    const packed = deflateSync(content.subarray(0, 1000));
    const trailed = new Uint8Array(Buffer.concat([packed, Buffer.from("trailing")]));
    expect(same(await inflate(trailed, 1000, "deflate", "x"), content.subarray(0, 1000))).toBe(true);
  });
});

it("inflates what is longer than one piece block by block", async () => {
  const packed = new Uint8Array(deflateSync(new Uint8Array(2 ** 26 + 5).fill(7)));
  const inflated = await inflate(packed, 2 ** 26 + 5, "deflate", "x");
  expect([inflated.length, inflated[2 ** 26 + 4]]).toEqual([2 ** 26 + 5, 7]);
});

describe.each(["by Node's zlib", "by a DecompressionStream"])("inflateSource %s", (way) => {
  beforeEach(() => {
    if (way.includes("DecompressionStream")) hideNode();
  });

  it("inflates a stream of many blocks into memory of its own", async () => {
    const inflated = await inflateSource(openSource(deflated), content.length, "deflate-raw", "x");
    expect(same(inflated, content)).toBe(true);
    expect(inflated.buffer.byteLength).toBe(content.length);
  });

  it("stops at the first block beyond the size, long before the end of the stream", async () => {
    let served = 0;
    const source: ByteSource = {
      size: deflated.length,
      read: async (offset, length) => {
        served += length;
        return deflated.subarray(offset, offset + length);
      },
    };
    await expect(inflateSource(source, 1000, "deflate-raw", "x")).rejects.toMatchObject({
      code: "corrupt",
      message: "x: found more than 1000 inflated bytes, wanted 1000",
    });
    expect(served).toBeLessThan(deflated.length / 2);
  });

  it("hands on what its source throws, and the signal to it", async () => {
    const short: ByteSource = { ...openSource(deflated, "file"), size: deflated.length + 1 };
    const attempt = inflateSource(short, content.length, "deflate-raw", "x");
    await expect(attempt).rejects.toMatchObject({ code: "truncated", path: "file" });
    const stopped: ByteSource = {
      size: 10,
      read: (_, __, options) => Promise.reject(new DOMException(String(options?.signal?.reason), "AbortError")),
    };
    const aborted = inflateSource(stopped, 9, "deflate-raw", "x", AbortSignal.abort("stopped"));
    await expect(aborted).rejects.toThrow("stopped");
  });

  it("refuses a size that no memory holds", async () => {
    const attempt = inflateSource(openSource(deflated), 2 ** 50, "deflate-raw", "x");
    await expect(attempt).rejects.toMatchObject({ code: "limit" });
  });
});

it("lets timers and signals come while much is inflated by this thread", async () => {
  const piece = new Uint8Array(deflateSync(new Uint8Array(2 ** 16 - 64)));
  let came = false;
  setTimeout(() => {
    came = true;
  }, 0);
  for (let i = 0; i < 200; i++) await inflate(piece, 2 ** 16 - 64, "deflate", "piece");
  expect(came).toBe(true);
});
