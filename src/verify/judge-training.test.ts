import { describe, expect, it } from "vitest";
import { type Breaking, inLayer } from "../../fixtures/break-spec.js";
import { loadFloat64Tfjs } from "../../fixtures/float64-tfjs.js";
import { readTrajectories, type Trajectory, trajectoryFixtures } from "../../fixtures/trajectory-references.js";
import type { ImportedConstraint } from "../import/rule.js";
import { layerRegistry } from "../import/registry.js";
import { constraintBindings, type ModelSpec } from "../import/spec.js";
import type { NdArray } from "../ndarray.js";
import { alignWeights } from "./align-weights.js";
import type { DoubleRun } from "./double-run.js";
import type { TrainedStep, TrainingRequest } from "./double-run-messages.js";
import type { TrainingVerdict } from "./verdict.js";

const trajectories = (await Promise.all(trajectoryFixtures.map((name) => readTrajectories(name)))).flat();
// All runs of this file are double runs, so that no worker is needed; the second question is asked of them too.
const tf = await loadFloat64Tfjs();
const { buildModel, tensorOf } = await import("../import/build.js");
const { compileModel } = await import("../train/compile.js");
const { enforceConstraints } = await import("../train/enforce.js");
const { runTrajectory } = await import("../train/trajectory.js");
const { judgeTraining } = await import("./judge-training.js");
const { runTraining } = await import("./training-run.js");

describe("training against real Keras", () => {
  it.each(trajectories.filter(({ name }) => name.includes("nesterov")))("agrees: $name", async (trajectory) => {
    const { steps, notes } = await judge(trajectory);
    expect(notes).toEqual([]);
    expect(steps.map(({ question, step, agrees }) => [question, step, agrees])).toEqual(
      ["import", "backend"].flatMap((question) =>
        Array.from({ length: 10 }, (_, index) => [question, index + 1, true]),
      ),
    );
  });

  // Without Nesterov's, momentum acts from the second step on, and so does decay.
  it.each([
    ["another momentum", "keras3/max_norm/momentum/images", sgd({ momentum: 0.9001 }), 2],
    ["another momentum", "keras2/non_neg/nesterov/words", sgd({ momentum: 0.9001 }), 1],
    [
      "a momentum of no more than float32",
      "keras3-jax/max_norm/nesterov/words",
      sgd({ momentum: Math.fround(0.9) }),
      1,
    ],
    ["no Nesterov", "keras3/unit_norm/nesterov/images", sgd({ nesterov: false }), 1],
    ["no decay", "keras2/max_norm/decay/words", sgd({ decay: 0 }), 2],
    ["another learning rate", "keras1/max_norm/plain/images", sgd({ lr: 0.0500001 }), 1],
  ])("finds %s from its first step on: %s", async (_, name, breaking, first) => {
    const [step] = differing(await judge(find(name), breaking));
    expect(step?.step).toBe(first);
  });

  const otherRate: Partial<ImportedConstraint> = { rate: 0.5001 };
  it.each([
    ["a missed constraint", "keras3/max_norm/plain/words", "lstm", "recurrent_kernel", null],
    ["a missed constraint", "keras2/non_neg/plain/words", "embedding_1", "embeddings", null],
    ["a missed constraint", "tfkeras/radial_constraint/nesterov/images", "depthwise_conv2d", "kernel", null],
    ["another axis", "keras3/unit_norm/momentum/images", "conv2d", "kernel", { axis: 1 }],
    ["another limit", "keras2/max_norm/nesterov/images", "conv2d_2", "kernel", { maxValue: 0.50001 }],
    ["another rate", "keras3/min_max_norm/plain/words", "batch_normalization", "gamma", otherRate],
  ] as const)("finds %s in the weight that has it: %s %s %s", async (_, name, layer, weight, change) => {
    const [step] = differing(await judge(find(name), constraint(layer, weight, change)));
    expect([step?.step, step?.weight]).toEqual([1, `${layer} ${weight}`]);
  });

  it("finds constraints that run before the step in place of after it, in a weight that has one", async () => {
    const trajectory = find("keras3/max_norm/momentum/words");
    const [step] = differing(await judge(trajectory, unbroken, constrainFirst));
    const constrained = constraintBindings(trajectory.spec).map(({ layer, weight }) => `${layer} ${weight}`);
    expect(step?.step).toBe(1);
    expect(constrained).toContain(step?.weight);
  });

  it("does not blame the backend for the rounding of Keras's own float32, which counts where nothing else was recorded", async () => {
    const { reference, ...trajectory } = find("keras3/max_norm/plain/images");
    const rounded = async (entry: string): Promise<NdArray> => {
      const { data, ...array } = await reference.read(entry);
      if (!entry.startsWith("train/10/weights/")) return { data, ...array };
      return {
        dtype: "float64",
        shape: array.shape,
        data: Float64Array.from(data as ArrayLike<number>, (w) => w * 1.000002),
      };
    };
    const both = { ...trajectory, reference: { ...reference, read: rounded } };
    expect((await judge(both)).steps.filter(({ agrees }) => !agrees)).toEqual([]);
    const has = (entry: string): boolean => !entry.startsWith("train64/") && reference.has(entry);
    const single = { ...trajectory, reference: { ...reference, has, read: rounded } };
    const { steps } = await judge(single);
    expect(steps.map(({ question, step, agrees }) => [question, step, agrees])).toEqual(
      Array.from({ length: 10 }, (_, index) => ["backend", index + 1, index < 9]),
    );
  });

  it("finds another epsilon, and takes that of the reference", async () => {
    const trajectory = find("keras3/unit_norm/plain/words");
    const { reference } = trajectory;
    const other = { ...trajectory, reference: { ...reference, meta: { ...reference.meta, epsilon: 1.01e-7 } } };
    expect(differing(await judge(trajectory))).toEqual([]);
    expect(differing(await judge(other))[0]?.step).toBe(1);
  });
});

