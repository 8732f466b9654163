import { describe, expect, it } from "vitest";
import { oddLimitFiles, readOddLimits, type OddLimit, type OddLimits } from "../../fixtures/odd-limits.js";
import type { Note } from "../errors.js";
import { applyConstraint } from "./apply.js";
import { findFault } from "./constraint-fault.js";
import { explainConstraint } from "./explain.js";
import { formatKerasCall } from "./keras-call.js";
import { parseConstraint } from "./parse.js";
import { hasAxis, type NormConstraint } from "./spec.js";
import { brokenLimits } from "./written-limits.js";

const path = "m$.config.kernel_constraint";

function read({ generation, keras, backend }: OddLimits, { constraint }: OddLimit): [NormConstraint, Note[]] {
  const notes: Note[] = [];
  const options = {
    generation,
    kerasVersion: keras,
    backend,
    path,
    onNote: (note: Note): void => void notes.push(note),
  };
  const found = parseConstraint(constraint, options);
  if (found === null || !hasAxis(found)) throw new Error("read as another constraint");
  return [found, notes];
}

/** How a case stands: in Keras, and here. */
function judge(file: OddLimits, one: OddLimit): "computed" | "per group" | "fails" {
  const [constraint, notes] = read(file, one);
  const fault = findFault(constraint, [3, 2], file.generation);
  const kernel = Float32Array.from(file.kernel.flat());
  if (fault === null) {
    expect(notes.filter(({ code }) => code === "broken-limit")).toEqual([]);
    applyConstraint(constraint, kernel, [3, 2], { generation: file.generation });
    const expected = one.kernel?.flat() ?? [];
    expect(expected).toHaveLength(6);
    for (const [place, number] of expected.entries()) expect(Math.abs(kernel[place]! - number)).toBeLessThan(1e-6);
    return "computed";
  }
  expect(fault.kerasTrains).toBe(one.kernel !== undefined);
  const place = one.constraint.config === undefined ? path : `${path}.config`;
  expect(notes).toMatchObject([{ code: "broken-limit", path: `${place}.${one.option}` }]);
  expect(brokenLimits(constraint).map(([, { value }]) => value)).toEqual([
    (one.constraint.config ?? one.constraint)[one.option],
  ]);
  expect(() => applyConstraint(constraint, kernel, [3, 2])).toThrow(
    expect.objectContaining({ code: "bad-constraint" }),
  );
  expect([...kernel]).toEqual([...Float32Array.from(file.kernel.flat())]);
  return fault.kerasTrains ? "per group" : "fails";
}

describe("limits that are no numbers", () => {
  // Each file has 68 cases; a Keras that computes with one is followed, but for lists.
  it.each([
    ["keras1-theano", { computed: 3, fails: 65 }],
    ["keras1-tensorflow", { computed: 10, fails: 58 }],
    ["keras20-theano", { computed: 3, fails: 65 }],
    ["keras20-tensorflow", { computed: 10, fails: 58 }],
    ["keras22-theano", { computed: 3, fails: 65 }],
    ["keras22-tensorflow", { computed: 10, fails: 58 }],
    ["keras23-theano", { computed: 4, "per group": 3, fails: 61 }],
    ["keras23-tensorflow", { computed: 11, "per group": 12, fails: 45 }],
    ["tfkeras24", { computed: 11, "per group": 12, fails: 45 }],
    ["tfkeras", { computed: 11, "per group": 12, fails: 45 }],
    ["keras30", { computed: 8, "per group": 12, fails: 48 }],
    ["keras3", { computed: 8, "per group": 12, fails: 48 }],
    ["keras3-jax", { computed: 11, fails: 57 }],
  ] as const)("are read as %s takes them in training, having loaded and predicted with all", (name, counts) => {
    const file = readOddLimits(name);
    const found: Record<string, number> = {};
    for (const one of file.cases) {
      expect([one.loads, one.predicts]).toEqual([true, true]);
      const how = judge(file, one);
      found[how] = (found[how] ?? 0) + 1;
    }
    expect(found).toEqual(counts);
  });

  it("were recorded by every Keras that is listed", () => {
    expect(oddLimitFiles.map((name) => readOddLimits(name).cases.length)).toEqual(oddLimitFiles.map(() => 68));
  });

  it("are told in the words of the file, and the axis beside them", () => {
    const notes: Note[] = [];
    const raw = { name: "MinMaxNorm", low: "a", high: [1], rate: null, axis: 4 };
    const constraint = parseConstraint(raw, { generation: "keras1", path, onNote: (note) => void notes.push(note) });
    expect(notes.map((note) => `${note.path} ${note.message}`)).toEqual([
      `${path}.low found "a", wanted a number: the first step of training fails`,
      `${path}.high found [1], wanted a number or null: the first step of training fails`,
      `${path}.rate found None, wanted a number: the first step of training fails`,
    ]);
    expect(formatKerasCall(constraint!, "keras1")).toBe('MinMaxNorm("a", [1], rate=None, axis=4)');
    expect(findFault(constraint!, [3, 2], "keras1")).toEqual({
      message:
        "axis 4 in 4, wanted whole numbers from -2 to 1: the weight has 2 axes (Keras 1); " +
        'low "a", wanted a number; high [1], wanted a number or None; rate None, wanted a number',
      kerasTrains: false,
    });
  });

  it("fit the groups where their number is not known", () => {
    const raw = { class_name: "MaxNorm", config: { max_value: [1, 0.5, 3], axis: 0 } };
    const constraint = parseConstraint(raw, { generation: "keras2", path })!;
    const trains = [null, [3, null], [3, 3], [3, 2]].map(
      (shape) => findFault(constraint, shape, "keras2")?.kerasTrains,
    );
    expect(trains).toEqual([true, true, true, false]);
  });

  it("count no more once the limit is a number", () => {
    const broken = parseConstraint(
      { class_name: "MaxNorm", config: { max_value: "3" } },
      { generation: "keras3", path },
    );
    const mended = { ...broken, maxValue: 3 } as NormConstraint;
    expect(findFault(mended, [3, 2], "keras3")).toBeNull();
    expect(formatKerasCall(mended, "keras3")).toBe("max_norm(3, axis=0)");
  });

  it("leave norms to explain, and no limits", () => {
    const raw = { class_name: "MaxNorm", config: { max_value: [1, 0.5], axis: 0 } };
    const constraint = parseConstraint(raw, { generation: "keras2", path });
    const input = {
      layerName: "",
      layerClass: "Dense",
      weightName: "kernel",
      shape: [2, 2],
      generation: "keras2",
    } as const;
    const found = explainConstraint({ ...input, constraint: constraint!, values: Float32Array.of(3, 0, 4, 1) });
    expect(found).toMatchObject({
      status: "broken",
      keras: "max_norm([1, 0.5], axis=0)",
      badAxis: null,
      badLimit: {
        message: "max_value [1, 0.5], which this Keras takes as a limit for each group, wanted a number or None",
        kerasTrains: true,
      },
      limits: { lower: null, upper: null },
      norms: { finite: { largest: 5 }, above: null, below: null },
      remarks: [],
    });
  });
});
