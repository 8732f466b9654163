import { randomBytes } from "node:crypto";
import { deflateSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openSource } from "./byte-source.js";
import { inflate as inflateAtOnce } from "./inflate.js";
import { canInflateAside } from "./native-inflater.js";
import { inflateBlocks } from "./platform-inflate.js";

/** Incompressible, so that its deflated form is as long. */
const content = new Uint8Array(randomBytes(2_000_000));
const inflate = async (...args: Parameters<typeof inflateAtOnce>): Promise<Uint8Array> => inflateAtOnce(...args);
type Unpack = (bytes: Uint8Array, maxSize: number) => Promise<Uint8Array>;
const ways: readonly (readonly [string, Unpack])[] = [
  ["in another thread", (bytes, maxSize) => inflate(bytes, maxSize, "x", take, true)],
  ["in this thread", (bytes, maxSize) => inflate(bytes, maxSize, "x", take)],
];

const take = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(size);
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Waits until another thread was seen to come back. */
const untilAside = (): Promise<void> => vi.waitFor(() => expect(canInflateAside()).toBe(true), { timeout: 20_000 });

/** As in a browser: no built-in module is to be had. */
const hideNode = (): void => {
  vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
};
afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(["by Node's zlib", "by a DecompressionStream"])("inflate %s", (way) => {
  beforeEach(async () => {
    await untilAside();
    if (way.includes("DecompressionStream")) hideNode();
  });

  it.each(ways)("inflates short and long streams: %s", async (_, unpack) => {
    for (const length of [0, 1, 100, 5000, 2_000_000]) {
      const part = content.subarray(0, length);
      expect(same(await unpack(deflateSync(part), length), part), String(length)).toBe(true);
      const compressible = new Uint8Array(length);
      expect(same(await unpack(deflateSync(compressible), length), compressible), String(length)).toBe(true);
    }
  });

  it.each(ways)("gives fewer bytes than allowed where the stream has fewer: %s", async (_, unpack) => {
    for (const length of [10, 100_000]) {
      const part = content.subarray(0, length);
      expect(same(await unpack(deflateSync(part), length + 1000), part)).toBe(true);
    }
  });

  it.each(ways)("refuses a stream that is longer, cut or none: %s", async (_, unpack) => {
    for (const length of [10, 100_000]) {
      const packed = deflateSync(content.subarray(0, length));
      for (const maxSize of [length - 1, 0]) {
        await expect(unpack(packed, maxSize)).rejects.toMatchObject({
          code: "corrupt",
          message: `x: found more than ${maxSize} inflated bytes, wanted ${maxSize}`,
        });
      }
      for (const bytes of [packed.subarray(0, -1), packed.subarray(0, 0), new Uint8Array(length).fill(0xff)]) {
        await expect(unpack(bytes, length)).rejects.toMatchObject({
          code: "corrupt",
          message: "x: found a broken deflate stream, wanted a whole one",
        });
      }
    }
  });

  it("refuses a wrong checksum of zlib", async () => {
    const packed = new Uint8Array(deflateSync(content));
    packed[packed.length - 1]! ^= 1;
    await expect(inflate(packed, content.length, "x", take)).rejects.toMatchObject({ code: "corrupt" });
  });
});

it("takes no notice of bytes after the end of the stream where zlib inflates", async () => {
  const packed = deflateSync(content.subarray(0, 1000));
  const trailed = new Uint8Array(Buffer.concat([packed, Buffer.from("trailing")]));
  expect(same(await inflate(trailed, 1000, "x", take), content.subarray(0, 1000))).toBe(true);
});

it("inflates what is longer than one piece block by block", async () => {
  const packed = new Uint8Array(deflateSync(new Uint8Array(2 ** 26 + 5).fill(7)));
  const inflated = await inflate(packed, 2 ** 26 + 5, "x", take);
  expect([inflated.length, inflated[2 ** 26 + 4]]).toEqual([2 ** 26 + 5, 7]);
});

it("lets timers and signals come while much is inflated by this thread", async () => {
  const piece = new Uint8Array(deflateSync(new Uint8Array(2 ** 16 - 64)));
  let came = false;
  setTimeout(() => {
    came = true;
  }, 0);
  for (let i = 0; i < 200; i++) await inflate(piece, 2 ** 16 - 64, "piece", take);
  expect(came).toBe(true);
});

