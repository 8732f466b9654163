import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { startCpuClock } from "../../fixtures/cpu-clock.js";
import { type Hdf5Dataset, openHdf5 } from "../../src/formats/hdf5/index.js";
import { KerasProofError } from "../../src/errors.js";
import {
  ascii,
  compoundType,
  fill,
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
import { joined, number } from "./made-structures.js";

/** The length of each file, about. */
const size = 600_000;

const filledWith = (value: readonly number[]): Message => [5, [2, 2, 2, 1, ...number(value.length, 4), ...value]];
const contiguous = (address: readonly number[], bytes: number): Message => [8, [3, 1, ...address, ...word(bytes)]];
const unwritten = contiguous(nowhere, 0);

const byte: Message = [3, [0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0]];
/** Floats of 1 byte, with 4 bits of exponent and 3 of mantissa. */
const tinyFloat: Message = [3, [0x11, 0x20, 7, 0, 1, 0, 0, 0, 0, 0, 8, 0, 3, 4, 0, 3, 7, 0, 0, 0]];
const quadFloat: Message = [3, [0x11, 0x20, 127, 0, 16, 0, 0, 0, 0, 0, 128, 0, 112, 15, 0, 112, ...number(16383, 4)]];
const int40: Message = [3, [0x10, 8, 0, 0, 5, 0, 0, 0, 0, 0, 40, 0]];
/** h5py's bool in 2 bytes. */
const bool: Message = [
  3,
  [0x38, 2, 0, 0, 2, 0, 0, 0, 0x10, 8, 0, 0, 2, 0, 0, 0, 0, 0, 16, 0, ...ascii("FALSE\0TRUE\0"), 0, 0, 1, 0],
];

/** One dataset of an element's bytes again and again, of which the file has none, in a file of 600 kB. */
const oneUnwritten =
  (type: Message, ratio: number, value: readonly number[]) =>
  ({ add }: MadeFile): number[] => {
    add(new Uint8Array(size));
    return [add(oldHeader([vectorOf((ratio * size) / value.length), type, filledWith(value), unwritten]))];
  };

/** Half of the file are datasets over its other half. */
const shared =
  (type: Message, elementBytes: number) =>
  (file: MadeFile): number[] => {
    const bytes = size / 2;
    const values = file.add(new Uint8Array(bytes).fill(33));
    return fill(file, oldHeader([vectorOf(bytes / elementBytes), type, contiguous(word(values), bytes)]), bytes);
  };

/** A filter pipeline of version 1. */
function pipeline(ids: readonly (readonly [id: number, parameter: number])[]): Message {
  const filters = ids.flatMap(([id, parameter]) => [
    ...number(id, 2),
    0,
    0,
    0,
    0,
    1,
    0,
    ...number(parameter, 4),
    0,
    0,
    0,
    0,
  ]);
  return [11, [1, ids.length, 0, 0, 0, 0, 0, 0, ...filters]];
}

interface Attack {
  readonly title: string;
  readonly make: (file: MadeFile) => readonly number[];
  /** Words of the last refusal. */
  readonly message: string;
}

const others = "found structures that overlap or belong to several objects";
const work = "found values that take more than limits.arrayRatio allows";

const attacks: readonly Attack[] = [
  { title: "floats of an odd format that were never written", make: oneUnwritten(tinyFloat, 30, [1]), message: work },
  {
    title: "floats of 16 bytes that were never written",
    make: oneUnwritten(
      quadFloat,
      50,
      list(16, (i) => i),
    ),
    message: work,
  },
  {
    title: "integers of 5 bytes that were never written",
    make: oneUnwritten(int40, 235, [1, 2, 3, 4, 5]),
    message: work,
  },
  { title: "truth values that were never written", make: oneUnwritten(bool, 900, [1, 0]), message: work },
  {
    title: "records of many fields that were never written",
    make: oneUnwritten(
      [3, compoundType(200)],
      495,
      list(200, (i) => i),
    ),
    message: work,
  },
  {
    title: "thousands of datasets that were never written",
    make: (file) => fill(file, oldHeader([vectorOf(3 * size), int32, filledWith([1, 2, 3, 4]), unwritten]), size),
    message: work,
  },
  {
    title: "thousands of datasets of odd floats that were never written",
    make: (file) => fill(file, oldHeader([vectorOf(10 * size), tinyFloat, unwritten]), size),
    message: work,
  },
  { title: "datasets of odd floats over the same bytes", make: shared(tinyFloat, 1), message: others },
  { title: "datasets of records over the same bytes", make: shared([3, compoundType(30)], 30), message: others },
  {
    title: "a chunk that went through 32 filters",
    make: ({ add }) => {
      const count = 900 * size;
      const stored = deflateSync(new Uint8Array(count), { level: 9 });
      const chunk = add(stored);
      const keys = [...number(stored.length, 4), ...number(0, 4), ...word(0), ...word(0), ...word(chunk)];
      const end = [...number(0, 4), ...number(0, 4), ...word(count), ...word(0)];
      const tree = add(joined(ascii("TREE"), [1, 0, 1, 0], nowhere, nowhere, keys, end));
      add(new Uint8Array(size - stored.length));
      const filters = pipeline([...list(31, (): [number, number] => [2, 3]), [1, 6]]);
      const layout: Message = [8, [3, 2, 2, ...word(tree), ...number(count, 4), ...number(1, 4)]];
      return [add(oldHeader([vectorOf(count), byte, filters, layout]))];
    },
    message: work,
  },
  {
    title: "chunks of one byte side by side",
    make: ({ add }) => {
      const chunks = add(new Uint8Array(size));
      const layout: Message = [8, [4, 2, 0, 2, 4, ...number(1, 4), ...number(1, 4), 2, ...word(chunks)]];
      return [add(oldHeader([vectorOf(size), byte, layout]))];
    },
    message: work,
  },
];

/** Does something and gives the messages of what is refused, and the milliseconds that it took. */
async function measure(read: (attempt: (step: Promise<unknown>) => Promise<void>) => Promise<void>) {
  const messages: string[] = [];
  const spent = startCpuClock();
  await read(async (step) => {
    await step.catch((error: unknown) => {
      if (!(error instanceof KerasProofError)) throw error;
      expect(error.offset).toBeGreaterThanOrEqual(0);
      messages.push(error.message);
    });
  });
  return { messages, ms: spent() };
}

it.each(attacks)("reads in a second $title", async ({ make, message }) => {
  const made = makeFile();
  const bytes = made.finish(make(made));
  expect(bytes.length).toBeLessThan(1.2 * size);
  const { messages, ms } = await measure(async (attempt) => {
    for await (const object of (await openHdf5(bytes)).walk()) {
      if (object.kind === "dataset") await attempt(object.read());
    }
  });
  expect(messages.at(-1)).toContain(message);
  expect(ms).toBeLessThan(1000);
});

const hard = (name: string, address: number): Message => [6, [1, 0, name.length, ...ascii(name), ...word(address)]];
const soft = (name: string, target: string): Message => [
  6,
  [1, 8, 1, name.length, ...ascii(name), ...number(target.length, 2), ...ascii(target)],
];
const group = (links: readonly Message[]): Uint8Array => oldHeader([[2, [0, 0, ...nowhere, ...nowhere]], ...links]);
/** Links that lead to the end of a chain of 60, each by a long path through a group that contains itself. */
const chain = (self: number, last: string): Message[] => {
  const way = `/00001${"/a".repeat(55)}`;
  const links = list(60, (i) => soft(`s${i}`, i === 59 ? last : `${way}/s${i + 1}`));
  return [hard("a", self), ...links, ...list(4000, (i) => soft(`t${i}`, `${way}/s0`))];
};

describe.each([
  { title: "chains of soft links", links: (self: number) => chain(self, "/00000"), refused: 0, message: undefined },
  { title: "soft links to nothing", links: (self: number) => chain(self, "/none"), refused: 0, message: undefined },
  {
    title: "soft links in a circle",
    links: (self: number) => chain(self, "/00001/s0"),
    refused: 4060,
    message: "found more than 64 soft links on the way",
  },
  {
    title: "soft links of which each leads to the next one",
    links: () => list(14_000, (i) => soft(`t${i}`, i === 13_999 ? "/00000" : `/00001/t${i + 1}`)),
    refused: 13_936,
    message: "found more than 64 soft links on the way",
  },
  {
    title: "soft links through a group that is refused at its end",
    links: () => list(14_000, (i) => soft(`t${i}`, "/00000/x0")),
    refused: 14_000,
    message: "twice",
  },
])("$title", ({ links, refused, message }) => {
  it("are followed in a second", async () => {
    const made = makeFile();
    const twice = group([...list(7000, (i) => hard(`x${i}`, 96)), hard("x0", 96)]);
    const target = made.add(message === "twice" ? twice : oldHeader(scalarMessages(int32, 4)));
    const self = made.add(new Uint8Array(0));
    const bytes = made.finish([target, made.add(group(links(self)))]);
    const paths: string[] = [];
    const file = await openHdf5(bytes);
    for await (const object of file.walk()) if (object.kind === "link") paths.push(object.path);
    const { messages, ms } = await measure(async (attempt) => {
      for (const path of paths) await attempt(file.get(path));
    });
    expect(messages).toHaveLength(refused);
    if (message !== undefined) expect(messages.at(-1)).toContain(message);
    expect(ms).toBeLessThan(1000);
  });
});

it("counts values that are not stored once, however often they are read, over all datasets of a file", async () => {
  const made = makeFile();
  const header = oldHeader([vectorOf(2 ** 23), byte, unwritten]);
  const file = await openHdf5(made.finish(list(5, () => made.add(header))));
  const read = async (name: string): Promise<number> => {
    const array = await ((await file.get(name)) as Hdf5Dataset).read();
    return array.shape[0]!;
  };
  for (const name of ["00000", "00000", "00001", "00002", "00003", "00000"]) expect(await read(name)).toBe(2 ** 23);
  await expect(read("00004")).rejects.toMatchObject({ code: "limit", path: "file.h5!/00004" });
  expect(await read("00003")).toBe(2 ** 23);
});
