import { describe, expect, it } from "vitest";
import type { Note } from "../errors.js";
import { applyConstraint } from "./apply.js";
import type { CustomConstraintFunction, CustomConstraints } from "./custom-constraint.js";
import { formatKerasCall } from "./keras-call.js";
import { maxNorm } from "./max-norm.js";
import { minMaxNorm } from "./min-max-norm.js";
import { nonNeg } from "./non-neg.js";
import { parseConstraint } from "./parse.js";
import { radialConstraint } from "./radial-constraint.js";
import type { Axis, Constraint, Generation } from "./spec.js";
import { unitNorm } from "./unit-norm.js";
import type { WrittenBy } from "./written-by.js";

const path = "m$.config.kernel_constraint";
const names = "MaxNorm, NonNeg, UnitNorm, MinMaxNorm, RadialConstraint, Constraint or a name in customConstraints";

function read(raw: unknown, generation: Generation): { constraint: Constraint | null; notes: Note[] } {
  const notes: Note[] = [];
  const constraint = parseConstraint(raw, { generation, path, onNote: (note) => notes.push(note) });
  return { constraint, notes };
}

function readBy(raw: unknown, writer: WrittenBy): { constraint: Constraint | null; codes: string[] } {
  const notes: Note[] = [];
  const constraint = parseConstraint(raw, { ...writer, path, onNote: (note) => notes.push(note) });
  return { constraint, codes: notes.map(({ code }) => code) };
}

const double: CustomConstraintFunction = (data) => {
  for (let i = 0; i < data.length; i++) data[i]! *= 2;
};

function custom(raw: unknown, customConstraints: CustomConstraints): Constraint | null {
  return parseConstraint(raw, { generation: "keras3", path, customConstraints });
}

describe("names", () => {
  const table: [string, Constraint | null, Generation[]][] = [
    ["MaxNorm", maxNorm(), ["keras1", "keras2", "keras3"]],
    ["NonNeg", nonNeg(), ["keras1", "keras2", "keras3"]],
    ["UnitNorm", unitNorm(), ["keras1", "keras2", "keras3"]],
    ["MinMaxNorm", minMaxNorm(), ["keras1", "keras2", "keras3"]],
    ["Constraint", null, ["keras1", "keras2", "keras3"]],
    ["max_norm", maxNorm(), ["keras2", "keras3"]],
    ["non_neg", nonNeg(), ["keras2", "keras3"]],
    ["unit_norm", unitNorm(), ["keras2", "keras3"]],
    ["min_max_norm", minMaxNorm(), ["keras2", "keras3"]],
    ["constraint", null, ["keras3"]],
    ["maxnorm", maxNorm(), ["keras1", "keras2"]],
    ["nonneg", nonNeg(), ["keras1", "keras2"]],
    ["unitnorm", unitNorm(), ["keras1", "keras2"]],
    ["RadialConstraint", radialConstraint(), ["keras2"]],
    ["radial_constraint", radialConstraint(), ["keras2"]],
  ];
  it.each(table)("reads %s, with a note where the generation refuses it", (name, constraint, accepting) => {
    for (const generation of ["keras1", "keras2", "keras3"] as const) {
      const found = read(name, generation);
      expect(found.constraint).toEqual(constraint);
      const codes = found.notes.map((note) => note.code);
      expect(codes).toEqual(accepting.includes(generation) ? [] : ["foreign-constraint-form"]);
    }
  });
});

/** What Keras 1 says of an axis that is written as a float in `holder`. */
function readFloat(raw: Record<string, unknown>, holder: object, backend: string): unknown[] {
  const notes: string[] = [];
  const constraint = parseConstraint(raw, {
    generation: "keras1",
    kerasVersion: "1.2.2",
    backend,
    path,
    isWrittenAsFloat: (one, key) => one === holder && (key === "axis" || key === 1),
    onNote: ({ message }) => void notes.push(message),
  });
  return [constraint, ...notes];
}

