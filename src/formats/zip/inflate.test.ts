import { randomBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { type ByteSource, openSource } from "../byte-source.js";
import { inflateRaw } from "./inflate.js";

/** Incompressible, so that its deflated form takes many blocks. */
const content = new Uint8Array(randomBytes(2_000_000));
const deflated = new Uint8Array(deflateRawSync(content));

describe("inflateRaw", () => {
  it("inflates a stream of many blocks", async () => {
    const inflated = await inflateRaw(openSource(deflated), content.length, "x");
    expect(Buffer.compare(inflated, content)).toBe(0);
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
    await expect(inflateRaw(source, 1000, "x")).rejects.toMatchObject({
      code: "corrupt",
      message: "x: found more than 1000 inflated bytes, wanted 1000",
    });
    expect(served).toBeLessThan(deflated.length / 2);
  });

  it.each([
    ["ends early", deflated.subarray(0, deflated.length - 1)],
    ["is empty", deflated.subarray(0, 0)],
    ["is no deflate stream", Uint8Array.of(0xff, 0xff, 0xff)],
  ])("refuses a stream that %s", async (_, bytes) => {
    await expect(inflateRaw(openSource(bytes), content.length, "x")).rejects.toMatchObject({
      code: "corrupt",
      message: "x: found a broken deflate stream, wanted a whole one",
    });
  });

  it("hands on what its source throws", async () => {
    const short: ByteSource = { ...openSource(deflated, "file"), size: deflated.length + 1 };
    await expect(inflateRaw(short, content.length, "x")).rejects.toMatchObject({ code: "truncated", path: "file" });
    const stopped: ByteSource = { size: 10, read: () => Promise.reject(new DOMException("stopped", "AbortError")) };
    await expect(inflateRaw(stopped, content.length, "x")).rejects.toThrow("stopped");
  });
});
