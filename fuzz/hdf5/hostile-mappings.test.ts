import { expect, it } from "vitest";
import { startCpuClock } from "../../fixtures/cpu-clock.js";
import { KerasProofError } from "../../src/errors.js";
import { openHdf5 } from "../../src/formats/hdf5/index.js";
import {
  ascii,
  compoundType,
  fill,
  list,
  makeFile,
  type MadeFile,
  type Message,
  nowhere,
  oldHeader,
  vectorOf,
  word,
} from "./made-file.js";
import { addGlobalHeap, closed, joined, number } from "./made-structures.js";

const byte: Message = [3, [0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0]];
const unwritten: Message = [8, [3, 1, ...nowhere, ...word(0)]];

/** The selection of everything, and that of one element of a vector. */
const everything = [3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const element = (index: number): number[] => [2, 1, 0, 16, 1, 1, index, index].flatMap((value) => number(value, 4));

/** A dataset that takes its values by mappings from the dataset at a path, of each by two selections. */
function virtual(
  file: MadeFile,
  path: string,
  mappings: readonly (readonly [from: readonly number[], to: readonly number[]])[],
  [space, type]: readonly [space: Message, type: Message],
): number {
  const bytes = mappings.map(([from, to]) => joined([...ascii("."), 0], [...ascii(path), 0], from, to));
  const heap = addGlobalHeap(file, [closed([0, ...word(mappings.length)], ...bytes)]);
  return file.add(oldHeader([space, type, [8, [4, 3, ...word(heap), ...number(1, 4)]]]));
}

/** The first dataset of a file, and a virtual one of which each element is mapped to the same element of that. */
function mapped(file: MadeFile, source: number): number[] {
  const count = 1500;
  const mappings = list(count, (i) => [element(i), element(i)] as const);
  return [source, virtual(file, "/00000", mappings, [vectorOf(count), byte])];
}

/** The key of the i-th chunk of 4 bytes, which come one after the other. */
const chunkKey = (i: number): number[] => [...number(4, 4), ...number(0, 4), ...word(4 * i), ...word(0)];
const records = (): Message => [3, compoundType(3000)];

interface Attack {
  readonly title: string;
  readonly make: (file: MadeFile) => readonly number[];
  /** Words of the last refusal; undefined where everything is read. */
  readonly message?: string;
}

const work = "found values that take more than limits.arrayRatio allows";

const attacks: readonly Attack[] = [
  {
    title: "datasets that are columns of thousands of chunks, which nothing lists",
    make: (file) => {
      const rows = 100_000;
      const chunks = file.add(new Uint8Array(2 * rows));
      const space: Message = [1, [1, 2, 1, 0, 0, 0, 0, 0, ...word(2), ...word(1), ...word(2), ...word(rows)]];
      const extents = [...number(1, 4), ...number(1, 4), ...number(1, 4)];
      return fill(file, oldHeader([space, byte, [8, [4, 2, 0, 3, 4, ...extents, 2, ...word(chunks)]]]), 2 * rows);
    },
  },
  {
    title: "mappings of one element each over a tree of thousands of chunks",
    make: (file) => {
      const count = 6000;
      const chunks = file.add(new Uint8Array(8 * count));
      const keys = list(count, (i) => [...chunkKey(i), ...word(chunks + 8 * i)]);
      const head = [...ascii("TREE"), 1, 0, ...number(count, 2), ...nowhere, ...nowhere];
      const tree = file.add(joined(head, ...keys, chunkKey(count)));
      const layout: Message = [8, [3, 2, 2, ...word(tree), ...number(4, 4), ...number(1, 4)]];
      return mapped(file, file.add(oldHeader([vectorOf(4 * count), byte, layout])));
    },
    message: work,
  },
  {
    title: "mappings of one element each over an array of millions of pages, none of which was written",
    make: (file) => {
      const count = 1_600_000;
      const address = file.add(new Uint8Array(0));
      file.add(closed([...ascii("FAHD"), 0, 0, 8, 0, ...word(count), ...word(address + 32)]));
      file.add(closed([...ascii("FADB"), 0, 0, ...word(address)], new Uint8Array(count / 8)));
      const layout = [4, 2, 0, 2, 4, ...number(1, 4), ...number(1, 4), 3, 0, ...word(address)];
      return mapped(file, file.add(oldHeader([vectorOf(count), byte, [8, layout]])));
    },
    message: work,
  },
  {
    title: "mappings between two datatypes of thousands of fields",
    make: (file) => {
      const source = file.add(oldHeader([vectorOf(1), records(), unwritten]));
      const mappings = list(3000, () => [everything, everything] as const);
      return [source, virtual(file, "/00000", mappings, [vectorOf(1), records()])];
    },
  },
];

it.each(attacks)("reads in a second $title", async ({ make, message }) => {
  const made = makeFile();
  const bytes = made.finish(make(made));
  const spent = startCpuClock();
  const messages: string[] = [];
  for await (const object of (await openHdf5(bytes)).walk()) {
    if (object.kind !== "dataset") throw new Error(`found a ${object.kind}, wanted a dataset`);
    await object.read().catch((error: unknown) => {
      if (!(error instanceof KerasProofError)) throw error;
      messages.push(error.message);
    });
  }
  const ms = spent();
  if (message === undefined) expect(messages).toEqual([]);
  else expect(messages.at(-1)).toContain(message);
  expect(ms).toBeLessThan(1000);
});
