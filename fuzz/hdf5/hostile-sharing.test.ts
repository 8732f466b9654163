import { expect, it } from "vitest";
import { startCpuClock } from "../../fixtures/cpu-clock.js";
import { type Hdf5Object, openHdf5 } from "../../src/formats/hdf5/index.js";
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
import {
  addGlobalHeap,
  addHeap,
  addTree,
  attributeInfo,
  closed,
  hardLink,
  heapId,
  joined,
  linkInfo,
  number,
} from "./made-structures.js";

/** Half of the length of each file, about: one half are objects, the other is what they share. */
const half = 300_000;

const repeat = <Item>(count: number, item: Item): Item[] => list(count, () => item);
const nameOf = (i: number): number[] => ascii(String(i).padStart(6, "0"));

const contiguous = (address: number, bytes: number): Message => [8, [3, 1, ...word(address), ...word(bytes)]];
const committed = (type: number): Message => [3, [2, 2, ...word(type)], 2];
const opaque: Message = [3, [0x15, 0, 0, 0, 1, 0, 0, 0]];
const text = [0x19, 1, 0, 0, 16, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0];
const sequence = [0x19, 0, 0, 0, 16, 0, 0, 0];

/** An Attribute message of version 3 of a shape. */
function attribute(
  i: number,
  type: readonly number[],
  shape: readonly number[],
  values: readonly number[],
): Uint8Array {
  const isShared = type[0] === 2 ? 1 : 0;
  const sizes = [...number(7, 2), ...number(type.length, 2), ...number(shape.length, 2), 0];
  return joined([3, isShared, ...sizes], [...nameOf(i), 0], type, shape, values);
}

/** Objects side by side in a heap: their bytes and their IDs. */
function inHeap(objects: readonly (readonly number[] | Uint8Array)[]): { bytes: Uint8Array; ids: number[][] } {
  const ids: number[][] = [];
  let end = 0;
  for (const object of objects) {
    ids.push(heapId(end, object.length));
    end += object.length;
  }
  return { bytes: joined(...objects), ids };
}