describe("serialised forms", () => {
  const forms: [string, unknown, Generation, Constraint | null, string[]][] = [
    ["null", null, "keras2", null, []],
    ["a missing option", undefined, "keras2", null, []],
    [
      "Keras 1 MaxNorm",
      { name: "MaxNorm", m: 3, axis: [1, 2, 3] },
      "keras1",
      maxNorm({ maxValue: 3, axis: [1, 2, 3] }),
      [],
    ],
    ["Keras 1 NonNeg", { name: "NonNeg" }, "keras1", nonNeg(), []],
    ["Keras 1 UnitNorm", { name: "UnitNorm", axis: 1 }, "keras1", unitNorm({ axis: 1 }), []],
    [
      "Keras 1 MinMaxNorm",
      { name: "MinMaxNorm", low: 0.5, high: 2, rate: 0.25, axis: 0 },
      "keras1",
      minMaxNorm({ minValue: 0.5, maxValue: 2, rate: 0.25 }),
      [],
    ],
    [
      "the form of Keras 1 in a file of Keras 2",
      { name: "maxnorm", m: 3 },
      "keras2",
      maxNorm({ maxValue: 3 }),
      ["foreign-constraint-form"],
    ],
    [
      "Keras 2 MaxNorm",
      { class_name: "MaxNorm", config: { max_value: 4, axis: -1 } },
      "keras2",
      maxNorm({ maxValue: 4, axis: -1 }),
      [],
    ],
    [
      "tf.keras, passive",
      { class_name: "NonNeg", config: {}, __passive_serialization__: true, shared_object_id: 3 },
      "keras2",
      nonNeg(),
      [],
    ],
    [
      "the form of Keras 2 in a file of Keras 1",
      { class_name: "UnitNorm", config: { axis: 0 } },
      "keras1",
      unitNorm(),
      ["foreign-constraint-form"],
    ],
    [
      "Keras 3 MinMaxNorm",
      {
        module: "keras.constraints",
        class_name: "MinMaxNorm",
        config: { min_value: 0.1, max_value: 0.9, rate: 0.5, axis: [0, 1] },
        registered_name: null,
        shared_object_id: 140,
      },
      "keras3",
      minMaxNorm({ minValue: 0.1, maxValue: 0.9, rate: 0.5, axis: [0, 1] }),
      [],
    ],
    [
      "snake case as class name",
      { class_name: "max_norm", config: { max_value: 1 } },
      "keras3",
      maxNorm({ maxValue: 1 }),
      [],
    ],
    ["no config", { class_name: "MaxNorm" }, "keras3", maxNorm(), []],
    ["a null config", { class_name: "MaxNorm", config: null }, "keras3", maxNorm(), []],
    [
      "a null config in Keras 2",
      { class_name: "MaxNorm", config: null },
      "keras2",
      maxNorm(),
      ["foreign-constraint-form"],
    ],
    ["the identity", { class_name: "Constraint", config: {} }, "keras2", null, []],
    [
      "another module",
      { module: "evil", class_name: "NonNeg", config: {}, registered_name: null },
      "keras3",
      nonNeg(),
      ["foreign-module"],
    ],
    ["a null module", { module: null, class_name: "NonNeg", config: {} }, "keras3", nonNeg(), ["null-module"]],
    ["a key without meaning", { class_name: "NonNeg", config: {}, colour: 1 }, "keras3", nonNeg(), ["ignored-key"]],
    [
      "a tensor as limit",
      {
        class_name: "MaxNorm",
        config: { max_value: { class_name: "__tensor__", config: { value: 3, dtype: "float32" } } },
      },
      "keras3",
      maxNorm({ maxValue: 3 }),
      [],
    ],
    [
      "NumPy values",
      {
        class_name: "MaxNorm",
        config: {
          max_value: { class_name: "__numpy__", config: { value: 3, dtype: "float64" } },
          axis: { type: "ndarray", value: [0, 1] },
        },
      },
      "keras3",
      maxNorm({ maxValue: 3, axis: [0, 1] }),
      [],
    ],
    [
      "an infinite limit",
      { class_name: "MaxNorm", config: { max_value: Infinity, axis: 0 } },
      "keras3",
      maxNorm({ maxValue: Infinity }),
      [],
    ],
    [
      "a NaN limit",
      { class_name: "MaxNorm", config: { max_value: Number.NaN } },
      "keras3",
      maxNorm({ maxValue: Number.NaN }),
      ["nan-limit"],
    ],
    [
      "no limit in Keras 2",
      { class_name: "MaxNorm", config: { max_value: null, axis: null } },
      "keras2",
      maxNorm({ maxValue: null, axis: null }),
      [],
    ],
    [
      "no limit in Keras 3",
      { class_name: "MaxNorm", config: { max_value: null } },
      "keras3",
      maxNorm({ maxValue: null }),
      ["null-limit"],
    ],
    [
      "no lower limit",
      { class_name: "MinMaxNorm", config: { min_value: null } },
      "keras2",
      minMaxNorm(),
      ["null-limit"],
    ],
  ];
  it.each(forms)("reads %s", (_, raw, generation, constraint, noteCodes) => {
    const found = read(raw, generation);
    expect(found.constraint).toEqual(constraint);
    expect(found.notes.map((note) => note.code)).toEqual(noteCodes);
  });

  it("reads what is no axis with a note, since only training fails by it", () => {
    const table: [axis: unknown, kept: Axis, written: string][] = [
      [0.5, 0.5, "0.5"],
      ["0", Number.NaN, '"0"'],
      [{ a: 1 }, Number.NaN, "{…}"],
      [[0, [1]], [0, Number.NaN], "[0, […]]"],
      [[0, null, "x"], [0, Number.NaN, Number.NaN], '[0, None, "x"]'],
      [[0, 1.5], [0, 1.5], "[0, 1.5]"],
      [Number.NaN, Number.NaN, 'float("NaN")'],
      [-Infinity, -Infinity, 'float("-Infinity")'],
      [
        Array.from("abcdefghi"),
        Array.from("abcdefghi", () => Number.NaN),
        '["a", "b", "c", "d", "e", "f", "g", "h", …]',
      ],
      ["a".repeat(99), Number.NaN, `"${"a".repeat(40)}…"`],
      ["\u202e\n", Number.NaN, '"\\u202e\\n"'],
    ];
    for (const [axis, kept, written] of table) {
      const { constraint, notes } = read({ class_name: "UnitNorm", config: { axis } }, "keras3");
      expect(constraint).toMatchObject(unitNorm({ axis: kept }));
      expect(notes[0]?.message).toContain(`found ${written}, wanted a whole number`);
      expect(formatKerasCall(constraint!, "keras3")).toBe(`unit_norm(axis=${written})`);
      expect(notes.map(({ code }) => code)).toEqual(["broken-axis"]);
      expect(notes[0]?.path).toBe(`${path}.config.axis`);
      expect(() => applyConstraint(unitNorm({ axis: kept }), new Float32Array(4), [2, 2])).toThrow(
        expect.objectContaining({ code: "bad-constraint" }),
      );
    }
  });

  it("reads an axis that is written as a float as none, but for a list on Theano", () => {
    const one = { name: "UnitNorm", axis: 1 };
    const said = "found 1.0, wanted a whole number, a list of whole numbers or null: the first step of training fails";
    expect(readFloat(one, one, "theano")).toEqual([{ ...unitNorm({ axis: Number.NaN }), writtenAxis: "1.0" }, said]);
    expect(readFloat(one, {}, "theano")).toEqual([unitNorm({ axis: 1 })]);
    const list = { name: "UnitNorm", axis: [0, 1] };
    expect(readFloat(list, list.axis, "theano")).toEqual([unitNorm({ axis: [0, 1] })]);
    const broken = { ...unitNorm({ axis: [0, Number.NaN] }), writtenAxis: "[0, 1.0]" };
    expect(readFloat(list, list.axis, "tensorflow")).toEqual([broken, said.replace("1.0", "[0, 1.0]")]);
  });

  it("reads truth values as 1 and 0, as TensorFlow does, with a note", () => {
    const found = read({ class_name: "MaxNorm", config: { max_value: true, axis: false } }, "keras3");
    expect(found.constraint).toEqual(maxNorm({ maxValue: 1, axis: 0 }));
    expect(found.notes.map(({ code }) => code)).toEqual(["truth-value", "truth-value"]);
  });

  it("reads objects without a prototype", () => {
    const raw: unknown = Object.assign(Object.create(null), { class_name: "NonNeg", config: Object.create(null) });
    expect(read(raw, "keras3").constraint).toEqual(nonNeg());
  });
});

