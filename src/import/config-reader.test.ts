import { describe, expect, it } from "vitest";
import type { Note, Problem } from "../errors.js";
import type { JsonObject } from "../formats/python-json.js";
import { ConfigReader } from "./config-reader.js";
import type { MappedAxes } from "./raw-graph.js";

const readInner = () => null;

function open(config: JsonObject, mappedAxes = new Map<string, MappedAxes>()) {
  const problems: Problem[] = [];
  const notes: Note[] = [];
  const context = { generation: "keras1" as const, problems, notes, mappedAxes, readInner };
  return { reader: new ConfigReader(config, "m.json$.config", context), problems, notes };
}

describe("reading options", () => {
  it("takes the default for what is absent and reports what has none", () => {
    const { reader, problems } = open({});
    expect(reader.boolean("use_bias", true)).toBe(true);
    expect(reader.integer("units", { min: 1 })).toBe(1);
    expect(problems).toEqual([
      { code: "bad-config", path: "m.json$.config.units", message: "found nothing, wanted an integer of at least 1" },
    ]);
  });

  it("reports every wrong value in one pass", () => {
    const { reader, problems } = open({ units: 2.5, use_bias: "yes", rate: Number.NaN, strides: [1, 2, 3] });
    reader.integer("units");
    reader.boolean("use_bias");
    reader.number("rate");
    reader.integers("strides", 2);
    expect(problems.map((problem) => problem.path.slice("m.json$.config.".length))).toEqual([
      "units",
      "use_bias",
      "rate",
      "strides",
    ]);
  });

  it("lets one integer stand for all", () => {
    expect(open({ strides: 2 }).reader.integers("strides", 2)).toEqual([2, 2]);
  });

  it("calls a choice it does not know unsupported", () => {
    const { reader, problems } = open({ padding: "causal" });
    reader.oneOf("padding", ["same", "valid"]);
    expect(problems[0]).toMatchObject({
      code: "unsupported-option",
      message: 'found "causal", wanted one of "same", "valid"',
    });
  });

  it("reports what nobody read", () => {
    const { reader, problems } = open({ units: 1, groups: 2 });
    reader.integer("units");
    reader.finish("Dense");
    expect(problems).toEqual([
      {
        code: "unsupported-option",
        path: "m.json$.config.groups",
        message: "found the option groups = 2, which Dense does not know",
      },
    ]);
  });

  it("maps a constraint's axis to the layout after import and keeps the one as written", () => {
    const mapped = new Map([["kernel_constraint", { axes: [3, 2, 0, 1], layout: "filters, channels, rows, columns" }]]);
    const { reader, notes } = open({ kernel_constraint: { name: "MaxNorm", m: 3, axis: 0 } }, mapped);
    expect(reader.constraint("kernel_constraint")).toEqual({
      kind: "maxNorm",
      maxValue: 3,
      axis: 3,
      written: { axis: 0, storedAxisOf: [3, 2, 0, 1] },
    });
    expect(notes.map((note) => note.code)).toEqual(["constraint-axis-mapped"]);
  });

  it("collects a constraint it cannot read instead of throwing", () => {
    const { reader, problems } = open({ kernel_constraint: "max_nrom" });
    expect(reader.constraint("kernel_constraint")).toBeNull();
    expect(problems[0]?.code).toBe("unsupported-constraint");
  });
});

/** What is noted of the constraint of an Embedding of Keras 2. */
function notesOnEmbedding(kerasVersion: string): string[] {
  const notes: Note[] = [];
  const writer = { kerasVersion, backend: "tensorflow" };
  const context = { generation: "keras2" as const, writer, problems: [], notes, mappedAxes: new Map(), readInner };
  new ConfigReader({ embeddings_constraint: "NonNeg" }, "m$.config", context).weightConstraint(
    "Embedding",
    "embeddings",
  );
  return notes.map(({ code }) => code);
}

describe("the constraint of a weight", () => {
  const raw = { class_name: "NonNeg", config: {} };
  const readBy = (kerasVersion: string, layerClass: string) => {
    const notes: Note[] = [];
    const writer = { kerasVersion, backend: "tensorflow" };
    const context = { generation: "keras3" as const, writer, problems: [], notes, mappedAxes: new Map(), readInner };
    const reader = new ConfigReader({ kernel_constraint: raw }, "m$.config", context);
    return { constraint: reader.weightConstraint(layerClass, "kernel"), codes: notes.map(({ code }) => code) };
  };

  it("is dead in the Dense of Keras 3.0.0, and only there", () => {
    const dead = readBy("3.0.0", "Dense");
    expect(dead.constraint?.dead).toMatch(/never runs/);
    expect(dead.codes).toEqual(["dead-constraint"]);
    for (const [version, layerClass] of [
      ["3.0.1", "Dense"],
      ["3.0.0", "Conv2D"],
    ] as const) {
      expect(readBy(version, layerClass)).toEqual({ constraint: { kind: "nonNeg", formula: "product" }, codes: [] });
    }
  });

  it("is told of where it keeps tf.keras from training, in an Embedding before 2.11", () => {
    expect(["2.2.4-tf", "2.4.0", "2.10.1"].flatMap(notesOnEmbedding)).toEqual([
      "sparse-constraint",
      "sparse-constraint",
      "sparse-constraint",
    ]);
    expect(["2.2.4", "2.3.1", "2.11.0", "2.15.0"].flatMap(notesOnEmbedding)).toEqual([]);
  });
});
