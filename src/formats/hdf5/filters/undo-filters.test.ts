import { array, assert, asyncProperty, constantFrom, integer, nat, oneof, record, uint8Array } from "fast-check";
import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { KerasProofError } from "../../../errors.js";
import type { Hdf5Filter } from "../hdf5-object.js";
import { type Hdf5Dataset, openHdf5 } from "../index.js";
import type { FilterFunctions } from "./filter-function.js";
import { checkFilters, undoFilters as undo } from "./undo-filters.js";

interface StoredChunk {
  readonly offset: number;
  readonly stored: number;
  readonly mask: number;
  readonly size: number;
  readonly data: string | null;
}

const folder = new URL("../../../../fixtures/hdf5/filters/", import.meta.url);

function readBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`${name}.h5`, folder)));
}

function readChunks(name: string): [path: string, chunk: StoredChunk][] {
  const text = readFileSync(new URL(`${name}.chunks.json`, folder), "utf8");
  return Object.entries(JSON.parse(text) as Record<string, StoredChunk>);
}

async function openDataset(name: string, path: string): Promise<Hdf5Dataset> {
  const object = await (await openHdf5(readBytes(name))).get(path);
  if (object?.kind !== "dataset") throw new Error(`${path} is no dataset`);
  return object;
}

function filter(id: number, parameters: readonly number[] = [], optional = false): Hdf5Filter {
  return { id, name: `filter ${id}`, optional, parameters };
}

