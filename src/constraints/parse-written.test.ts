import {
  type Arbitrary,
  assert,
  array,
  boolean,
  constantFrom,
  double,
  integer,
  oneof,
  property,
  record,
} from "fast-check";
import { describe, expect, it } from "vitest";
import { KerasProofError } from "../errors.js";
import { formatKerasCall } from "./keras-call.js";
import { maxNorm } from "./max-norm.js";
import { minMaxNorm } from "./min-max-norm.js";
import { nonNeg } from "./non-neg.js";
import { parseConstraintText } from "./parse-written.js";
import { radialConstraint } from "./radial-constraint.js";
import type { Axis, Constraint, Generation } from "./spec.js";
import { unitNorm } from "./unit-norm.js";

function read(text: string) {
  return parseConstraintText(text, "--constraint");
}

/** What is said of a text that is refused; its code is always that of wrong usage. */
function refusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof KerasProofError && error.code === "usage") return error.message;
    throw error;
  }
  throw new Error(`${text} was read`);
}

/** What is noted of a text. */
function codes(text: string): string[] {
  return read(text).notes.map(({ code }) => code);
}

describe("a constraint as a person writes it", () => {
  const table: [string, Constraint, Generation][] = [
    ["max_norm(3)", maxNorm({ maxValue: 3 }), "keras3"],
    ["MaxNorm(max_value=3, axis=[0, 1, 2])", maxNorm({ maxValue: 3, axis: [0, 1, 2] }), "keras3"],
    ["max_norm(3, (0, 1, 2))", maxNorm({ maxValue: 3, axis: [0, 1, 2] }), "keras3"],
    ["max_norm(3, axis=(1,))", maxNorm({ maxValue: 3, axis: [1] }), "keras3"],
    ["max_norm(3, axis=(1))", maxNorm({ maxValue: 3, axis: 1 }), "keras3"],
    ["max_norm(3, axis=[])", maxNorm({ maxValue: 3, axis: [] }), "keras3"],
    ["max_norm(3, axis=-1)", maxNorm({ maxValue: 3, axis: -1 }), "keras3"],
    ["max_norm(max_value=2, axis=None,)", maxNorm({ axis: null }), "keras3"],
    [
      "keras.constraints.MinMaxNorm(0.5, 2, rate=.5, axis=0)",
      minMaxNorm({ minValue: 0.5, maxValue: 2, rate: 0.5 }),
      "keras3",
    ],
    ["tf . keras . constraints . UnitNorm ( axis = 1 )", unitNorm({ axis: 1 }), "keras3"],
    [
      "min_max_norm(1e-3, 1_000., +1, [0,-1])",
      minMaxNorm({ minValue: 0.001, maxValue: 1000, axis: [0, -1] }),
      "keras3",
    ],
    ["max_norm(float('inf'))", maxNorm({ maxValue: Infinity }), "keras3"],
    ['min_max_norm(-float("1.5"))', minMaxNorm({ minValue: -1.5 }), "keras3"],
    ["max_norm(np.float32(3))", maxNorm({ maxValue: 3 }), "keras3"],
    ["max_norm(math.inf)", maxNorm({ maxValue: Infinity }), "keras3"],
    ["unitnorm", unitNorm(), "keras2"],
    ["maxnorm(4)", maxNorm({ maxValue: 4 }), "keras2"],
    ["maxnorm(m=4)", maxNorm({ maxValue: 4 }), "keras1"],
    ["MinMaxNorm(low=0.1, high=0.9)", minMaxNorm({ minValue: 0.1, maxValue: 0.9 }), "keras1"],
    ["RadialConstraint()", radialConstraint(), "keras2"],
    ['"NonNeg"', nonNeg(), "keras3"],
    ["'nonneg'", nonNeg(), "keras2"],
    ["NonNeg()", nonNeg(), "keras3"],
    ['{"class_name": "MaxNorm", "config": {"max_value": 3, "axis": 0}}', maxNorm({ maxValue: 3 }), "keras2"],
    [
      '{"module": "keras.constraints", "class_name": "MaxNorm", "config": {"max_value": Infinity, "axis": [0, 1]}, "registered_name": null}',
      maxNorm({ maxValue: Infinity, axis: [0, 1] }),
      "keras3",
    ],
    ['{"name": "MaxNorm", "m": 2, "axis": 1}', maxNorm({ axis: 1 }), "keras1"],
    ["{'class_name': 'NonNeg', 'config': {}}", nonNeg(), "keras2"],
  ];
  it.each(table)("reads %s", (text, constraint, generation) => {
    expect(read(text)).toEqual({ constraint, generation, argument: null, notes: [] });
  });

  it("may have the layer's argument before it, whose name tells Keras 1", () => {
    expect(read("kernel_constraint=max_norm(3)")).toMatchObject({
      argument: "kernel_constraint",
      generation: "keras3",
    });
    expect(read(" W_constraint = maxnorm(3, axis=[1, 2])")).toMatchObject({
      argument: "W_constraint",
      generation: "keras1",
      constraint: maxNorm({ maxValue: 3, axis: [1, 2] }),
      notes: [],
    });
  });

  it("comes with what is worth knowing of it, and its place in an object", () => {
    expect(read("max_norm(None)")).toMatchObject({ notes: [{ code: "null-limit", path: "--constraint" }] });
    const object = '{"module": "keras.constraints", "class_name": "MaxNorm", "config": {"max_value": -1}}';
    expect(read(object)).toMatchObject({ notes: [{ code: "crossed-limits", path: "--constraint.config" }] });
  });

  it("has an axis that every Keras refuses where it is written as a float, as in a file", () => {
    const floats = [
      "max_norm(3, 1.0)",
      "max_norm(3, axis=1.)",
      "max_norm(3, axis=-1e0)",
      "max_norm(3, axis=+(1.0))",
      "max_norm(3, axis=float(1))",
      "max_norm(3, axis=np.float32(1))",
      "max_norm(3, axis=[0, 1.0])",
      "max_norm(3, axis=(1_0.0,))",
      '{"class_name": "MaxNorm", "config": {"axis": 1.0}}',
      '{"class_name": "MaxNorm", "config": {"axis": [0, 1.0]}}',
      '{"name": "MaxNorm", "m": 2, "axis": 1.0}',
      "maxnorm(m=2, axis=1.0)",
    ];
    for (const text of floats) expect([text, ...codes(text)]).toEqual([text, "broken-axis"]);
    for (const axis of ["1.0", "[0, 1.0]", '"a"', "[1.5]"]) {
      const text = `max_norm(3, axis=${axis})`;
      expect(formatKerasCall(read(text).constraint, "keras3")).toBe(text);
    }
    const integers = [
      "max_norm(3.0, 1)",
      "max_norm(3.0, axis=[0, 1])",
      "max_norm(3, int(1.0))",
      "unit_norm(np.int64(1))",
    ];
    for (const text of integers) expect([text, ...codes(text)]).toEqual([text]);
  });

  it("is told with its numbers where one is made of a list", () => {
    expect(() => read("max_norm(float([math.inf, np.nan]))")).toThrow("found float([Infinity, NaN]), wanted a number");
  });

  it("is what formatKerasCall wrote, in every generation", () => {
    // Text has no -0.
    const number = oneof(double({ noNaN: true }), integer(), constantFrom(0.1, 1e-7, 1e300)).map((one) => one + 0);
    const limit = oneof(number, constantFrom(null, Infinity, -Infinity));
    const axis: Arbitrary<Axis> = oneof(
      integer({ min: -5, max: 5 }),
      array(integer({ min: -5, max: 5 }), { maxLength: 5 }),
      constantFrom(null),
    );
    const any: Arbitrary<Constraint> = oneof(
      record({ limit, axis }).map(({ limit: maxValue, axis }) => maxNorm({ maxValue, axis })),
      axis.map((one) => unitNorm({ axis: one })),
      record({ low: number, limit, rate: number, axis }).map(({ low, limit: maxValue, rate, axis }) =>
        minMaxNorm({ minValue: low, maxValue, rate, axis }),
      ),
      boolean().map((radial) => (radial ? radialConstraint() : nonNeg())),
    );
    assert(
      property(any, constantFrom<Generation>("keras1", "keras2", "keras3"), (constraint, generation) => {
        const old = generation === "keras1" ? "W_constraint=" : "";
        const found = read(`${old}${formatKerasCall(constraint, generation)}`);
        // What is crossed or dropped is told beside it.
        expect(found.constraint).toMatchObject(constraint);
      }),
    );
  });
});