describe("what depends on the very Keras that wrote a constraint", () => {
  it.each([
    ["keras3", "3.0.5", nonNeg({ formula: "product" })],
    ["keras3", "3.11.3", nonNeg({ formula: "product" })],
    ["keras3", "3.14.1", nonNeg({ formula: "product" })],
    ["keras3", "3.15.1", nonNeg()],
    ["keras3", "3.15.0.dev2026", nonNeg()],
    ["keras3", null, nonNeg()],
    ["keras2", "2.15.0", nonNeg()],
  ] as const)("is NonNeg's formula: %s %s", (generation, kerasVersion, constraint) => {
    expect(readBy("NonNeg", { generation, kerasVersion }).constraint).toEqual(constraint);
  });

  it("is which of two crossed limits counts", () => {
    const raw = { class_name: "MinMaxNorm", config: { min_value: 3, max_value: 1 } };
    const crossed = minMaxNorm({ minValue: 3, maxValue: 1 });
    for (const backend of [null, "tensorflow"]) {
      const found = readBy(raw, { generation: "keras3", backend });
      expect(found).toEqual({ constraint: crossed, codes: ["crossed-limits"] });
    }
    expect(readBy(raw, { generation: "keras2", backend: "theano" }).constraint).toEqual(crossed);
    const onJax = readBy(raw, { generation: "keras3", backend: "jax" });
    expect(onJax).toEqual({ constraint: { ...crossed, crossed: "upper" }, codes: ["crossed-limits"] });
    const negative = readBy(
      { class_name: "MaxNorm", config: { max_value: -1 } },
      { generation: "keras3", backend: "torch" },
    );
    expect(negative.constraint).toEqual({ ...maxNorm({ maxValue: -1 }), crossed: "upper" });
  });

  it("is what a limit of NaN means", () => {
    const raw = { class_name: "MaxNorm", config: { max_value: Number.NaN } };
    const none = { constraint: maxNorm({ maxValue: null }), codes: ["nan-limit"] };
    expect(readBy(raw, { generation: "keras2", kerasVersion: "2.3.1" })).toEqual(none);
    expect(readBy({ name: "MaxNorm", m: Number.NaN }, { generation: "keras1" })).toEqual(none);
    expect(readBy(raw, { generation: "keras2", kerasVersion: "2.2.4-tf" }).constraint).toEqual(
      maxNorm({ maxValue: Number.NaN }),
    );
  });
});

