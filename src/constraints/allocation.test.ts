import { expect, it } from "vitest";
import { applyConstraint, type ApplyOptions } from "./apply.js";
import { createConstraintKernels } from "./kernels/constrain-groups.js";
import { kernelScratchBytes } from "./kernels/simd.js";
import { maxNorm } from "./max-norm.js";
import { minMaxNorm } from "./min-max-norm.js";
import { nonNeg } from "./non-neg.js";
import { parseConstraint } from "./parse.js";
import { radialConstraint } from "./radial-constraint.js";
import type { Axis, Constraint } from "./spec.js";
import { unitNorm } from "./unit-norm.js";

const memory = new WebAssembly.Memory({ initial: 4 });
const kernels = createConstraintKernels(memory, 0);
const customConstraints = { half: (data: Float32Array | Float64Array) => void data.fill(0.5) };

/** Every class, with whole and fractional numbers and with none, as the makers and as users write them. */
const constraints: Readonly<Record<string, (axis: Axis) => Constraint>> = {
  "whole limit": (axis) => maxNorm({ axis }),
  "fractional limit": (axis) => maxNorm({ maxValue: 0.7, axis }),
  "no limit": (axis) => maxNorm({ maxValue: null, axis }),
  "infinite limit": (axis) => ({ kind: "maxNorm", maxValue: Infinity, axis }),
  "crossed limits": (axis) => readAsJax("MaxNorm", { max_value: -0.5, axis }),
  "limits as they are read": (axis) => readAsJax("MinMaxNorm", { min_value: 0.5, max_value: null, rate: 0.25, axis }),
  "unit norm": (axis) => unitNorm({ axis }),
  "whole limits": (axis) => minMaxNorm({ axis }),
  "rate of a half": (axis) => minMaxNorm({ minValue: 0.25, maxValue: 1.5, rate: 0.5, axis }),
  "rate and no upper limit": (axis) => minMaxNorm({ minValue: 1.5, maxValue: null, rate: 0.3, axis }),
  maximum: () => nonNeg(),
  product: () => nonNeg({ formula: "product" }),
  radial: () => radialConstraint(),
  custom: () => ({ kind: "custom", name: "half", config: null }),
};

function readAsJax(className: string, config: object): Constraint {
  const writer = { generation: "keras3", backend: "jax", path: "constraint" } as const;
  return parseConstraint({ class_name: className, config }, writer) ?? nonNeg();
}

const optionSets: readonly (ApplyOptions | undefined)[] = [
  undefined,
  {},
  { epsilon: 1e-3 },
  { epsilon: 0 },
  { kernels },
  { kernels, epsilon: 1e-4 },
  { epsilon: 0.5, kernels },
  { generation: "keras2", epsilon: 1e-5 },
  { epsilon: 1e-5, generation: "keras1" },
  { generation: "keras3", epsilon: 1e-8, kernels },
  { arithmetic: "exact", epsilon: 0.25 },
  { customConstraints },
  { customConstraints, epsilon: 1e-2 },
  { generation: "keras2", epsilon: 1e-7, customConstraints, kernels },
];

const weights: readonly (readonly [shape: readonly number[], axis: Axis])[] = [
  [[7], 0],
  [[40, 3], 0],
  [
    [3, 3, 4, 5],
    [0, 1, 2],
  ],
  [
    [3, 3, 4, 5],
    [0, 1, 3],
  ],
  [
    [2, 2, 3, 7],
    [1, 3],
  ],
];

const places = {
  "an array": (size: number) => new Float32Array(size),
  "a WebAssembly memory": (size: number) => new Float32Array(memory.buffer, kernelScratchBytes, size),
  float64: (size: number) => new Float64Array(size),
};

interface Case {
  readonly title: string;
  readonly constraint: Constraint;
  readonly data: Float32Array | Float64Array;
  readonly shape: readonly number[];
  readonly options: ApplyOptions | undefined;
}

const cases: Case[] = [];
for (const [name, make] of Object.entries(constraints)) {
  for (const options of optionSets) {
    if (name === "custom" && options?.customConstraints === undefined) continue;
    for (const [shape, axis] of weights) {
      if (name === "radial" && shape.length < 4) continue;
      for (const [place, dataOf] of Object.entries(places)) {
        if ((place === "a WebAssembly memory") !== (options?.kernels !== undefined)) continue;
        const title = `${name} with ${Object.keys(options ?? {}).join(", ")} on ${shape.join(" x ")} in ${place}`;
        const data = dataOf(shape.reduce((product, extent) => product * extent, 1));
        cases.push({ title, constraint: make(axis), data, shape, options });
      }
    }
  }
}

const calls = 1000;

/** Bytes for each call; NaN where the garbage collector ran. */
function growthOf({ constraint, data, shape, options }: Case): number {
  data.fill(0.5);
  const before = process.memoryUsage().heapUsed;
  for (let call = 0; call < calls; call++) applyConstraint(constraint, data, shape, options);
  const growth = process.memoryUsage().heapUsed - before;
  return growth < 0 ? Number.NaN : growth / calls;
}

it("allocates nothing once warm, for constraints and options of many kinds in turn", () => {
  // Interpreted code makes objects of numbers: it takes some rounds until all of it is compiled.
  let left = cases;
  for (let round = 0; round < 30 && left.length > 0; round++) {
    for (const one of cases) if (!left.includes(one)) growthOf(one);
    left = left.filter((one) => !(growthOf(one) < 1));
  }
  expect(left.map(({ title }) => title)).toEqual([]);
});
