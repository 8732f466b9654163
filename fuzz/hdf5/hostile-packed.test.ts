import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { startCpuClock } from "../../fixtures/cpu-clock.js";
import { KerasProofError } from "../../src/errors.js";
import { type Hdf5Dataset, openHdf5 } from "../../src/formats/hdf5/index.js";
import { ascii, list, makeFile, type Message, nowhere, oldHeader, vectorOf, word } from "./made-file.js";
import { joined, number } from "./made-structures.js";

/** Its number and its parameters. */
type Filter = readonly [id: number, ...parameters: number[]];

interface Packed {
  readonly count: number;
  /** Of an integer: 1, 2, 4 or 8. */
  readonly elementBytes: number;
  readonly filters: readonly Filter[];
  /** What is stored of each chunk. */
  readonly chunks: readonly Uint8Array[];
}

/** A file of at least so many bytes with a vector in chunks of equal length. */
function makePacked(size: number, { count, elementBytes, filters, chunks }: Packed): Uint8Array {
  const { add, finish } = makeFile();
  const each = count / chunks.length;
  const keys = chunks.flatMap((stored, i) => [
    ...number(stored.length, 4),
    ...number(0, 4),
    ...word(i * each),
    ...word(0),
    ...word(add(stored)),
  ]);
  const end = [...number(0, 8), ...word(count), ...word(0)];
  const tree = add(joined(ascii("TREE"), [1, 0], number(chunks.length, 2), nowhere, nowhere, keys, end));
  add(new Uint8Array(Math.max(0, size - tree - keys.length)));
  const described = filters.flatMap(([id, ...parameters]) => [
    ...number(id, 2),
    ...number(0, 4),
    ...number(parameters.length, 2),
    ...parameters.flatMap((parameter) => number(parameter, 4)),
    ...number(0, parameters.length % 2 === 1 ? 4 : 0),
  ]);
  const integer: Message = [3, [0x10, 0, 0, 0, ...number(elementBytes, 4), 0, 0, 8 * elementBytes, 0]];
  const pipeline: Message = [11, [1, filters.length, 0, 0, 0, 0, 0, 0, ...described]];
  const layout: Message = [8, [3, 2, 2, ...word(tree), ...number(each, 4), ...number(elementBytes, 4)]];
  return finish([add(oldHeader([vectorOf(count), integer, pipeline, layout]))]);
}

/** So many bytes: the first ones as they are, then a row of bits again and again. */
function repeated(start: readonly number[], bits: string, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.floor(length));
  const turn = Uint8Array.from(bits.repeat(8).match(/.{8}/g)!, (byte) => Number.parseInt(byte, 2));
  for (let at = start.length; at < bytes.length; at += turn.length) bytes.set(turn.subarray(0, bytes.length - at), at);
  bytes.set(start);
  return bytes;
}

const distances = 36;
const pixels = 4;
const highFirst = 20;
const deflate: Filter = [1, 9];

function szip(count: number, elementBytes: number, mask: number, block: number, bits: string, share: number): Packed {
  const size = count * elementBytes;
  const stream = repeated(number(size, 4), bits, share * size + 40);
  return { count, elementBytes, filters: [[4, mask, block, 8 * elementBytes, 4096]], chunks: [stream] };
}

function nbit(count: number, elementBytes: number, type: readonly number[], stored: number): Packed {
  const filter: Filter = [5, 3 + type.length, 0, count, ...type];
  return { count, elementBytes, filters: [filter], chunks: [repeated([], "1", (count * stored) / 8 + 1)] };
}

function scaleOffset(count: number, elementBytes: number, bits: number, filled: 0 | 1): Packed {
  const filter: Filter = [6, 2, 0, count, 0, elementBytes, 0, 0, filled, 7, ...list(11, () => 0)];
  const chunk = repeated([...number(bits, 4), 8, ...list(16, (i) => i)], "110", 21 + (count * bits) / 8 + 1);
  return { count, elementBytes, filters: [filter], chunks: [chunk] };
}

const deflated = ({ filters, chunks, ...rest }: Packed): Packed => ({
  ...rest,
  filters: [...filters, deflate],
  chunks: chunks.map((chunk) => deflateSync(chunk, { level: 9 })),
});

/** About as many values in one chunk as a file of so many bytes may have, which counts three times. */
const most = (size: number, elementBytes = 1): number => Math.floor((330 * size) / elementBytes);
/** As many where a bit is as slow as sixteen bytes that are filled. */
const mostSlow = (size: number): number => 62 * size;
/** As many bits as the file has room for. */
const bitsOf = (size: number): number => 8 * (size - 600);
const within = (outer: readonly number[], type: readonly number[]): readonly number[] => [
  ...list(30, () => outer).flat(),
  ...type,
];