describe("constraints of one's own", () => {
  it.each([
    ["a bare name", "double", { double }, null],
    [
      "the registered name",
      { class_name: "Double", registered_name: "my>Double", config: { by: 2 } },
      { "my>Double": double },
      { by: 2 },
    ],
    [
      "the bare name of a class",
      { class_name: "Double", registered_name: "my>Double", config: { by: 2 } },
      { Double: double },
      { by: 2 },
    ],
    ["a function", { class_name: "function", config: "double", registered_name: "function" }, { double }, null],
    ["the flat form of Keras 1", { name: "Double", by: 2 }, { Double: double }, { by: 2 }],
    ["a name of Keras's own, before it", { class_name: "MaxNorm", config: {} }, { MaxNorm: double }, {}],
  ] as const)("are found by %s", (_, raw, functions, config) => {
    const found = custom(raw, functions);
    expect(found).toMatchObject({ kind: "custom", config });
    const data = Float32Array.of(1, 2);
    applyConstraint(found as Constraint, data, [2], { customConstraints: functions });
    expect([...data]).toEqual([2, 4]);
  });

  it("need a function when they are read and when they run", () => {
    const raw = { class_name: "Double", registered_name: "my>Double", config: {} };
    expect(() => custom(raw, { toString: double })).toThrow(
      expect.objectContaining({ code: "unsupported-constraint" }),
    );
    expect(() => custom("constructor", {})).toThrow(expect.objectContaining({ code: "unsupported-constraint" }));
    const one = custom("double", { double }) as Constraint;
    expect(() => applyConstraint(one, new Float32Array(2), [2])).toThrow(
      `custom: found no function of the name "double", wanted one in customConstraints`,
    );
  });
});

