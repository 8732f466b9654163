import { expect, it } from "vitest";
import { startCpuClock } from "../../fixtures/cpu-clock.js";
import type { Problem } from "../../src/errors.js";
import { readModel } from "../../src/import/load-spec.js";
import { surveyModel } from "../../src/import/survey.js";
import {
  ascii,
  list,
  makeFile,
  type MadeFile,
  type Message,
  noHeap,
  nowhere,
  oldHeader,
  word,
} from "../hdf5/made-file.js";
import { hardLink, joined, number } from "../hdf5/made-structures.js";

/** A Sequential of so many Dense layers, `d0`, `d1`, …, that have a kernel alone, of `units` by `units`. */
function modelOf(count: number, units: number, options = {}): Uint8Array {
  const layer = (i: number): object => ({
    class_name: "Dense",
    config: { name: `d${i}`, units, use_bias: false, ...options },
  });
  const input = { class_name: "InputLayer", config: { name: "in", batch_shape: [null, units] } };
  const config = { name: "m", layers: [input, ...list(count, layer)] };
  return new TextEncoder().encode(JSON.stringify({ class_name: "Sequential", config, keras_version: "2.9.0" }));
}

/** A group of such links, with attributes. */
function group(links: readonly (readonly [name: string, address: number])[], ...attributes: Message[]): Uint8Array {
  const messages = links.map(([name, address]): Message => [6, hardLink(ascii(name), address)]);
  return oldHeader([noHeap, ...attributes, ...messages]);
}

/** An attribute that is a list of texts. */
function texts(name: string, values: readonly string[]): Message {
  const size = Math.max(...values.map((value) => value.length));
  const type = [0x13, 1, 0, 0, ...number(size, 4)];
  const space = [2, 1, 0, 1, ...word(values.length)];
  const sizes = [name.length + 1, type.length, space.length].flatMap((length) => number(length, 2));
  const padded = values.map((value) => ascii(value.padEnd(size, "\0")));
  return [12, joined([3, 0, ...sizes, 0], ascii(name), [0], type, space, ...padded)];
}

/** An array of so many rows and columns of float32, of which the file has none. */
function unwritten(extent: number): Uint8Array {
  const float32: Message = [3, [0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]];
  const space: Message = [1, [1, 2, 0, 0, 0, 0, 0, 0, ...word(extent), ...word(extent)]];
  return oldHeader([space, float32, [8, [3, 1, ...nowhere, ...word(0)]]]);
}

const keras: Message = texts("keras_version", ["2.9.0"]);
const layers = 1500;

/** The groups of all layers are the same one, which has a kernel `k` and lists these weights. */
const sharedGroup =
  (names: readonly string[], units: number) =>
  ({ add }: MadeFile): number => {
    const shared = add(group([["k", add(unwritten(units))]], texts("weight_names", names)));
    const links = list(layers, (i) => [`d${i}`, shared] as const);
    const layerNames = texts(
      "layer_names",
      links.map(([name]) => name),
    );
    return add(group(links, layerNames, keras));
  };

interface Attack {
  readonly title: string;
  readonly make: (file: MadeFile) => number;
  readonly model: Uint8Array;
  /** The first one. */
  readonly problem: Pick<Problem, "code" | "message">;
}

const together = {
  code: "limit",
  message: "found weights that take more together than limits.arrayRatio allows",
} as const;
const unknown = { code: "unsupported-option", message: "found the option foo = 1, which Dense does not know" } as const;

const attacks: readonly Attack[] = [
  {
    title: "one group as that of thousands of layers",
    make: ({ add }) => {
      const shared = add(
        group(
          [],
          texts(
            "weight_names",
            list(60_000, () => "k"),
          ),
        ),
      );
      return add(
        group(
          [["a", shared]],
          texts(
            "layer_names",
            list(60_000, () => "a"),
          ),
          keras,
        ),
      );
    },
    model: modelOf(1, 4),
    problem: { code: "limit", message: "found more than 200000 weights that layers list" },
  },
  {
    title: "one array as the kernel of thousands of layers",
    make: sharedGroup(["k"], 1000),
    model: modelOf(layers, 1000),
    problem: together,
  },
  {
    title: "one array for thousands of layers in a store of Keras 3",
    make: ({ add }) => {
      const weights = add(group([["vars", add(group([["0", add(unwritten(1000))]]))]]));
      const all = add(group(list(layers, (i) => [i === 0 ? "dense" : `dense_${i}`, weights])));
      return add(group([["layers", all]]));
    },
    model: modelOf(layers, 1000),
    problem: together,
  },
  {
    title: "one list of thousands of weights for thousands of layers",
    make: sharedGroup(
      list(60_000, () => "k"),
      4,
    ),
    model: modelOf(layers, 4, { kernel_constraint: "NonNeg", foo: 1 }),
    problem: unknown,
  },
];

it.each(attacks)("reads in a second $title", async ({ make, model, problem }) => {
  const made = makeFile();
  const weights = made.finishAt(make(made));
  for (const read of [readModel, surveyModel]) {
    const spent = startCpuClock();
    const { problems } = await read(model, { weights });
    const ms = spent();
    expect(problems[0]).toMatchObject(problem);
    expect(ms, read.name).toBeLessThan(1000);
  }
});
