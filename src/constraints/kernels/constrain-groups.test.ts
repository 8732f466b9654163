import { describe, expect, it } from "vitest";
import { KerasProofError } from "../../errors.js";
import { applyConstraint, groupNorms } from "../apply.js";
import { factorOf } from "../factor.js";
import { maxNorm } from "../max-norm.js";
import { minMaxNorm } from "../min-max-norm.js";
import { clampNegative, nonNeg } from "../non-neg.js";
import type { NormConstraint } from "../spec.js";
import { unitNorm } from "../unit-norm.js";
import { createConstraintKernels } from "./constrain-groups.js";
import { createScriptKernels } from "./javascript.js";
import { layoutOf } from "./layout.js";
import { createNormSettings, setNorm } from "./norm-settings.js";
import { kernelScratchBytes } from "./simd.js";

/** Numbers from a seed, the same on every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const hard = [
  0,
  -0,
  1e-45,
  -1e-38,
  1e-30,
  1e-20,
  1e-7,
  2,
  1,
  1.8446744e19,
  -3e30,
  3.4e38,
  Infinity,
  -Infinity,
  Number.NaN,
];

/** Numbers of every exponent, close to one, and, `hardness` of them, hard ones. */
function fillWeights(data: Float32Array, random: () => number, hardness: number): void {
  const bits = new Uint32Array(1);
  const any = new Float32Array(bits.buffer);
  for (let i = 0; i < data.length; i++) {
    const kind = random();
    if (kind < hardness) data[i] = hard[Math.floor(random() * hard.length)]!;
    else if (kind < 0.2) {
      bits[0] = Math.floor(random() * 2 ** 32);
      data[i] = Number.isFinite(any[0]) ? any[0]! : 1;
    } else data[i] = (random() - 0.5) * 2;
  }
}

/** The places of each group's numbers, by the coordinates of each. */
function membersOf(shape: readonly number[], axes: readonly number[]): number[][] {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const groups = new Map<number, number[]>();
  for (let place = 0; place < size; place++) {
    let group = 0;
    let below = size;
    let rest = place;
    shape.forEach((extent, axis) => {
      below /= extent;
      if (!axes.includes(axis)) group = group * extent + Math.floor(rest / below);
      rest %= below;
    });
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [place]);
    else members.push(place);
  }
  return [...groups].toSorted(([a], [b]) => a - b).map(([, members]) => members);
}

/** The definition of the sum of squares, word by word. */
function sumOf(numbers: readonly number[]): number {
  let total = 0;
  for (let start = 0; start < numbers.length; start += 8) {
    const squares = Array.from({ length: 8 }, (_, i) => (numbers[start + i] ?? 0) ** 2);
    const even = [squares[0]!, squares[2]!, squares[4]!, squares[6]!].reduce((sum, square) => sum + square);
    const odd = [squares[1]!, squares[3]!, squares[5]!, squares[7]!].reduce((sum, square) => sum + square);
    total += even + odd;
  }
  return total;
}

function defined(constraint: NormConstraint, data: Float32Array, shape: readonly number[], axes: readonly number[]) {
  const result = data.slice();
  for (const members of membersOf(shape, axes)) {
    const norm = Math.sqrt(sumOf(members.map((place) => data[place]!)));
    const factor = factorOf(constraint, norm, 1e-7);
    for (const place of members) {
      result[place] = constraint.kind === "unitNorm" ? data[place]! / factor : data[place]! * factor;
    }
  }
  return result;
}

/** The first place where two arrays differ in a bit, NaN being NaN; -1 for none. */
function firstDifference(a: Float32Array, b: Float32Array): number {
  return a.findIndex((value, i) => !Object.is(value, b[i]));
}

const constraints: readonly NormConstraint[] = [
  maxNorm({ maxValue: 0.7 }),
  maxNorm({ maxValue: null }),
  maxNorm({ maxValue: -1 }),
  maxNorm({ maxValue: -0 }),
  { ...maxNorm({ maxValue: -1 }), crossed: "upper" },
  minMaxNorm({ minValue: 0.5, maxValue: 1.5, rate: 0.3 }),
  minMaxNorm({ minValue: 2, maxValue: 1 }),
  minMaxNorm({ minValue: Number.NaN, maxValue: 1 }),
  unitNorm(),
];

const memory = new WebAssembly.Memory({ initial: 40 });
const scratch = 64;
const start = scratch + kernelScratchBytes + 4;
const kernels = createConstraintKernels(memory, scratch);
const script = createScriptKernels<Float32Array>();
const settings = createNormSettings();

/** The results of every way there is: plain JavaScript, in a WebAssembly memory, and from an ordinary array. */
function everyWay(constraint: NormConstraint, data: Float32Array, shape: readonly number[], axes: readonly number[]) {
  const given = { ...constraint, axis: axes };
  const plain = data.slice();
  setNorm(settings, given);
  script.constrain(plain, layoutOf(shape, axes), settings);
  const there = new Float32Array(memory.buffer, start, data.length);
  there.set(data);
  applyConstraint(given, there, shape, { kernels });
  const ordinary = data.slice();
  applyConstraint(given, ordinary, shape);
  return { plain, there, ordinary };
}