/** The selections of all of a source and of the first element of a virtual dataset, before which their names stand. */
const everything = [3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const mapping = (path: string, selection: readonly number[] = everything): Uint8Array =>
  joined([...ascii("."), 0], [...ascii(path), 0], everything, selection);
const virtual = (heap: number, index: number): Message => [8, [4, 3, ...word(heap), ...number(index, 4)]];

interface Sharing {
  readonly title: string;
  readonly make: (file: MadeFile) => readonly number[];
  /** Words of what all objects but some of the first ones are refused with. */
  readonly message: string;
}

const others = "found structures that overlap or belong to several objects";
const share = "found values that take more than";

const sharings: readonly Sharing[] = [
  {
    title: "groups over the links of one B-tree",
    make: (file) => {
      const target = file.add(oldHeader(scalarMessages(int32, 4)));
      const { bytes, ids } = inHeap(list(half / 40, (i) => hardLink(nameOf(i), target)));
      const tree = addTree(
        file,
        5,
        ids.map((id) => [0, 0, 0, 0, ...id]),
      );
      return fill(file, oldHeader([linkInfo(addHeap(file, bytes), tree)]), half);
    },
    message: others,
  },
  {
    title: "datasets over the attributes of one B-tree",
    make: (file) => {
      const { bytes, ids } = inHeap(list(half / 70, (i) => attribute(i, int32[1] as number[], [2, 0, 0, 0], word(i))));
      const tree = addTree(
        file,
        8,
        ids.map((id) => [...id, ...repeat(9, 0)]),
      );
      return fill(file, oldHeader([...scalarMessages(opaque, 1), attributeInfo(addHeap(file, bytes), tree)]), half);
    },
    message: others,
  },
  {
    title: "groups whose names are one name of one heap",
    make: (file) => {
      const link = hardLink(repeat(half, 0xc0), 96);
      const heap = addHeap(file, Uint8Array.from(link));
      return list(half / 200, () => {
        const tree = addTree(file, 5, [[0, 0, 0, 0, ...heapId(0, link.length)]]);
        return file.add(oldHeader([linkInfo(heap, tree)]));
      });
    },
    message: others,
  },
  {
    title: "groups of the old kind whose names are one name of one heap",
    make: ({ add }) => {
      const segment = add(new Uint8Array(half).fill(0xc0, 0, half - 1));
      return list(half / 220, () => {
        const heap = add(joined(ascii("HEAP"), [0, 0, 0, 0], word(half), word(1), word(segment)));
        const leaf = add(joined(ascii("SNOD"), [1, 0, 1, 0], word(0), word(96), repeat(24, 0)));
        const tree = add(joined(ascii("TREE"), [0, 0, 1, 0], repeat(16, 0xff), word(0), word(leaf), word(8)));
        return add(oldHeader([[17, [...word(tree), ...word(heap)]]]));
      });
    },
    message: others,
  },
  {
    title: "datasets over one index of chunks",
    make: (file) => {
      const count = half / 8;
      const header = file.add(new Uint8Array(0));
      file.add(closed(ascii("FAHD"), [0, 0, 8, 30], word(count), word(header + 32)));
      file.add(closed(ascii("FADB"), [0, 0], word(header), repeat(8 * count, 0xff)));
      const layout = [4, 2, 0, 2, 4, ...number(1, 4), ...number(4, 4), 3, 30, ...word(header)];
      return fill(file, oldHeader([vectorOf(count), int32, [8, layout]]), half);
    },
    message: others,
  },
  {
    title: "virtual datasets over one list of sources",
    make: (file) => {
      const count = half / 60;
      const heap = addGlobalHeap(file, [closed([0, ...word(count)], ...repeat(count, mapping("/00000")))]);
      const target = file.add(oldHeader(scalarMessages(int32, 4)));
      return [target, ...fill(file, oldHeader([vectorOf(1), int32, virtual(heap, 1)]), half)];
    },
    message: others,
  },
  {
    title: "virtual datasets over the same numbered sources",
    make: (file) => {
      const target = file.add(oldHeader([vectorOf(1), int32, contiguous(96, 4)]));
      const links = list(half / 30, (i): Message => {
        const name = ascii(String(i));
        return [6, [1, 0, name.length, ...name, ...word(target)]];
      });
      const blocks = file.add(oldHeader([[2, [0, 0, ...nowhere, ...nowhere]], ...links]));
      const endless = [2, 0, 0, 0, 3, 0, 0, 0, 1, 8, ...number(1, 4), ...word(0), ...word(1), ...nowhere, ...word(1)];
      const count = half / 400;
      const heap = addGlobalHeap(file, repeat(count, closed([0, ...word(1)], mapping("/00000/%b", endless))));
      const growing: Message = [1, [1, 1, 1, 0, 0, 0, 0, 0, ...word(1), ...nowhere]];
      return [blocks, ...list(count, (i) => file.add(oldHeader([growing, int32, virtual(heap, i + 1)])))];
    },
    message: "virtual sources",
  },
  {
    title: "datasets over one global heap collection that is refused",
    make: (file) => {
      const objects = list(3900, (i) => [...number(i === 3899 ? 1 : i + 1, 2), ...repeat(14, 0)]);
      const heap = file.add(joined([...ascii("GCOL"), 1, 0, 0, 0, ...word(16 * 3901)], ...objects));
      const values = [...number(1, 4), ...word(heap), ...number(1, 4)];
      return fill(file, oldHeader([vectorOf(1), [3, text], [8, [3, 0, ...number(values.length, 2), ...values]]]), half);
    },
    message: "found the heap object 1 twice",
  },
  {
    title: "datasets over the same texts",
    make: (file) => {
      const heap = addGlobalHeap(file, [Uint8Array.from(repeat(250, 97))]);
      const count = half / 16;
      const values = file.add(joined(...repeat(count, joined(number(250, 4), word(heap), number(1, 4)))));
      return fill(file, oldHeader([vectorOf(count), [3, text], contiguous(values, half)]), half);
    },
    message: others,
  },
  {
    title: "datasets over the same short texts of fixed length",
    make: (file) => {
      const values = file.add(new Uint8Array(half).fill(98));
      return fill(
        file,
        oldHeader([vectorOf(half / 2), [3, [0x13, 0, 0, 0, 2, 0, 0, 0]], contiguous(values, half)]),
        half,
      );
    },
    message: others,
  },
  {
    title: "datasets of no records of many fields",
    make: (file) => {
      const type = file.add(oldHeader([[3, compoundType(3400)]]));
      return fill(file, oldHeader([vectorOf(0), committed(type), contiguous(96, 0)]), half);
    },
    message: share,
  },
  {
    title: "attributes of no records of many fields",
    make: ({ add }) => {
      const type = add(oldHeader([[3, compoundType(3400)]]));
      const empty = vectorOf(0)[1] as number[];
      const messages = list(half / 60, (i): Message => [12, attribute(i, committed(type)[1] as number[], empty, [])]);
      return [add(oldHeader([...scalarMessages(int32, 4), ...messages]))];
    },
    message: share,
  },
  {
    title: "datasets of lists of lists of records of many fields",
    make: (file) => {
      const type = file.add(oldHeader([[3, [...sequence, ...sequence, ...compoundType(3400)]]]));
      return fill(file, oldHeader(scalarMessages(committed(type), 16)), half);
    },
    message: share,
  },
  {
    title: "objects under one long name",
    make: (file) => {
      const target = file.add(oldHeader(scalarMessages(int32, 4)));
      const links = list(half / 20, (i): Message => {
        const name = ascii(String(i));
        return [6, [1, 0, name.length, ...name, ...word(target)]];
      });
      const group = file.add(oldHeader([[2, [0, 0, ...nowhere, ...nowhere]], ...links]));
      const link = Uint8Array.from(hardLink(repeat(half, 97), group));
      const tree = addTree(file, 5, [[0, 0, 0, 0, ...heapId(0, link.length)]]);
      return [file.add(oldHeader([linkInfo(addHeap(file, link), tree)]))];
    },
    message: "found long paths, wanted shorter ones",
  },
];

it.each(sharings)("reads in a second $title", async ({ make, message }) => {
  const made = makeFile();
  const bytes = made.finish(make(made));
  expect(bytes.length).toBeGreaterThan(half);
  const spent = startCpuClock();
  const messages: string[] = [];
  const refuse = (error: unknown): void => {
    if (!(error instanceof KerasProofError)) throw error;
    for (const problem of error.problems) {
      expect(problem.path).toMatch(/^file\.h5!\//);
      messages.push(problem.message);
    }
  };
  const read = async (object: Hdf5Object): Promise<void> => {
    await object.attrs().catch(refuse);
    if (object.kind === "dataset") await object.read().catch(refuse);
  };
  for await (const object of (await openHdf5(bytes)).walk()) {
    if (object.kind === "refused") refuse(object.error);
    else if (object.kind !== "link") await read(object);
  }
  const ms = spent();
  expect(messages.at(-1)).toContain(message);
  expect(ms).toBeLessThan(1000);
});

it("tells why a virtual dataset is refused under each of its names", async () => {
  const made = makeFile();
  const heap = addGlobalHeap(made, [closed([0, ...word(2)], mapping("/00000"))]);
  const dataset = made.add(oldHeader([vectorOf(1), int32, virtual(heap, 1)]));
  const file = await openHdf5(made.finish([dataset, dataset]));
  for (const name of ["00000", "00001"]) {
    const found = await file.get(name);
    expect(found).toMatchObject({ kind: "dataset", refusal: { code: "corrupt", path: `file.h5!/${name}` } });
  }
});

/** Datasets whose only chunk is the same, of so many bytes. */
function sharedChunk(datasets: number, bytes: number): Uint8Array<ArrayBuffer> {
  const file = makeFile();
  const chunk = file.add(Uint8Array.from({ length: bytes }, (_, i) => i));
  const layout: Message = [8, [4, 2, 0, 2, 4, ...number(bytes, 4), ...number(1, 4), 1, ...word(chunk)]];
  const int8: Message = [3, [0x10, 8, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0]];
  const header = oldHeader([vectorOf(bytes), int8, layout]);
  return file.finish(repeat(datasets, header).map((one) => file.add(one)));
}

it("reads a chunk that a dataset has from another, as H5Ocopy of HDF5 1.10.8 leaves it, again and again", async () => {
  const file = await openHdf5(sharedChunk(2, 1000));
  for (const name of ["00000", "00001", "00000", "00001"]) {
    const dataset = await file.get(name);
    if (dataset?.kind !== "dataset") throw new Error("found no dataset");
    expect(dataset.storage).toMatchObject({ layout: "chunked", chunkIndex: "single" });
    const { data } = await dataset.read();
    expect(data).toEqual(Int8Array.from({ length: 1000 }, (_, i) => i));
  }
});

it("refuses a chunk of a thousand datasets after the first ones", async () => {
  const found = { read: 0, refused: 0 };
  for await (const object of (await openHdf5(sharedChunk(1000, half))).walk()) {
    if (object.kind !== "dataset") continue;
    try {
      await object.read();
      found.read++;
    } catch (error) {
      expect(error).toMatchObject({ code: "corrupt", message: expect.stringContaining(others) as string });
      found.refused++;
    }
  }
  expect(found.read).toBeLessThan(10);
  expect(found.read + found.refused).toBe(1000);
});
