import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { denseModel } from "../fixtures/dense-model.js";
import * as constraints from "./constraints/index.js";
import { KerasProofError } from "./errors.js";
import * as kerasproof from "./index.js";
import * as node from "./node.js";
import * as testing from "./testing/index.js";
import * as train from "./train/index.js";

const { maxNorm, applyConstraint } = constraints;
const entries = {
  kerasproof,
  "kerasproof/node": node,
  "kerasproof/constraints": constraints,
  "kerasproof/train": train,
  "kerasproof/testing": testing,
};

/** A call that is right. Its arguments are replaced, one after the other, by wrong ones. */
interface Call {
  readonly run: (...values: never[]) => unknown;
  readonly right: () => readonly unknown[];
  /** What is not `usage`, by the place of the argument and the name of its value. */
  readonly others: Readonly<Record<string, string>>;
}

function call(run: unknown, right: () => readonly unknown[], ...others: Readonly<Record<string, string>>[]): Call {
  return { run: run as Call["run"], right, others: Object.assign({}, ...others) as Call["others"] };
}

/** An argument that takes these of the wrong values. */
function takes(place: number, ...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [`${place} ${name}`, "done"]));
}

/** An argument that may be left out, and is an object of options. */
function optional(place: number): Readonly<Record<string, string>> {
  return takes(place, "nothing", "an object");
}

/** An axis, which a weight of rank 2 has not. */
function missingAxis(place: number): Readonly<Record<string, string>> {
  const code = "bad-constraint";
  return { [`${place} a number`]: code, [`${place} a fraction`]: code, [`${place} NaN`]: code };
}

/** What stands in a file: any of its faults is one of the file. */
const fromFile = Object.fromEntries(
  ["a number", "a fraction", "NaN", "true", "an object", "another object", "a list", "a list of null", "a function"]
    .concat(["a symbol", "a bigint"])
    .map((name) => [`0 ${name}`, "bad-constraint"]),
);

const weight = (): Float32Array => Float32Array.of(3, 0, 4, 1);
const explained = {
  layerName: "one",
  layerClass: "Dense",
  weightName: "kernel",
  shape: [2, 2],
  generation: "keras3",
} as const;
const own: testing.OwnConstraint = (data) => void data.fill(0);
const few = { numRuns: 1 };
const weightCase: testing.WeightCase = {
  constraint: maxNorm(),
  data: weight(),
  shape: [2, 2],
  generation: "keras3",
  epsilon: 1e-7,
};
const sgd: train.SgdSpec = {
  kind: "sgd",
  learningRate: 0.1,
  momentum: 0,
  nesterov: false,
  decay: 0,
  arithmetic: "optimizer",
};
const layers = [{ class_name: "ReLU", config: { name: "one", batch_input_shape: [null, 2] } }];
const json = new TextEncoder().encode(
  JSON.stringify({ class_name: "Sequential", config: { name: "m", layers }, keras_version: "2.4.0" }),
);
const example = fileURLToPath(new URL("../fixtures/cases/global-keepdims-tfkeras", import.meta.url));
const file = readFileSync(`${example}/model.h5`);
const missing = { "0 a text": "file-not-found" };
const parts = { tensor: tf.tensor, constraints: tfl.constraints };
let model: tfl.LayersModel;

