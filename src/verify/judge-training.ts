import { appendAll } from "../append-all.js";
import { KerasProofError, type Note } from "../errors.js";
import type { LayerRegistry } from "../import/registry.js";
import { type ModelSpec, walkLayers } from "../import/spec.js";
import { type AlignedWeight, inOurOrder } from "./align-weights.js";
import { compareNumbers, largestOf, numbersOf } from "./compare.js";
import type { DoubleRun } from "./double-run.js";
import type { TrainedStep, TrainingRequest } from "./double-run-messages.js";
import type { Reference } from "./reference.js";
import { runTraining } from "./training-run.js";
import type { Question, TrainingVerdict } from "./verdict.js";

/** What a weight may be off after each step, as a part of its largest entry: in the double run, and in float32. */
const trainingLimits: Readonly<Record<Question, number>> = { import: 1e-9, backend: 1e-6 };

/** The verdicts on the steps, or why there are none. */
export interface TrainingVerdicts {
  readonly steps: readonly TrainingVerdict[];
  readonly notes: readonly Note[];
}

/**
 * Judges training, where the reference holds it: the weights after each step in the double run against `train64`, and
 * in the backend's float32 against `train64` too, or `train` where there is no other. (Keras's own float32 comes as near
 * to the limit as it may: a right backend would be blamed for it.) Training that cannot be done as Keras does it is a
 * note, and so are weights that the reference does not tell after each step; a step of which it tells none has no
 * verdict.
 */
export async function judgeTraining(
  spec: ModelSpec,
  reference: Reference,
  double: DoubleRun,
  registry: LayerRegistry,
  aligned: readonly AlignedWeight[],
): Promise<TrainingVerdicts> {
  const request = await readRequest(reference);
  if (request === null) return { steps: [], notes: [] };
  const path = `${reference.name}!/train`;
  if (reference.has("train/sample_weight")) return refused("found sample weights, which are not used here", path);
  const steps: TrainingVerdict[] = [];
  const notes: Note[] = [];
  const names = weightNames(spec);
  const untold = new Set<string>();
  const attempt = async (question: Question, run: () => Promise<readonly TrainedStep[]>): Promise<void> => {
    const group = question === "import" ? "train64" : "train";
    if (!reference.has(`${group}/1/loss`)) return;
    try {
      appendAll(steps, await judgeSteps(question, group, await run(), reference, { aligned, names, untold }));
    } catch (error) {
      notes.push(whyNot(error));
    }
  };
  await attempt("import", () => double.runTraining(request));
  await attempt("backend", () => runTraining(spec, registry, request));
  if (untold.size === 0) return { steps, notes };
  const some = [...untold].slice(0, 4).join(", ") + (untold.size > 4 ? ` and ${untold.size - 4} more` : "");
  const message = `found nothing after some step to compare these weights with: ${some}`;
  return { steps, notes: [...notes, { code: "training-not-judged", path, message }] };
}

/** A note for training that cannot be done; throws any other error. */
function whyNot(error: unknown): Note {
  if (!(error instanceof KerasProofError) || error.code !== "unsupported-training") throw error;
  return { code: "training-not-judged", path: error.path, message: error.message.slice(error.path.length + 2) };
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
  const { training, backend, epsilon } = reference.meta;
  return { inputs, targets, steps, training, backend, epsilon };
}

/** The weights of a model, and what becomes of them. */
interface StepWeights {
  readonly aligned: readonly AlignedWeight[];
  /** Every weight, by `layer path/slot`. */
  readonly names: ReadonlyMap<string, string>;
  /** Takes the names of those that could not be compared. */
  readonly untold: Set<string>;
}

async function judgeSteps(
  question: Question,
  group: "train" | "train64",
  trained: readonly TrainedStep[],
  reference: Reference,
  { aligned, names, untold }: StepWeights,
): Promise<TrainingVerdict[]> {
  const verdicts: TrainingVerdict[] = [];
  for (const [index, { loss, weights }] of trained.entries()) {
    const step = index + 1;
    const limit = trainingLimits[question];
    let worst: { readonly weight: string | null; readonly maxRel: number } = { weight: null, maxRel: 0 };
    const left = new Map(names);
    for (const { layer, slot, entry, places } of aligned) {
      const kerasWeight = ["train64", group]
        .map((one) => `${one}/${step}/weights/${entry}`)
        .find((one) => reference.has(one));
      if (kerasWeight === undefined) continue;
      const key = `${layer}/${slot}`;
      left.delete(key);
      const maxRel = relativeError(weights.get(key), inOurOrder(await reference.read(kerasWeight), places));
      if (maxRel > worst.maxRel) worst = { weight: names.get(key) ?? key, maxRel };
    }
    for (const name of left.values()) untold.add(name);
    if (left.size === names.size) continue;
    const entry = `${group}/${step}/loss`;
    const kerasLoss = reference.has(entry) ? (numbersOf(await reference.read(entry))[0] ?? null) : null;
    verdicts.push({ step, question, agrees: worst.maxRel <= limit, ...worst, limit, loss, kerasLoss });
  }
  return verdicts;
}

/** `layer path weight` by `layer path/slot`. */
function weightNames(spec: ModelSpec): ReadonlyMap<string, string> {
  return new Map(
    [...walkLayers(spec.graph)].flatMap(({ layer, path }) =>
      layer.weights.map(({ name }, slot): [string, string] => [`${path}/${slot}`, `${path} ${name}`]),
    ),
  );
}

function relativeError(actual: ArrayLike<number> | undefined, expected: ArrayLike<number>): number {
  if (actual === undefined || actual.length !== expected.length) return Infinity;
  const largest = largestOf(expected);
  return compareNumbers(actual, expected, [expected.length], () => largest).share;
}
