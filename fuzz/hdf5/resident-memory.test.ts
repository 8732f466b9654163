import { deflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { excessivePeaks } from "../measure-peaks.js";
import {
  ascii,
  compoundType,
  int32,
  list,
  makeFile,
  type MadeFile,
  type Message,
  nowhere,
  oldHeader,
  scalarMessages,
  vectorOf,
  word,
} from "./made-file.js";
import { addGlobalHeap, closed, joined, number } from "./made-structures.js";

/** The length of each file, about; of some, ten times that. */
const size = 60_000;
const byte: Message = [3, [0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0]];
const unwritten: Message = [8, [3, 1, ...nowhere, ...word(0)]];

/** A dataset of so many elements that were never written; no page of them is zeros alone. */
const elements =
  (type: Message, bytes: number, count: number, firstByte = 0xc0) =>
  ({ add }: MadeFile): number[] => {
    add(new Uint8Array(size));
    const value = Array.from({ length: bytes }, (_, i) => firstByte + (i % 8));
    const fill: Message = [5, [2, 2, 2, 1, ...number(bytes, 4), ...value]];
    return [add(oldHeader([vectorOf(count), type, fill, unwritten]))];
  };

/** As much of each as is read, found by trying; a little more is refused. */
const files: readonly (readonly [title: string, make: (file: MadeFile) => readonly number[]])[] = [
  ["numbers", elements(int32, 4, 15_000_000)],
  [
    "float16 numbers",
    elements([3, [0x11, 0x20, 15, 0, 2, 0, 0, 0, 0, 0, 16, 0, 10, 5, 0, 10, 15, 0, 0, 0]], 2, 6_000_000),
  ],
  ["records of 200 fields", elements([3, compoundType(200)], 200, 39_000)],
  ["opaque bytes", elements([3, [0x15, 0, 0, 0, 1, 0, 0, 0]], 1, 265_000)],
  ["texts of a byte", elements([3, [0x13, 0, 0, 0, 1, 0, 0, 0]], 1, 316_000)],
  ["texts of an ASCII character", elements([3, [0x13, 0, 0, 0, 1, 0, 0, 0]], 1, 1_080_000, 0x41)],
  [
    "attributes of thousands of columns",
    ({ add }) => {
      const type = add(oldHeader([[3, compoundType(1800)]]));
      const messages = Array.from({ length: 400 }, (_, i): Message => {
        const name = [...ascii(String(i).padStart(6, "0")), 0];
        const sizes = [...number(name.length, 2), ...number(10, 2), ...number(16, 2), 0];
        return [12, joined([3, 1, ...sizes], name, [2, 2, ...word(type)], vectorOf(0)[1])];
      });
      return [add(oldHeader([...scalarMessages(int32, 4), ...messages]))];
    },
  ],
  [
    "a chunk of zeros",
    ({ add }) => {
      const count = 490 * size;
      const stored = deflateSync(new Uint8Array(count), { level: 9 });
      const chunk = add(stored);
      const keys = [...number(stored.length, 4), ...number(0, 4), ...word(0), ...word(0), ...word(chunk)];
      const end = [...number(0, 4), ...number(0, 4), ...word(count), ...word(0)];
      const tree = add(joined(ascii("TREE"), [1, 0, 1, 0], nowhere, nowhere, keys, end));
      add(new Uint8Array(size - stored.length));
      const pipeline: Message = [11, [1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0]];
      const layout: Message = [8, [3, 2, 2, ...word(tree), ...number(count, 4), ...number(1, 4)]];
      return [add(oldHeader([vectorOf(count), byte, pipeline, layout]))];
    },
  ],
  [
    "chunks of a byte",
    ({ add }) => {
      const count = 5 * size;
      const chunks = add(new Uint8Array(count));
      const layout: Message = [8, [4, 2, 0, 2, 4, ...number(1, 4), ...number(1, 4), 2, ...word(chunks)]];
      return list(2000, () => add(oldHeader([vectorOf(count), byte, layout])));
    },
  ],
  [
    "boxes of thousands of rows",
    (file) => {
      const rows = 10_000;
      const ends = list(100, (i) => [i * rows, 0, (i + 1) * rows - 1, 0]).flat();
      const boxes = [2, 1, 0, 4 * ends.length + 8, 2, 100, ...ends].flatMap((value) => number(value, 4));
      const count = 180;
      const mapping = [...ascii(".\0/00000\0"), ...boxes, ...boxes];
      const heap = addGlobalHeap(file, [closed([0, ...word(count)], ...list(count, () => mapping))]);
      const table: Message = [1, [1, 2, 0, 0, 0, 0, 0, 0, ...word(100 * rows), ...word(2)]];
      const source = file.add(oldHeader([table, byte, unwritten]));
      return [source, file.add(oldHeader([table, byte, [8, [4, 3, ...word(heap), ...number(1, 4)]]]))];
    },
  ],
];

it("reads small files of many values in 64 MB of resident memory and four times the file", () => {
  const made = files.map(([title, make]): [string, Uint8Array] => {
    const file = makeFile();
    return [title, file.finish(make(file))];
  });
  expect(excessivePeaks("hdf5", made)).toEqual([]);
}, 60_000);