/** Every function of the entries, by name. */
const calls: Readonly<Record<string, Call>> = {
  applyConstraint: call(applyConstraint, () => [maxNorm(), weight(), [2, 2], {}], optional(3)),
  groupNorms: call(constraints.groupNorms, () => [weight(), [2, 2], 0], takes(2, "null", "a list"), missingAxis(2)),
  mapConstraintAxes: call(
    constraints.mapConstraintAxes,
    () => [maxNorm(), [1, 0]],
    takes(1, "a list", "a list of null"),
  ),
  resolveAxes: call(
    constraints.resolveAxes,
    () => [0, 2, "keras3", "path"],
    takes(0, "null", "a list"),
    missingAxis(0),
    takes(1, "a number"),
    takes(3, "a text"),
  ),
  settleAxis: call(
    constraints.settleAxis,
    () => [0, 2, { generation: "keras1" }],
    takes(0, "null", "a number", "a fraction", "NaN", "a list"),
    takes(1, "a number"),
  ),
  constraintFault: call(
    constraints.constraintFault,
    () => [maxNorm(), [2, 2], "keras3"],
    takes(1, "null", "a list", "a list of null"),
  ),
  explainConstraint: call(constraints.explainConstraint, () => [{ ...explained, constraint: maxNorm() }]),
  createConstraintKernels: call(constraints.createConstraintKernels, () => [new WebAssembly.Memory({ initial: 4 }), 0]),
  maxNorm: call(maxNorm, () => [{}], optional(0)),
  minMaxNorm: call(constraints.minMaxNorm, () => [{}], optional(0)),
  nonNeg: call(constraints.nonNeg, () => [{}], optional(0)),
  unitNorm: call(constraints.unitNorm, () => [{}], optional(0)),
  radialConstraint: call(constraints.radialConstraint, () => []),
  radialFault: call(constraints.radialFault, () => [[3, 3, 1, 1]], takes(0, "a list", "a list of null")),
  parseConstraint: call(
    constraints.parseConstraint,
    () => ["MaxNorm", { generation: "keras3", path: "m" }],
    takes(0, "nothing", "null"),
    fromFile,
    { "0 a text": "unsupported-constraint" },
  ),
  hasAxis: call(constraints.hasAxis, () => [maxNorm()], takes(0, "an object", "another object")),
  readModelSpec: call(kerasproof.readModelSpec, () => [json, {}], optional(1)),
  loadKerasFile: call(node.loadKerasFile, () => [`${example}/model.h5`, {}], missing, optional(1)),
  verifyFile: call(node.verifyFile, () => [`${example}/model.h5`, {}], missing, optional(1)),
  verifyDirectory: call(node.verifyDirectory, () => [example, {}], missing, optional(1)),
  loadKerasModel: call(kerasproof.loadKerasModel, () => [file, {}], optional(1)),
  tfjsConstraints: call(kerasproof.tfjsConstraints, () => [parts, {}], optional(1)),
  enforceConstraints: call(
    train.enforceConstraints,
    () => [model, [{ layer: "one", weight: "kernel", constraint: maxNorm() }], {}],
    takes(1, "nothing", "a list"),
    optional(2),
  ),
  modelConstraints: call(train.modelConstraints, () => [model]),
  registerKerasLayers: call(train.registerKerasLayers, () => [{}], optional(0)),
  KerasSgd: call(
    (spec: train.SgdSpec) => new train.KerasSgd(spec),
    () => [sgd],
  ),
  axes: call(testing.axes, () => [2], takes(0, "a number")),
  constraints: call(testing.constraints, () => [2], takes(0, "a number")),
  hardNumbers: call(testing.hardNumbers, () => [32]),
  radialShapes: call(testing.radialShapes, () => [{}], optional(0)),
  shapes: call(testing.shapes, () => [{}], optional(0)),
  weights: call(testing.weights, () => [3, 32], takes(0, "a number")),
  checkConstraintLaws: call(
    testing.checkConstraintLaws,
    () => [own, { ...few, laws: [] }],
    takes(0, "a function"),
    optional(1),
  ),
  checkKerasLaws: call(
    testing.checkKerasLaws,
    () => [applyConstraint, { ...few, seed: 1 }],
    { "0 a function": "BrokenLawError" },
    optional(1),
  ),
  plainDefinition: call(testing.plainDefinition, () => [weightCase]),
  assertSatisfiesConstraint: call(
    testing.assertSatisfiesConstraint,
    () => [[1, 0], maxNorm(), {}],
    takes(0, "a list"),
    optional(2),
  ),
  serializedConstraints: call(testing.serializedConstraints, () => []),
  weightCases: call(testing.weightCases, () => [{}], optional(0)),
  toSatisfyConstraint: call(
    testing.constraintMatchers.toSatisfyConstraint,
    () => [[1, 0], maxNorm(), {}],
    takes(0, "a list"),
    optional(2),
  ),
  toObeyConstraintLaws: call(
    testing.constraintMatchers.toObeyConstraintLaws,
    () => [own, { ...few, laws: [] }],
    takes(0, "a function"),
    optional(1),
  ),
};

/** What is exported for reading or catching alone. */
const uncalled = [
  "KerasProofError",
  "BrokenLawError",
  "constraintLaws",
  "constraintMatchers",
  "defaultLimits",
  "kernelScratchBytes",
];

/** By what they are called here. */
const wrongValues: Readonly<Record<string, unknown>> = {
  nothing: undefined,
  null: null,
  "a number": 5,
  "a fraction": -1.5,
  NaN: Number.NaN,
  "a text": "text",
  true: true,
  "an object": {},
  "another object": { no: 1 },
  "a list": [],
  "a list of null": [null],
  "a function": () => 1,
  "a symbol": Symbol("s"),
  "a bigint": 5n,
};

/** What became of a call: nothing wrong, `usage`, or another error. */
async function outcomeOf({ run }: Call, values: readonly unknown[]): Promise<string> {
  try {
    await run(...(values as never[]));
    return "done";
  } catch (error) {
    return error instanceof KerasProofError ? error.code : (error as Error).name;
  }
}

describe("functions that are called as JavaScript lets one", () => {
  beforeAll(async () => {
    await tf.setBackend("cpu");
    ({ model } = await denseModel());
    model.compile({ optimizer: tf.train.sgd(0), loss: "meanSquaredError" });
  });

  it("are all of the entries' functions", () => {
    const exported = new Set(Object.values(entries).flatMap((entry) => Object.keys(entry)));
    const matchers = Object.keys(testing.constraintMatchers);
    expect([...exported, ...matchers].toSorted()).toEqual([...Object.keys(calls), ...uncalled].toSorted());
  });

  it.each(Object.entries(calls))("throw usage, but for what is right: %s", async (_, one) => {
    const others: Record<string, string> = {};
    const values = one.right();
    expect(await outcomeOf(one, values)).toBe("done");
    for (const place of values.keys()) {
      for (const [label, wrong] of Object.entries(wrongValues)) {
        const outcome = await outcomeOf(one, one.right().with(place, wrong));
        if (outcome !== "usage") others[`${place} ${label}`] = outcome;
      }
    }
    expect(others).toEqual(one.others);
  });
});