it("begins anew after a stream that was broken, and after one that was stopped", async () => {
  const packed = deflateSync(content);
  for (const bytes of [packed.subarray(0, 1000), new Uint8Array(9)]) {
    await expect(inflate(bytes, content.length, "x", take)).rejects.toMatchObject({ code: "corrupt" });
    expect(same(await inflate(packed, content.length, "x", take), content)).toBe(true);
  }
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  const stopped = async (): Promise<void> => {
    for await (const _ of inflateBlocks(openSource(packed), "deflate", "x", controller.signal));
  };
  await expect(stopped()).rejects.toMatchObject({ code: "aborted" });
  expect(same(await inflate(packed, content.length, "x", take), content)).toBe(true);
});

it("opens one stream of zlib for all that is inflated one after the other, broken or not", async () => {
  const opened = vi.spyOn(process.getBuiltinModule("node:zlib"), "createInflate");
  const packed = deflateSync(content.subarray(0, 1000));
  for (let i = 0; i < 100; i++) {
    await inflate(packed, 1000, "x", take);
    await expect(inflate(packed, 999, "x", take)).rejects.toMatchObject({ code: "corrupt" });
  }
  expect(opened.mock.calls.length).toBeLessThanOrEqual(1);
});

/** What a stream of `node:zlib` gives another thread work with. */
interface ZlibHandle {
  write: (...write: unknown[]) => void;
}

/** A fresh copy of these modules, with streams of zlib that were changed. */
const inflateBy = async (change: (handle: ZlibHandle) => void): Promise<typeof inflate> => {
  const zlib = process.getBuiltinModule("node:zlib");
  const original = zlib.createInflate;
  vi.spyOn(zlib, "createInflate").mockImplementation((...options) => {
    const stream = original(...options);
    const { _handle: handle } = stream as unknown as { readonly _handle: ZlibHandle };
    change(handle);
    return stream;
  });
  vi.resetModules();
  const fresh = await import("./inflate.js");
  return async (...args) => fresh.inflate(...args);
};

describe("work that is shared", () => {
  const packed = deflateSync(content);
  it("is done by another thread as soon as one was seen to come back", async () => {
    const written: unknown[] = [];
    const inflateFresh = await inflateBy((handle) => {
      const original = handle.write.bind(handle);
      handle.write = (...write) => {
        written.push(write[1]);
        original(...write);
      };
    });
    expect(same(await inflateFresh(packed, content.length, "x", take, true), content)).toBe(true);
    expect(written).toHaveLength(1);
    expect(written).not.toContain(packed);
    await vi.waitFor(async () => {
      expect(same(await inflateFresh(packed, content.length, "x", take, true), content)).toBe(true);
      expect(written).toContain(packed);
    }, 20_000);
    const count = written.length;
    await inflateFresh(deflateSync(content.subarray(0, 10_000)), 10_000, "x", take, true);
    await inflateFresh(packed, content.length, "x", take);
    expect(written).toHaveLength(count);
  });

  it.each<[string, () => void]>([
    ["does not come back", () => undefined],
    [
      "cannot be given work",
      () => {
        throw new TypeError("write is not a function");
      },
    ],
  ])("stays in this thread where another %s", async (_, write) => {
    const lost: unknown[] = [];
    const inflateFresh = await inflateBy((handle) => {
      handle.write = (...args) => {
        lost.push(args);
        write();
      };
    });
    for (let i = 0; i < 3; i++) {
      expect(same(await inflateFresh(packed, content.length, "x", take, true), content)).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(lost).toHaveLength(1);
  });

  it("is refused where it is broken, whatever was inflated before", async () => {
    await untilAside();
    for (const room of [0, 1000]) {
      await inflate(packed, content.length + room, "x", take, true);
      const broken = inflate(packed.subarray(0, -1000), content.length, "x", take, true);
      await expect(broken).rejects.toMatchObject({ code: "corrupt", cause: { message: "unexpected end of file" } });
    }
  });

  it("fills the memory that it takes, and no other", async () => {
    await untilAside();
    const taken: Uint8Array[] = [];
    const takeOnce = (size: number): Uint8Array<ArrayBuffer> => {
      const memory = take(size);
      taken.push(memory);
      return memory;
    };
    const inflated = await Promise.all([1, 2].map(() => inflate(packed, content.length, "x", takeOnce, true)));
    expect(inflated.map((bytes) => same(bytes, content))).toEqual([true, true]);
    expect(inflated.every((bytes, i) => bytes === taken[i])).toBe(true);
    expect(taken).toHaveLength(2);
  });
});