const layouts: [number[], number[]][] = [
  [[1], []],
  [[7], [0]],
  [[64], []],
  [[129], [0]],
  [
    [5, 1, 16, 2],
    [0, 1],
  ],
  [[3, 3, 7, 11], [0]],
  [
    [3, 3, 7, 11],
    [0, 1],
  ],
  [
    [3, 3, 7, 11],
    [0, 1, 2],
  ],
  [
    [3, 3, 7, 11],
    [0, 1, 3],
  ],
  [
    [3, 3, 7, 11],
    [0, 2],
  ],
  [
    [3, 3, 7, 11],
    [1, 3],
  ],
  [[3, 3, 7, 11], [3]],
  [[3, 5, 7, 11], [1]],
  [
    [2, 5, 3, 9, 2, 17],
    [0, 2, 4],
  ],
  [
    [2, 5, 3, 9, 2, 17],
    [1, 3, 5],
  ],
  [
    [2, 5, 3, 9, 2, 17],
    [1, 3],
  ],
  [[9, 40], [0]],
  [[17, 25], [0]],
  [[31, 2], [0]],
  [[40, 64], [1]],
];

/** More numbers than the tile holds. */
const large: [number[], number[]][] = [
  [[70_001], [0]],
  [[70_001], []],
  [[3, 30_011], [0]],
  [[3, 2, 13_001], [0]],
  [
    [9, 8, 1031],
    [0, 1],
  ],
  [[601, 131], [0]],
  [[700, 101], [1]],
  [[2, 300, 140], [1]],
  [
    [9, 16, 577],
    [0, 2],
  ],
  [
    [2, 2, 20_011],
    [0, 2],
  ],
  [[200, 351], [0]],
  [
    [3, 150, 2, 97],
    [0, 2],
  ],
  [
    [3, 150, 2, 97],
    [1, 3],
  ],
];

describe("kernels", () => {
  it("exist in this engine", () => expect(kernels).not.toBeNull());

  it.each(layouts)("give the definition to the bit in every way: %j over %j", (shape, axes) => {
    const random = createRandom(shape.length + axes.length);
    const data = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
    for (const constraint of constraints) {
      for (const hardness of [0, 0.02, 1]) {
        fillWeights(data, random, hardness);
        const wanted = defined(constraint, data, shape, axes);
        for (const [way, found] of Object.entries(everyWay(constraint, data, shape, axes))) {
          expect(firstDifference(found, wanted), `${way} ${JSON.stringify(constraint)}`).toBe(-1);
        }
      }
    }
  });

  it.each(large)("give the definition to the bit for many numbers too: %j over %j", (shape, axes) => {
    const random = createRandom(3);
    const data = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
    fillWeights(data, random, 1e-5);
    for (const constraint of [constraints[0]!, constraints[5]!, unitNorm()]) {
      const wanted = defined(constraint, data, shape, axes);
      for (const [way, found] of Object.entries(everyWay(constraint, data, shape, axes))) {
        expect(firstDifference(found, wanted), `${way} ${JSON.stringify(constraint)}`).toBe(-1);
      }
    }
  });

  it("agree with each other on two million hard groups", () => {
    const random = createRandom(11);
    const data = new Float32Array(500_000);
    let groups = 0;
    for (const size of [1, 2, 3, 5, 8, 9, 27]) {
      for (const along of [0, 1]) {
        fillWeights(data, random, 0.01);
        const count = Math.floor(data.length / size);
        const shape = along === 0 ? [size, count] : [count, size];
        const some = data.subarray(0, size * count);
        const constraint = constraints[groups % 2 === 0 ? 0 : 5]!;
        const { plain, there, ordinary } = everyWay(constraint, some, shape, [along]);
        expect([firstDifference(there, plain), firstDifference(ordinary, plain)], shape.join(" x ")).toEqual([-1, -1]);
        groups += count;
      }
    }
    expect(groups).toBeGreaterThan(2e6);
  });

  it("add the squares of float64 numbers in the same order", () => {
    const data = Float64Array.from({ length: 3 * 4 * 5 * 6 }, (_, i) => Math.sin(i) * 10 ** ((i % 7) - 3));
    for (const axes of [[0], [1], [0, 2], [1, 3], [0, 1, 3], [0, 1, 2, 3]]) {
      const wanted = membersOf([3, 4, 5, 6], axes).map((members) => Math.sqrt(sumOf(members.map((i) => data[i]!))));
      expect(Array.from(groupNorms(data, [3, 4, 5, 6], axes))).toEqual(wanted);
    }
  });

  it("clamp negative numbers as plain JavaScript does", () => {
    const random = createRandom(5);
    for (const length of [1, 63, 64, 131, 70_003]) {
      const data = new Float32Array(length);
      fillWeights(data, random, 0.3);
      for (const formula of ["maximum", "product"] as const) {
        const wanted = data.slice();
        clampNegative(wanted, formula);
        const there = new Float32Array(memory.buffer, start, length);
        there.set(data);
        applyConstraint(nonNeg({ formula }), there, [length], { kernels });
        expect(firstDifference(there, wanted)).toBe(-1);
        const ordinary = data.slice();
        applyConstraint(nonNeg({ formula }), ordinary, [length]);
        expect(firstDifference(ordinary, wanted)).toBe(-1);
      }
    }
  });

  it("touch nothing beside the numbers and their scratch memory", () => {
    const bytes = new Uint8Array(memory.buffer);
    const random = createRandom(9);
    for (const [shape, axes] of layouts) {
      const data = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
      fillWeights(data, random, 0);
      bytes.fill(0xa5);
      everyWay(unitNorm(), data, shape, axes);
      everyWay(maxNorm(), data, shape, axes);
      const end = start + 4 * data.length;
      expect(bytes.subarray(0, scratch).every((byte) => byte === 0xa5)).toBe(true);
      expect(bytes.subarray(scratch + kernelScratchBytes, start).every((byte) => byte === 0xa5)).toBe(true);
      expect(bytes.subarray(end, end + 4096).every((byte) => byte === 0xa5)).toBe(true);
    }
  });

  it.each([...layouts.slice(2), large[5]!])(
    "allocate nothing once they have seen a weight: %j over %j",
    (shape, axis) => {
      const data = new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(0.5);
      const constraint = maxNorm({ axis });
      // Interpreted code makes objects of numbers: it takes some calls until all of it is compiled.
      const measure = (calls: number): number => {
        const before = process.memoryUsage().heapUsed;
        for (let i = 0; i < calls; i++) applyConstraint(constraint, data, shape);
        return Math.abs(process.memoryUsage().heapUsed - before) / calls;
      };
      const bytes = Array.from({ length: 12 }, () =>
        measure(data.length <= 64 ? 20_000 : data.length > 65536 ? 200 : 1500),
      );
      expect(Math.min(...bytes)).toBeLessThan(16);
    },
  );
});

