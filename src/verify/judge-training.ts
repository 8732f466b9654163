import { KerasProofError, type Note } from "../errors.js";
import type { LayerRegistry } from "../import/registry.js";
import type { ModelSpec } from "../import/spec.js";
import type { NdArray } from "../ndarray.js";
import { compareNumbers, largestOf, numbersOf } from "./compare.js";
import type { DoubleRun } from "./double-run.js";
import type { TrainedStep, TrainingRequest } from "./double-run-messages.js";
import type { Reference } from "./reference.js";
import { runTraining } from "./training-run.js";
import type { Question, TrainingVerdict } from "./verdict.js";
import { layersByEntry } from "./weights-check.js";

/** What a weight may be off after each step, as a part of its largest entry: in the double run, and in float32. */
export const trainingLimits: Readonly<Record<Question, number>> = { import: 1e-9, backend: 1e-6 };

/** The verdicts on the steps, or why there are none. */
export interface TrainingVerdicts {
  readonly steps: readonly TrainingVerdict[];
  readonly notes: readonly Note[];
}

/**
 * Judges training, where the reference holds it: the weights after each step in the double run against `train64`, and
 * in the backend's float32 against `train`. Training that cannot be done as Keras does it is a note.
 */
export async function judgeTraining(
  spec: ModelSpec,
  reference: Reference,
  double: DoubleRun,
  registry: LayerRegistry,
): Promise<TrainingVerdicts> {
  const request = await readRequest(reference);
  if (request === null) return { steps: [], notes: [] };
  const path = `${reference.name}!/train`;
  if (reference.has("train/sample_weight")) return refused("found sample weights, which are not used here", path);
  try {
    const exact = reference.has("train64/1/loss") ? await double.runTraining(request) : [];
    const single = await runTraining(spec, registry, request);
    return {
      steps: [
        ...(await judgeSteps("import", "train64", exact, spec, reference)),
        ...(await judgeSteps("backend", "train", single, spec, reference)),
      ],
      notes: [],
    };
  } catch (error) {
    if (error instanceof KerasProofError && error.code === "unsupported-training") {
      return refused(error.message.slice(error.path.length + 2), error.path);
    }
    throw error;
  }
}

function refused(message: string, path: string): TrainingVerdicts {
  return { steps: [], notes: [{ code: "training-not-judged", path, message }] };
}

async function readRequest(reference: Reference): Promise<TrainingRequest | null> {
  if (!reference.has("train/1/loss")) return null;
  let steps = 1;
  while (reference.has(`train/${steps + 1}/loss`)) steps++;
  const inputs = await reference.readList("train/x");
  const targets = await reference.readList("train/y");
  for (const [entry, list] of [
    ["train/x/0", inputs],
    ["train/y/0", targets],
  ] as const) {
    if (list.length > 0) continue;
    const message = "found training steps without their batch, wanted this entry";
    throw new KerasProofError("missing-entry", `${reference.name}!/${entry}.npy`, message);
  }
  return { inputs, targets, steps, training: reference.meta.training };
}

async function judgeSteps(
  question: Question,
  group: "train" | "train64",
  trained: readonly TrainedStep[],
  spec: ModelSpec,
  reference: Reference,
): Promise<TrainingVerdict[]> {
  const verdicts: TrainingVerdict[] = [];
  for (const [index, { loss, weights }] of trained.entries()) {
    const step = index + 1;
    const limit = trainingLimits[question];
    let worst: { readonly weight: string | null; readonly maxRel: number } = { weight: null, maxRel: 0 };
    for (const { path, entry } of layersByEntry(spec)) {
      const theirs = await reference.readList(`${group}/${step}/weights/${entry}`);
      for (const [i, expected] of theirs.entries()) {
        const maxRel = relativeError(weights.get(`${path}/${i}`), expected);
        if (maxRel > worst.maxRel) worst = { weight: `${path}/${i}`, maxRel };
      }
    }
    const entry = `${group}/${step}/loss`;
    const kerasLoss = reference.has(entry) ? (numbersOf(await reference.read(entry))[0] ?? null) : null;
    verdicts.push({ step, question, agrees: worst.maxRel <= limit, ...worst, limit, loss, kerasLoss });
  }
  return verdicts;
}

function relativeError(actual: ArrayLike<number> | undefined, array: NdArray): number {
  const expected = numbersOf(array);
  if (actual === undefined || actual.length !== expected.length) return Infinity;
  const largest = largestOf(expected);
  const { share, maxAbs } = compareNumbers(actual, expected, array.shape, () => largest);
  return maxAbs === 0 && share === 0 ? 0 : share;
}
