import { expect, it } from "vitest";
import { startCpuClock } from "../../fixtures/cpu-clock.js";
import { openHdf5 } from "../../src/formats/hdf5/index.js";
import {
  ascii,
  compoundType,
  int32,
  makeFile,
  type MadeFile,
  type Message,
  oldHeader,
  scalarMessages,
  word,
} from "./made-file.js";

/** Hard links of the root. */
const links = 8000;

/** What a walk finds, each kind or code of a refusal with how often it comes, and how long that computes. */
async function walk(bytes: Uint8Array): Promise<{ found: Record<string, number>; ms: number; messages: string[] }> {
  const spent = startCpuClock();
  const found: Record<string, number> = {};
  const messages: string[] = [];
  for await (const entry of (await openHdf5(bytes)).walk()) {
    const what = entry.kind === "refused" ? entry.error.code : entry.kind;
    found[what] = (found[what] ?? 0) + 1;
    if (entry.kind === "refused") {
      expect(entry.error.path).toBe(`file.h5!${entry.path}`);
      messages.push(entry.error.message.slice(entry.error.path.length));
    }
  }
  return { found, messages, ms: spent() };
}

const repeat = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);
/** Messages that say nothing to the reader. */
const comments = (count: number): Message[] => repeat(count, [13, []]);

interface Product {
  readonly title: string;
  readonly make: (file: MadeFile) => readonly number[];
  readonly found: Record<string, number>;
}

const products: readonly Product[] = [
  {
    title: "links to one header of many messages",
    make: ({ add }) => repeat(links, add(oldHeader([...comments(40_000), ...scalarMessages(int32, 4)]))),
    found: { dataset: links },
  },
  {
    title: "links to one header that is refused at its end",
    make: ({ add }) => repeat(links, add(oldHeader([...comments(40_000), [0x99, [], 0x80]]))),
    found: { "unsupported-hdf5": links },
  },
  {
    title: "links to one header whose records have many fields",
    make: ({ add }) => repeat(links, add(oldHeader(scalarMessages([3, compoundType(3500)], 3500)))),
    found: { dataset: links },
  },
  {
    title: "links to one header whose filter has many parameters",
    make: ({ add }) => {
      const filter = [2, 1, 0x00, 0x7d, 0, 0, 1, 0, 0, 0x3e, ...repeat(4 * 0x3e00, 0)];
      return repeat(links, add(oldHeader([[11, filter], ...scalarMessages(int32, 4)])));
    },
    found: { dataset: links },
  },
  {
    title: "links to one header of bytes without a meaning, which one of many attributes may tell",
    make: ({ add }) => {
      const attributes = Array.from({ length: 6000 }, (_, i): Message => {
        const name = [...ascii(String(i).padStart(5, "0")), 0];
        return [12, [3, 0, name.length, 0, 12, 0, 4, 0, 0, ...name, ...int32[1], 2, 0, 0, 0, 0, 0, 0, 0]];
      });
      return repeat(links, add(oldHeader([...attributes, ...scalarMessages([3, [0x15, 0, 0, 0, 1, 0, 0, 0]], 1)])));
    },
    found: { dataset: links },
  },
  {
    title: "datasets of one committed type of many fields",
    make: ({ add }) => {
      const type = add(oldHeader([[3, compoundType(3500)]]));
      // The size of the values is one of many: they are not read.
      const dataset = oldHeader(scalarMessages([3, [2, 2, ...word(type)], 2], 1));
      return Array.from({ length: links }, () => add(dataset));
    },
    found: { dataset: links },
  },
];

it.each(products)("walks in a second $title", async ({ make, found }) => {
  const file = makeFile();
  const result = await walk(file.finish(make(file)));
  expect(result.found).toEqual(found);
  // Each refusal says the same about its own path.
  expect(new Set(result.messages).size).toBeLessThanOrEqual(1);
  expect(result.ms).toBeLessThan(1000);
});

it("refuses headers that lie over each other, where they claim more than the file", async () => {
  const file = makeFile();
  const count = 20_000;
  const region = new Uint8Array(16 * count + 8 * 3 + 60);
  const view = new DataView(region.buffer);
  // The prefix of each header is a dataspace message to those before it.
  for (let at = 0; at < 16 * count; at += 16) {
    region.set([1, 0, 8], at);
    view.setUint32(at + 8, region.length - at - 16, true);
  }
  region.set(oldHeader(scalarMessages(int32, 4)).subarray(16), 16 * count);
  const address = file.add(region);
  const { found, messages, ms } = await walk(file.finish(Array.from({ length: links }, (_, i) => address + 16 * i)));
  expect(found["corrupt"]).toBeGreaterThan(links - 10);
  expect(messages.join("\n")).toContain("found object headers that overlap");
  expect(ms).toBeLessThan(1000);
});

it("refuses a group whose links are those of another group", async () => {
  const file = makeFile();
  const count = 1500;
  const names = Uint8Array.from([
    ...repeat(8, 0),
    ...Array.from({ length: count }, (_, i) => [...ascii(`n${10_000 + i}`), 0, 0]).flat(),
  ]);
  const segment = file.add(names);
  const heap = file.add(
    Uint8Array.from([...ascii("HEAP"), 0, 0, 0, 0, ...word(names.length), ...word(1), ...word(segment)]),
  );
  const groups: number[] = [];
  /** The node is put behind the groups that it leads to, which are of 40 bytes each. */
  const first = heap + 32;
  const tree = first + 40 * count;
  for (let i = 0; i < count; i++) groups.push(file.add(oldHeader([[17, [...word(tree), ...word(heap)]]])));
  const leaf = tree + 48;
  file.add(Uint8Array.from([...ascii("TREE"), 0, 0, 1, 0, ...repeat(16, 0xff), ...word(0), ...word(leaf), ...word(8)]));
  const entries = groups.flatMap((group, i) => [...word(8 + 8 * i), ...word(group), ...repeat(24, 0)]);
  file.add(Uint8Array.from([...ascii("SNOD"), 1, 0, count & 0xff, count >> 8, ...entries]));
  expect(groups[0]).toBe(first);
  const { found, messages, ms } = await walk(file.finish(groups));
  expect(found).toMatchObject({ group: count, corrupt: count - 1 });
  expect(messages[0]).toContain("found structures that overlap or belong to several objects");
  expect(ms).toBeLessThan(1000);
});

it("lists all attributes at each link to a long header", async () => {
  const file = makeFile();
  const attributes = Array.from({ length: 100 }, (_, i): Message => {
    const name = [...ascii(`a${100 + i}`), 0];
    return [12, [3, 0, name.length, 0, 12, 0, 4, 0, 0, ...name, ...int32[1], 2, 0, 0, 0, i, 0, 0, 0]];
  });
  const { root } = await openHdf5(
    file.finish(repeat(4, file.add(oldHeader([...attributes, ...scalarMessages(int32, 4)])))),
  );
  for (const name of await root.keys()) {
    const attrs = await (await root.get(name))!.attrs();
    expect([...attrs.values()].map(({ data }) => (data as Int32Array)[0])).toEqual([...Array(100).keys()]);
  }
});
