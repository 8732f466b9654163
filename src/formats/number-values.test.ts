import { afterEach, describe, expect, it } from "vitest";

import { decodeNumbers } from "../../fixtures/decode-numbers.js";

const float32Array = globalThis.Float32Array;

afterEach(() => {
  globalThis.Float32Array = float32Array;
});

describe("readNumbers", async () => {
  it("reads both byte orders from bytes that start anywhere", async () => {
    const bytes = Uint8Array.from([9, 0, 0, 128, 63, 0, 0, 0, 192]).subarray(1);
    expect(await decodeNumbers(bytes, "float32", "little")).toEqual(float32Array.of(1, -2));
    const reversed = Uint8Array.from([9, 63, 128, 0, 0, 192, 0, 0, 0]).subarray(1);
    expect(await decodeNumbers(reversed, "float32", "big")).toEqual(float32Array.of(1, -2));
    expect([...reversed]).toEqual([63, 128, 0, 0, 192, 0, 0, 0]);
  });

  it("gives memory of its own", async () => {
    const bytes = Uint8Array.of(1, 2);
    const values = await decodeNumbers(bytes, "uint8", "little");
    values[0] = 7;
    expect(bytes[0]).toBe(1);
  });

  it("takes every byte but 0 as true", async () => {
    expect([...(await decodeNumbers(Uint8Array.of(0, 1, 2, 255), "bool", "little"))]).toEqual([0, 1, 1, 1]);
  });

  it("widens float16 exactly: zeros of both signs, subnormals, ends of the range, infinities, NaN", async () => {
    const bits = Uint16Array.of(0, 0x8000, 1, 0x03ff, 0x0400, 0x3c01, 0xc000, 0x7bff, 0x7c00, 0xfc00, 0x7e00);
    const expected = [0, -0, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 1 + 2 ** -10, -2, 65504, Infinity, -Infinity, NaN];
    expect([...(await decodeNumbers(new Uint8Array(bits.buffer), "float16", "little"))]).toEqual(expected);
  });

  it("widens bfloat16 exactly", async () => {
    const bits = Uint16Array.of(0x3f80, 0xbf81, 0x0001, 0x7f80, 0x8000);
    const expected = [1, -(1 + 2 ** -7), 2 ** -133, Infinity, -0];
    expect([...(await decodeNumbers(new Uint8Array(bits.buffer), "bfloat16", "little"))]).toEqual(expected);
  });

  it("reads the same numbers where Float32Array was replaced by Float64Array", async () => {
    globalThis.Float32Array = Float64Array as unknown as Float32ArrayConstructor;
    const values = await decodeNumbers(Uint8Array.of(63, 128, 0, 0, 192, 0, 0, 0), "float32", "big");
    expect(values).toEqual(Float64Array.of(1, -2));
    expect(await decodeNumbers(Uint8Array.of(0x80, 0x3f), "bfloat16", "little")).toEqual(Float64Array.of(1));
    expect(await decodeNumbers(Uint8Array.of(0, 0x3c), "float16", "little")).toEqual(Float64Array.of(1));
  });
});
