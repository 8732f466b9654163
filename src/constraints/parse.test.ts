import { describe, expect, it } from "vitest";
import type { Note } from "../errors.js";
import { maxNorm } from "./max-norm.js";
import { minMaxNorm } from "./min-max-norm.js";
import { nonNeg } from "./non-neg.js";
import { parseConstraint } from "./parse.js";
import type { Constraint, Generation } from "./spec.js";
import { unitNorm } from "./unit-norm.js";

const path = "m$.config.kernel_constraint";

function read(raw: unknown, generation: Generation): { constraint: Constraint | null; notes: Note[] } {
  const notes: Note[] = [];
  const constraint = parseConstraint(raw, { generation, path, onNote: (note) => notes.push(note) });
  return { constraint, notes };
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

  it("reads objects without a prototype", () => {
    const raw: unknown = Object.assign(Object.create(null), { class_name: "NonNeg", config: Object.create(null) });
    expect(read(raw, "keras3").constraint).toEqual(nonNeg());
  });
});

describe("refusals", () => {
  const refused: [unknown, Generation, string, string][] = [
    [
      "MaxNrom",
      "keras3",
      "unsupported-constraint",
      `${path}: found "MaxNrom", wanted MaxNorm, NonNeg, UnitNorm, MinMaxNorm or Constraint (perhaps MaxNorm is meant)`,
    ],
    [
      "maxNorm",
      "keras3",
      "unsupported-constraint",
      `${path}: found "maxNorm", wanted MaxNorm, NonNeg, UnitNorm, MinMaxNorm or Constraint (perhaps MaxNorm is meant)`,
    ],
    [
      "",
      "keras3",
      "unsupported-constraint",
      `${path}: found "", wanted MaxNorm, NonNeg, UnitNorm, MinMaxNorm or Constraint`,
    ],
    [
      "toString",
      "keras3",
      "unsupported-constraint",
      `${path}: found "toString", wanted MaxNorm, NonNeg, UnitNorm, MinMaxNorm or Constraint`,
    ],
    [
      { class_name: "RadialConstraint", config: {} },
      "keras2",
      "unsupported-constraint",
      `${path}: found "RadialConstraint", wanted MaxNorm, NonNeg, UnitNorm, MinMaxNorm or Constraint`,
    ],
    [
      { module: "my.mod", class_name: "MaxNorm", config: {}, registered_name: "my>MaxNorm" },
      "keras3",
      "unsupported-constraint",
      `${path}: found the custom class "my>MaxNorm", wanted MaxNorm, NonNeg, UnitNorm, MinMaxNorm or Constraint`,
    ],
    [
      { module: "builtins", class_name: "function", config: "clip_it", registered_name: "function" },
      "keras3",
      "unsupported-constraint",
      `${path}: found the custom function "clip_it", wanted MaxNorm, NonNeg, UnitNorm, MinMaxNorm or Constraint`,
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
    [
      { class_name: "MaxNorm", config: { max_value: "2" } },
      "keras3",
      "bad-constraint",
      `${path}.config.max_value: found "2", wanted a number`,
    ],
    [
      { class_name: "MaxNorm", config: { max_value: true } },
      "keras3",
      "bad-constraint",
      `${path}.config.max_value: found true, wanted a number`,
    ],
    [
      { class_name: "MaxNorm", config: { axis: 0.5 } },
      "keras3",
      "bad-constraint",
      `${path}.config.axis: found 0.5, wanted a whole number, a list of whole numbers or null`,
    ],
    [
      { class_name: "MaxNorm", config: { axis: [0, [1]] } },
      "keras3",
      "bad-constraint",
      `${path}.config.axis: found [0, a list], wanted a whole number, a list of whole numbers or null`,
    ],
    [{ class_name: "MaxNorm", config: [2] }, "keras3", "bad-constraint", `${path}.config: found [2], wanted an object`],
    [
      { class_name: 3, config: {} },
      "keras3",
      "unsupported-constraint",
      `${path}: found 3, wanted MaxNorm, NonNeg, UnitNorm, MinMaxNorm or Constraint`,
    ],
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