describe("refusals", () => {
  const refused: [unknown, Generation, string, string][] = [
    [
      "MaxNrom",
      "keras3",
      "unsupported-constraint",
      `${path}: found "MaxNrom", wanted ${names} (perhaps MaxNorm is meant)`,
    ],
    [
      "maxNorm",
      "keras3",
      "unsupported-constraint",
      `${path}: found "maxNorm", wanted ${names} (perhaps MaxNorm is meant)`,
    ],
    ["", "keras3", "unsupported-constraint", `${path}: found "", wanted ${names}`],
    ["toString", "keras3", "unsupported-constraint", `${path}: found "toString", wanted ${names}`],
    [
      { module: "my.mod", class_name: "MaxNorm", config: {}, registered_name: "my>MaxNorm" },
      "keras3",
      "unsupported-constraint",
      `${path}: found the custom class "my>MaxNorm", wanted ${names}`,
    ],
    [
      { module: "builtins", class_name: "function", config: "clip_it", registered_name: "function" },
      "keras3",
      "unsupported-constraint",
      `${path}: found the custom function "clip_it", wanted ${names}`,
    ],
    [
      { class_name: "MaxNorm", config: { m: 3 } },
      "keras2",
      "bad-constraint",
      `${path}.config.m: found an option that MaxNorm does not have (its name here is max_value), wanted max_value, axis`,
    ],
    [
      { name: "MaxNorm", max_value: 3 },
      "keras1",
      "bad-constraint",
      `${path}.max_value: found an option that MaxNorm does not have (its name here is m), wanted m, axis`,
    ],
    [
      { class_name: "NonNeg", config: { name: "x" } },
      "keras3",
      "bad-constraint",
      `${path}.config.name: found an option that NonNeg does not have, wanted none`,
    ],
    [{ class_name: "MaxNorm", config: [2] }, "keras3", "bad-constraint", `${path}.config: found [2], wanted an object`],
    [{ class_name: 3, config: {} }, "keras3", "unsupported-constraint", `${path}: found 3, wanted ${names}`],
    [{ m: 2 }, "keras1", "bad-constraint", `${path}: found neither "class_name" nor "name", wanted one of them`],
    [3, "keras3", "bad-constraint", `${path}: found 3, wanted null, a name or a serialised constraint`],
    [
      ["MaxNorm"],
      "keras3",
      "bad-constraint",
      `${path}: found ["MaxNorm"], wanted null, a name or a serialised constraint`,
    ],
    [
      JSON.parse(`{"class_name":"NonNeg","config":{"__proto__":1}}`),
      "keras3",
      "bad-constraint",
      `${path}.config.__proto__: found an option that NonNeg does not have, wanted none`,
    ],
  ];
  it.each(refused)("refuses %j in %s", (raw, generation, code, message) => {
    expect(() => read(raw, generation)).toThrow(expect.objectContaining({ code, message }));
  });
});
