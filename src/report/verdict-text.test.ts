import { describe, expect, test } from "vitest";
import type { CaseVerdict, ConstraintVerdict, TensorVerdict, TrainingVerdict } from "../verify/verdict.js";
import { plainStyle } from "./text-style.js";
import { formatCase, formatCounts } from "./verdict-text.js";

const tensor: TensorVerdict = {
  name: "outputs/0",
  layer: null,
  className: null,
  call: null,
  question: "import",
  agrees: true,
  maxAbs: 0.25,
  maxRel: 0.125,
  maxUlp: 3,
  errorRatio: 1,
  budget: 0.5,
  share: 0.5,
  basis: "derived",
  resolution: 0.25,
  worst: { index: [0, 1], actual: 1.25, expected: 1 },
  failure: null,
};

const agreeing: CaseVerdict = {
  model: "m.h5",
  reference: "m.ref.npz",
  status: "agrees",
  error: null,
  notes: [],
  firstDivergence: null,
  tensors: [tensor],
  constraints: [],
  training: [],
  backend: "wasm",
  format: "HDF5",
  kerasVersion: "1.2.2",
  kerasBackend: "theano",
  layers: 1,
  parameters: 1234,
  layerCalls: { total: 2, judged: 0 },
};

const constrained: ConstraintVerdict = {
  layer: "d",
  weight: "kernel",
  shape: [2, 2],
  constraint: { kind: "maxNorm", maxValue: 1, axis: 0 },
  generation: "keras3",
  groups: 2,
  above: 1,
  largest: 5,
  agrees: false,
  share: 3,
  worst: { index: [0, 1], actual: 0.5, expected: 0.75 },
};

const options = { style: plainStyle, verbose: false, about: [] };

function lineOf(training: readonly TrainingVerdict[]): string | undefined {
  return formatCase({ ...agreeing, training }, options).at(-1);
}