/** Ways to have much of little. */
const attacks: Record<string, (size: number) => Packed> = {
  "zeros of 1 byte in szip": (size) => szip(most(size), 1, pixels, 32, "000000001", 9 / 2 ** 14),
  "zeros of 2 bytes in szip": (size) => szip(most(size, 2), 2, highFirst, 32, "0000000001", 10 / 2 ** 15),
  "zeros of 8 bytes in szip": (size) => szip(most(size, 8), 8, pixels, 32, "000000001", 9 / 2 ** 14),
  "equal neighbours in szip": (size) =>
    szip(most(size), 1, distances, 32, "00001111000000001".padEnd(26, "000000001"), 26 / 2 ** 15),
  "pixels of one bit in szip": (size) => szip(7.3 * size, 1, pixels, 32, `001${"1".repeat(32)}`, 35 / 256),
  "blocks of two zeros in szip": (size) => szip(3 * size, 1, pixels, 2, "00001", 5 / 16),
  "one bit of 1 byte in nbit": (size) => nbit(bitsOf(size), 1, [1, 1, 0, 1, 0], 1),
  "one bit of 8 bytes in nbit": (size) => nbit(bitsOf(size), 8, [1, 8, 1, 1, 63], 1),
  "one bit in arrays in nbit": (size) => nbit(bitsOf(size), 8, within([2, 8], [1, 8, 0, 1, 0]), 1),
  "one bit in records in nbit": (size) => nbit(bitsOf(size), 8, within([3, 8, 1, 0], [1, 8, 0, 1, 0]), 1),
  "records of nothing in nbit": (size) => nbit(most(size), 1, [3, 1, 0], 0),
  "fields of nothing in nbit": (size) => nbit(most(size, 8), 8, [3, 8, 8, ...list(8, (i) => [i, 3, 1, 0]).flat()], 0),
  "arrays of nothing in nbit": (size) => nbit(most(size, 8), 8, [2, 8, 2, 4, 2, 2, 3, 1, 0], 0),
  "no bits of 1 byte in scaleoffset": (size) => scaleOffset(most(size), 1, 0, 0),
  "no bits of 8 bytes in scaleoffset": (size) => scaleOffset(most(size, 8), 8, 0, 1),
  "one bit of 1 byte in scaleoffset": (size) => scaleOffset(bitsOf(size), 1, 1, 0),
  "one bit of 8 bytes in scaleoffset": (size) => scaleOffset(bitsOf(size), 8, 1, 1),
};

/** Ways to have much to do for each of the many bits that another filter makes. */
const deflatedAttacks: Record<string, (size: number) => Packed> = {
  "pixels of two bits in szip": (size) => szip(mostSlow(size), 1, pixels, 8, `010${"1".repeat(8)}01010101`, 19 / 64),
  "pairs in szip": (size) => szip(mostSlow(size), 1, pixels, 2, "00010000001", 11 / 16),
  "one byte in nbit": (size) => nbit(mostSlow(size), 1, [1, 1, 0, 7, 0], 7),
  "two bytes of records in nbit": (size) =>
    nbit(mostSlow(size) / 2, 2, [3, 2, 2, 0, 1, 1, 0, 7, 0, 1, 1, 1, 0, 7, 0], 14),
  "one byte in scaleoffset": (size) => scaleOffset(mostSlow(size), 1, 7, 1),
};

/** The same chunk, a hundred times. */
function manyOf({ count, chunks, ...rest }: Packed): Packed {
  return { ...rest, count: 100 * count, chunks: list(100, () => chunks[0]!) };
}

/** Reads the dataset and gives its length, or the message of its refusal, and the milliseconds that it computed. */
async function measure(bytes: Uint8Array): Promise<{ readonly result: number | string; readonly ms: number }> {
  const spent = startCpuClock();
  let result: number | string;
  try {
    const dataset = (await (await openHdf5(bytes)).get("00000")) as Hdf5Dataset;
    result = (await dataset.read()).shape[0]!;
  } catch (error) {
    if (!(error instanceof KerasProofError)) throw error;
    result = error.message;
  }
  return { result, ms: spent() };
}

async function attack(size: number, packed: Packed): Promise<void> {
  const count = Math.floor(packed.count);
  const { result, ms } = await measure(makePacked(size, { ...packed, count }));
  expect(result).toBe(count);
  expect(ms).toBeLessThan(1000);
}

describe.each([60_000, 600_000])("a file of %i bytes", (size) => {
  it.each(Object.keys(attacks))("reads in a second %s", (title) => attack(size, attacks[title]!(size)));

  it("reads in a second zeros in many chunks", async () => {
    await attack(size, manyOf(szip(4.5 * size, 1, pixels, 32, "000000001", 9 / 2 ** 14)));
    await attack(size, manyOf(scaleOffset(4 * size, 1, 0, 1)));
  });

  it("reads chunks of one element whose filter has a hundred parameters", async () => {
    const { chunks, filters, ...rest } = nbit(1, 8, within([3, 8, 1, 0], [1, 8, 0, 1, 0]), 1);
    await attack(size, { ...rest, filters, count: size / 100, chunks: list(size / 100, () => chunks[0]!) });
  });

  it("refuses what takes longer", async () => {
    const title = "found values that take more than limits.arrayRatio allows";
    const { result } = await measure(makePacked(size, scaleOffset(340 * size, 1, 0, 0)));
    expect(result).toContain(title);
    const slow = deflated(scaleOffset(70 * size, 1, 7, 0));
    expect((await measure(makePacked(size, slow))).result).toContain(title);
  });
});

describe.each([60_000, 300_000])("bits of another filter in a file of %i bytes", (size) => {
  it.each(Object.keys(deflatedAttacks))("are read in a second: %s", (title) =>
    attack(size, deflated(deflatedAttacks[title]!(size))),
  );
});