describe("what is no constraint", () => {
  const table: [string, string][] = [
    ["maxnrom(3)", 'found "maxnrom", which is no constraint of Keras, wanted maxnorm (did you mean that?)'],
    ["MaxNrom(3)", 'found "MaxNrom", which is no constraint of Keras, wanted MaxNorm (did you mean that?)'],
    [
      "l2(0.01)",
      'found "l2", which is no constraint of Keras, wanted max_norm, non_neg, unit_norm, min_max_norm or radial_constraint',
    ],
    ["max_norm(3, axs=1)", "found the argument axs, which max_norm does not have, wanted axis (did you mean that?)"],
    [
      "min_max_norm(maxvalu=2)",
      "found the argument maxvalu, which min_max_norm does not have, wanted max_value (did you mean that?)",
    ],
    ["non_neg(axis=0)", "found the argument axis, which non_neg does not have, wanted none"],
    ["max_norm(3, 0, 1)", "found 3 arguments of max_norm, wanted at most 2: max_value, axis"],
    ["max_norm(3, max_value=2)", "found the argument max_value of max_norm twice, wanted it once"],
    ["max_norm(m=3, max_value=2)", "found the argument max_value, which max_norm does not have, wanted one of m, axis"],
    ["max_norm(axis=0, 3)", "found an argument without a name after one with a name, wanted its name, at character 18"],
    ["max_norm(3", 'found the end, wanted "," or ")", at character 11'],
    ["max_norm(3))", 'found ")", wanted the end, at character 12'],
    ["max_norm(3, axis=[0 1])", 'found "1", wanted "," or "]", at character 21'],
    ["max_norm(3; axis=0)", 'found ";", wanted a call such as max_norm(3, axis=0), at character 11'],
    ["max_norm(lambda: 3)", 'found ":", wanted "," or ")", at character 16'],
    ["__import__('os').system('ls')", 'found ".", wanted a call such as max_norm(3, axis=0), at character 17'],
    ["max_norm(open('x'))", "found open(…) inside a constraint, wanted a number, a list, None, True or False"],
    ["max_norm 3", 'found "3", wanted the end, or brackets as in max_norm(…), at character 10'],
    ["max_norm=3", 'found "=", wanted the end, or brackets as in max_norm(…), at character 9'],
    ["kernel_constraint=max_norm(3", 'found the end, wanted "," or ")", at character 29'],
    ["MaxNorm(3, axis=[0,1)", 'found ")", wanted "," or "]", at character 21'],
    [
      "max_norm(3, axis=none)",
      "found the name none, wanted a number, a list, None, True or False (did you mean None?)",
    ],
    [
      "Conv2D(32, kernel_constraint=max_norm(3))",
      "found the layer Conv2D, wanted its constraint alone, such as max_norm(3, axis=0)",
    ],
    ["max_norm([3])", "found [3], wanted a number"],
    ["max_norm(x)", "found the name x, wanted a number, a list, None, True or False"],
    ["max_norm('3')", 'found "3", wanted a number'],
    [
      '{"class_name": "MaxNorm", "config": {"max_value": "3"}}',
      '--constraint.config.max_value: found "3", wanted a number',
    ],
    ["", "found nothing, wanted a constraint such as max_norm(3, axis=0)"],
    ["None", "found None, which constrains nothing, wanted a constraint"],
    ["3", "found 3, wanted null, a name or a serialised constraint"],
    [
      '{"class_name": "MaxNorm", "class_name": "NonNeg"}',
      'found the key "class_name" twice, wanted it once, at character 27',
    ],
    ['{"config": {}}', 'found neither "class_name" nor "name", wanted one of them'],
  ];
  it.each(table)("is refused with the place and the nearest right name: %s", (text, message) => {
    expect(refusal(text)).toBe(message.startsWith("--") ? message : `--constraint: ${message}`);
  });

  it("is refused where it is deep or long, without effort", () => {
    expect(refusal(`max_norm(${"[".repeat(5000)}`)).toContain("more than 16 brackets in one another");
    expect(refusal(`max_norm(${"-".repeat(5000)}1)`)).toContain("more than 16 brackets in one another");
    expect(refusal(`max_norm(${"1".repeat(20_000)})`)).toContain("found 20010 characters, wanted at most 10000");
    expect(refusal(`max_norm("${"\\".repeat(9000)}`)).toContain("wanted a call such as");
  });

  it("is no way into an object's prototype", () => {
    expect(refusal('{"class_name": "MaxNorm", "config": {"__proto__": {"max_value": 3}}}')).toContain("__proto__");
    expect(refusal("__proto__(3)")).toContain("which is no constraint of Keras");
    expect(refusal("max_norm(constructor=1)")).toContain("found the argument constructor");
  });
});