async function failure(action: Promise<unknown>): Promise<KerasProofError> {
  const error: unknown = await action.catch((reason: unknown) => reason);
  if (error instanceof KerasProofError) return error;
  throw new Error(`no KerasProofError but ${String(error)}`);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytesOf = (...values: number[]): Uint8Array => Uint8Array.from(values);
const nothing: FilterFunctions = {};
/** The chunk's filters undone, as a promise or not. */
const undoAtOnce = (
  stored: Uint8Array,
  filters: readonly Hdf5Filter[],
  mask: number,
  size: number,
  registered: FilterFunctions,
  place: string,
  offset: number,
): Uint8Array | Promise<Uint8Array> => undo({ stored, mask, offset }, { filters, size, registered, place });
const undoFilters = async (...args: Parameters<typeof undoAtOnce>): Promise<Uint8Array> => undoAtOnce(...args);
const xored = bytesOf(1 ^ 0x5a, 2 ^ 0x5a, 3 ^ 0x5a, 4 ^ 0x5a);
const xor = (bytes: Uint8Array, parameters: readonly number[]): Uint8Array =>
  bytes.map((byte) => byte ^ parameters[0]!);

describe.each(["filters", "nbit", "scale-offset"])("the chunks of %s.h5", (name) => {
  it("become what libhdf5 makes of them", async () => {
    const bytes = readBytes(name);
    const file = await openHdf5(bytes);
    const found: Record<string, string | null> = {};
    const expected: Record<string, string | null> = {};
    for (const [path, { offset, stored, mask, size, data }] of readChunks(name)) {
      const dataset = (await file.get(path)) as Hdf5Dataset;
      const chunk = bytes.subarray(offset, offset + stored);
      const undone = undoFilters(chunk, dataset.storage.filters, mask, size, nothing, path, 0);
      found[path] = await undone.then(hex, (error: unknown) => {
        if (error instanceof KerasProofError) return null;
        throw error;
      });
      expected[path] = data;
    }
    expect(Object.keys(expected).length).toBeGreaterThan(30);
    expect(found).toEqual(expected);
  });
});

describe("undoFilters", () => {
  it("hands a chunk to the function that is registered for its filter", async () => {
    const { storage } = await openDataset("filters", "unknown/applied");
    const chunk = readChunks("filters").find(([path]) => path === "/unknown/applied")![1];
    const bytes = readBytes("filters").subarray(chunk.offset, chunk.offset + chunk.stored);
    const seen: (readonly number[])[] = [];
    const register = (bytesThen: Uint8Array, parameters: readonly number[]): Promise<Uint8Array> => {
      seen.push(parameters);
      return Promise.resolve(xor(bytesThen, parameters));
    };
    const undone = await undoFilters(bytes, storage.filters, 0, 80, { 300: register }, "x", 0);
    const plain = readChunks("filters").find(([path]) => path === "/unknown/left out")![1];
    expect(hex(undone)).toBe(plain.data);
    expect(seen).toEqual([[0x5a, 3]]);
  });

  it("lets a function replace a filter of its own", async () => {
    const undone = await undoFilters(xored, [filter(1, [0x5a])], 0, 4, { 1: xor }, "x", 0);
    expect(undone).toEqual(bytesOf(1, 2, 3, 4));
  });

  it("has the result at once where no filter waits", async () => {
    const shuffled = bytesOf(1, 2, 3, 4);
    const packed = new Uint8Array(deflateSync(shuffled));
    const pipeline = [filter(2, [2]), filter(1)];
    expect(undoAtOnce(packed, pipeline, 0, 4, nothing, "x", 0)).toEqual(bytesOf(1, 3, 2, 4));
    const waiting = { 1: () => Promise.resolve(shuffled) };
    expect(await undoAtOnce(packed, pipeline, 0, 4, waiting, "x", 0)).toEqual(bytesOf(1, 3, 2, 4));
  });

  it("names a filter that nobody knows, and what to do", async () => {
    const { storage, place } = await openDataset("filters", "unknown/zstd");
    const error = await failure(undoFilters(bytesOf(1), storage.filters, 0, 4, nothing, place, 96));
    expect(error).toMatchObject({ code: "unsupported-hdf5", path: "file.h5!/unknown/zstd", offset: 96 });
    expect(error.message).toContain(
      "found values with the filter zstd, wanted a function that undoes it: filters: { 32015: … }",
    );
  });

  it("leaves out what the mask says, and nothing else", async () => {
    const pair = [filter(2, [2]), filter(3)];
    expect(await undoFilters(bytesOf(1, 2, 3, 4), pair, 0b11, 4, nothing, "x", 0)).toEqual(bytesOf(1, 2, 3, 4));
    expect(await undoFilters(bytesOf(1, 2, 3, 4), pair, 0b10, 4, nothing, "x", 0)).toEqual(bytesOf(1, 3, 2, 4));
    expect((await failure(undoFilters(bytesOf(1, 2, 3, 4), pair, 0b01, 4, nothing, "x", 0))).code).toBe("bad-checksum");
    const last = [...Array.from({ length: 31 }, () => filter(2, [1])), filter(99)];
    expect(await undoFilters(bytesOf(1), last, 2 ** 31, 1, nothing, "x", 0)).toEqual(bytesOf(1));
  });

  it("refuses a chunk that comes out with another size", async () => {
    expect((await failure(undoFilters(bytesOf(1, 2), [], 0, 4, nothing, "x", 7))).message).toBe(
      "x: found a chunk of 2 bytes, wanted 4, at byte 7",
    );
    const longer = { 300: () => new Uint8Array(2000) };
    expect((await failure(undoFilters(xored, [filter(300)], 0, 4, longer, "x", 0))).code).toBe("corrupt");
    const between = [filter(2, [4]), filter(300)];
    expect((await failure(undoFilters(xored, between, 0, 4, longer, "x", 0))).message).toContain("wanted at most");
  });

  it("ends with the wanted bytes or an error of ours, whatever bytes and parameters are", async () => {
    const numbers = oneof(nat(8), integer({ min: 0, max: 2 ** 32 - 1 }), constantFrom(20, 2 ** 31, 2 ** 32 - 1));
    const filters = record({
      id: constantFrom(1, 2, 3, 5, 6, 32000),
      parameters: oneof(
        array(numbers, { maxLength: 30 }),
        array(numbers, { minLength: 20, maxLength: 20 }),
        // As many as the first one says, and packed.
        array(nat(8), { minLength: 2, maxLength: 40 }).map((rest) => [rest.length + 2, 0, ...rest]),
      ),
    });
    const pipelines = array(filters, { minLength: 1, maxLength: 4 });
    await assert(
      asyncProperty(uint8Array({ maxLength: 99 }), pipelines, nat(15), nat(120), async (bytes, steps, mask, size) => {
        const pipeline = steps.map(({ id, parameters }) => filter(id, parameters));
        const undone = undoFilters(bytes, pipeline, mask, size, nothing, "x", 0);
        const result = await undone.catch((error: unknown) => error);
        if (result instanceof Uint8Array) expect(result.length).toBe(size);
        else expect(result).toBeInstanceOf(KerasProofError);
      }),
      { numRuns: 1000 },
    );
  });

  it("says what a registered function did wrong", async () => {
    const cause = new Error("no such block");
    const thrown = await failure(
      undoFilters(xored, [filter(300)], 0, 4, { 300: () => Promise.reject(cause) }, "x", 12),
    );
    expect(thrown).toMatchObject({ code: "corrupt", offset: 12, cause });
    expect(thrown.message).toContain("no such block");
    const wrong = { 300: () => [1, 2, 3, 4] as unknown as Uint8Array };
    expect((await failure(undoFilters(xored, [filter(300)], 0, 4, wrong, "x", 0))).code).toBe("usage");
  });
});

describe("checkFilters", () => {
  it("finds the first filter that would be needed and is not there", async () => {
    const filters = [filter(2, [4]), filter(300, [], true), filter(307), filter(32015)];
    expect(checkFilters(filters, nothing, "x")?.message).toContain("{ 307: … }");
    expect(checkFilters(filters, { 307: () => bytesOf() }, "x")?.message).toContain("{ 32015: … }");
    expect(checkFilters(filters, { 307: () => bytesOf(), 32015: () => bytesOf() }, "x")).toBeUndefined();
    expect(
      checkFilters(
        [1, 2, 3, 4, 5, 6, 32000].map((id) => filter(id)),
        nothing,
        "x",
      ),
    ).toBeUndefined();
  });
});