describe("in a WebAssembly memory", () => {
  it.each([...layouts.slice(2), large[5]!])(
    "nothing is allocated once a weight was seen: %j over %j",
    (shape, axis) => {
      const size = shape.reduce((product, extent) => product * extent, 1);
      const data = new Float32Array(memory.buffer, start, size).fill(0.5);
      const options = { kernels };
      const calls = size > 65536 ? 200 : 10_000;
      for (const constraint of [maxNorm({ axis }), unitNorm({ axis }), nonNeg()]) {
        // As above, it takes some calls until all of the code is compiled.
        const bytes: number[] = [];
        for (let i = 0; i < 12 && !bytes.some((growth) => growth < 1); i++) {
          const before = process.memoryUsage().heapUsed;
          for (let call = 0; call < calls; call++) applyConstraint(constraint, data, shape, options);
          bytes.push(Math.abs(process.memoryUsage().heapUsed - before) / calls);
        }
        expect(Math.min(...bytes), constraint.kind).toBeLessThan(16);
      }
    },
  );
});

describe("createConstraintKernels", () => {
  it("works on after the memory has grown", () => {
    const growing = new WebAssembly.Memory({ initial: 2 });
    const own = createConstraintKernels(growing, 0);
    for (const [shape, axis] of [
      [[4, 30], 0],
      [
        [2, 5, 3, 20],
        [0, 2],
      ],
    ] as const) {
      growing.grow(1);
      const size = shape.reduce((product, extent) => product * extent, 1);
      const data = new Float32Array(growing.buffer, kernelScratchBytes, size).fill(3);
      const wanted = new Float32Array(size).fill(3);
      applyConstraint(maxNorm({ axis }), data, shape, { kernels: own });
      applyConstraint(maxNorm({ axis }), wanted, shape);
      expect(firstDifference(data, wanted)).toBe(-1);
      expect(data[0]).toBeLessThan(2);
    }
  });

  it("computes the same for data that lie elsewhere", () => {
    const data = Float32Array.of(3, 4);
    applyConstraint(maxNorm({ maxValue: 1 }), data, [2], { kernels });
    expect(data[0]).toBeCloseTo(0.6);
  });

  it("refuses scratch memory that is not there, and shared memory", () => {
    for (const wrong of [-16, 8, 1.5, memory.buffer.byteLength - 16]) {
      expect(() => createConstraintKernels(memory, wrong)).toThrow(KerasProofError);
    }
    const shared = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    expect(() => createConstraintKernels(shared, 0)).toThrow("found a shared memory, wanted one that is not shared");
  });
});