describe("the text of a verdict", () => {
  test("says that nothing is proved where a large change could have gone unseen", () => {
    expect(formatCase({ ...agreeing, status: "inconclusive" }, options)).toEqual([
      "m.h5  Keras 1.2.2 by Theano, HDF5, 1 layer, 1,234 parameters, 0 constraints",
      "  same function  unproven  the output; worst in outputs/0: error 0.125 of its largest, budget 0.25, 0.5 of it used; resolution 0.25 [derived]; a smaller difference than that would not show",
      "  on wasm        not judged  nothing in the reference to judge it by",
    ]);
  });

  test("blames the graph where every layer call agrees and the whole does not", () => {
    const whole = { ...tensor, agrees: false, share: 40, basis: "float64" as const };
    const lines = formatCase(
      {
        ...agreeing,
        status: "differs",
        tensors: [whole],
        firstDivergence: {
          layer: null,
          className: null,
          call: null,
          tensor: "outputs/0",
          question: "import",
          index: [0, 1],
          actual: 1.25,
          expected: 1,
          share: 40,
          agreesIf: "epsilon is 0.001",
          message: "its graph is wired in another way than Keras's",
        },
      },
      options,
    );
    expect(lines[1]).toBe(
      "  same function  NO   its graph is wired in another way than Keras's; first at outputs/0, [0, 1]: 1.25 for 1, 40 times its budget; agrees if epsilon is 0.001",
    );
    expect(lines.at(-1)).toMatch(/^ {2}outputs\/0 +same function +0\.25 +0\.5 +40 DIFFERS +0\.25 +float64$/);
  });

  test("lists what could not be imported, a line each", () => {
    const error = {
      code: "unsupported-layer",
      path: "m.h5$.a",
      message: "found A (and 1 more)\n  m.h5$.b: found B",
    } as const;
    expect(formatCase({ ...agreeing, status: "unsupported", error }, options)).toEqual([
      "m.h5",
      "  unsupported  [unsupported-layer] m.h5$.a: found A (and 1 more)",
      "    m.h5$.b: found B",
    ]);
  });

  test("tells of each constraint what it would change, and where Keras makes something else of the weight", () => {
    const holding = { ...constrained, above: 0, largest: 0.5, agrees: null, share: null, worst: null };
    const lost = {
      ...holding,
      weight: "bias",
      constraint: null,
      groups: null,
      above: null,
      largest: null,
      agrees: false,
    };
    const verdict = { ...agreeing, constraints: [constrained, holding, lost] };
    const lines = formatCase(verdict, options);
    expect(lines[0]).toMatch(/, 2 constraints$/);
    expect(lines.slice(3)).toEqual([
      "  constraints    NO   d kernel max_norm(1, axis=0): 1 of 2 groups above its limit, largest norm 5, applied once, 3 of its budget off Keras's, [0, 1] 0.5 for 0.75",
      "                 d kernel max_norm(1, axis=0): 0 of 2 groups above its limit, largest norm 0.5",
      "                 NO   d bias: Keras constrains this weight, and the import does not",
      "                 → kerasproof explain m.h5",
    ]);
    const right = { ...constrained, agrees: true, share: 0.25 };
    expect(formatCase({ ...agreeing, constraints: [right] }, { ...options, about: ["more"] }).slice(4)).toEqual([
      "  constraints    yes  d kernel max_norm(1, axis=0): 1 of 2 groups above its limit, largest norm 5, applied once, 0.25 of its budget off Keras's",
    ]);
  });

  test("tells of training the first step that differs, or the one that comes nearest to it", () => {
    const step: TrainingVerdict = {
      step: 1,
      question: "import",
      agrees: true,
      weight: "d kernel",
      maxRel: 1e-10,
      limit: 1e-9,
      loss: 1,
      kerasLoss: 1,
    };
    const single = { ...step, question: "backend" as const, weight: "d bias", maxRel: 5e-7, limit: 1e-6 };
    expect(lineOf([step, { ...step, step: 2 }, single])).toBe(
      "  training       yes  2 steps, worst d bias after step 1 in float32: 5e-7 of its largest entry, limit 1e-6",
    );
    const [second, third] = [2, 3].map((number) => ({ ...step, step: number, agrees: false, maxRel: number * 1e-9 }));
    expect(lineOf([step, second!, third!])).toBe(
      "  training       NO   first d kernel after step 2: 2e-9 of its largest entry, limit 1e-9",
    );
  });

  test("has every note and tensor where all is asked for, and why training is not judged in any case", () => {
    const notes = [{ code: "training-not-judged", path: "m.ref.npz!/train", message: "found no weights" }] as const;
    const told = "  note: m.ref.npz!/train: found no weights";
    expect(formatCase({ ...agreeing, notes }, options).slice(3)).toEqual([
      "  training       not judged  found no weights",
    ]);
    const all = formatCase({ ...agreeing, notes }, { ...options, verbose: true });
    expect(all.at(-1)).toBe(told);
    expect(all.filter((line) => line.startsWith("  outputs/0 "))).toHaveLength(1);
  });

  test("has as many constraints, tensors and notes as a file asks for", () => {
    const many = 150_000;
    const note = { code: "a", path: "b", message: "c" } as const;
    const verdict: CaseVerdict = {
      ...agreeing,
      constraints: Array.from({ length: many }, () => constrained),
      tensors: Array.from({ length: many }, () => tensor),
      notes: Array.from({ length: many }, () => note),
    };
    const all = formatCase(verdict, { ...options, verbose: true, about: Array.from({ length: many }, () => "about") });
    expect(all.length).toBeGreaterThan(4 * many);
    expect(all.at(-1)).toBe("  note: b: c");
  });

  test("counts", () => {
    expect(formatCounts({ agrees: 1, differs: 0, inconclusive: 0, unsupported: 0, invalid: 0 })).toBe(
      "1 model: 1 agrees",
    );
    expect(formatCounts({ agrees: 7, differs: 1, inconclusive: 2, unsupported: 1, invalid: 3 })).toBe(
      "14 models: 7 agree, 1 differs, 2 are inconclusive, 1 is unsupported, 3 are invalid",
    );
  });
});