describe("what a trajectory does not tell", () => {
  const trajectory = find("keras3/max_norm/nesterov/words");

  it("is a note that names the weights", async () => {
    const { steps, notes } = await judge(
      without(trajectory, (entry) => /^train(?:64)?\/3\/weights\/lstm\/0$/.test(entry)),
    );
    expect(steps).toHaveLength(20);
    expect(steps.every(({ agrees }) => agrees)).toBe(true);
    expect(notes).toEqual([
      {
        code: "training-not-judged",
        path: `${trajectory.reference.name}!/train`,
        message: "found nothing after some step to compare these weights with: lstm kernel",
      },
    ]);
  });

  it("is no agreement: a step without weights has no verdict", async () => {
    const { steps, notes } = await judge(without(trajectory, (entry) => entry.includes("/10/weights/")));
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(notes).toHaveLength(1);
  });
});

it("is not judged where sample weights were used, with the reason", async () => {
  const trajectory = find("keras3/max_norm/nesterov/words");
  const { reference } = trajectory;
  const weighted = { ...reference, has: (entry: string) => entry === "train/sample_weight" || reference.has(entry) };
  expect(await judge({ ...trajectory, reference: weighted })).toEqual({
    steps: [],
    notes: [
      {
        code: "training-not-judged",
        path: `${reference.name}!/train`,
        message: "found sample weights, which are not used here",
      },
    ],
  });
});

/** The trajectory as if some entries had not been recorded. */
function without(trajectory: Trajectory, isMissing: (entry: string) => boolean): Trajectory {
  const { reference } = trajectory;
  return { ...trajectory, reference: { ...reference, has: (entry) => !isMissing(entry) && reference.has(entry) } };
}

type Train = (spec: ModelSpec, request: TrainingRequest) => Promise<readonly TrainedStep[]>;
const unbroken: Breaking = (spec) => spec;

async function judge(
  { spec, reference }: Trajectory,
  breaking: Breaking = unbroken,
  train: Train = (broken, request) => runTraining(broken, layerRegistry(), request),
): ReturnType<typeof judgeTraining> {
  // As for a file that does not say its backend: then the reference's counts.
  const broken = breaking({ ...spec, backend: null });
  const double: DoubleRun = {
    runCalls: unused,
    runModel: unused,
    runTraining: (request) => train(broken, request),
  };
  return judgeTraining(broken, reference, double, layerRegistry(), await alignWeights(spec, reference));
}

function unused(): never {
  throw new Error("found a run that is no training");
}

/** The steps in which the import differs. */
function differing({ steps }: Awaited<ReturnType<typeof judge>>): readonly TrainingVerdict[] {
  return steps.filter(({ question, agrees }) => question === "import" && !agrees);
}

function find(wanted: string): Trajectory {
  const found = trajectories.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`found no trajectory ${wanted}`);
  return found;
}

/** Another constraint on a weight, or none; throws for a weight that has none. */
function constraint(path: string, weight: string, change: Partial<ImportedConstraint> | null): Breaking {
  return inLayer(path, (layer) => {
    const slot = layer.weights.findIndex((one) => one.name === weight && one.constraint !== null);
    if (slot < 0) throw new Error(`found no constraint of ${path} ${weight}`);
    const weights = layer.weights.map((one, i) => {
      if (i !== slot) return one;
      return { ...one, constraint: change === null ? null : ({ ...one.constraint, ...change } as ImportedConstraint) };
    });
    return { ...layer, weights };
  });
}

/** Other options of the optimizer; throws for one that the file does not have, or that has the value already. */
function sgd(options: Readonly<Record<string, unknown>>): Breaking {
  return (spec) => {
    const { training } = spec;
    const { className = "", config = {} } = training?.optimizer ?? {};
    for (const [key, value] of Object.entries(options)) {
      if (!(key in config) || config[key] === value) throw new Error(`found ${key} = ${String(config[key])}`);
    }
    const optimizer = { className, config: { ...config, ...options } };
    return { ...spec, training: { loss: "mse", path: "", ...training, optimizer } };
  };
}

/** Trains with each constraint applied to the weights that a step starts from, as no Keras does. */
async function constrainFirst(spec: ModelSpec, { inputs, targets, steps }: TrainingRequest): Promise<TrainedStep[]> {
  const built = buildModel(spec, layerRegistry());
  compileModel(built, spec)();
  const { optimizer } = built.model;
  const step = optimizer.applyGradients.bind(optimizer);
  const constrain = tf.train.sgd(0);
  enforceConstraints(built.model, constraintBindings(spec), { optimizer: constrain });
  optimizer.applyGradients = (gradients): void => {
    constrain.applyGradients(gradients);
    step(gradients);
  };
  const taken: TrainedStep[] = [];
  for await (const one of runTrajectory(built, inputs.map(tensorOf), targets.map(tensorOf), steps)) taken.push(one);
  return taken;
}
