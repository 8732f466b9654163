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
 * note.
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
  const attempt = async (question: Question, run: () => Promise<readonly TrainedStep[]>): Promise<void> => {
    const group = question === "import" ? "train64" : "train";
    if (!reference.has(`${group}/1/loss`)) return;
    try {
      steps.push(...(await judgeSteps(question, group, await run(), reference, { aligned, names })));
    } catch (error) {
      notes.push(...whyNot(error, path));
    }
  };
  await attempt("import", () => double.runTraining(request));
  await attempt("backend", () => runTraining(spec, registry, request));
  return { steps, notes };
}

/** A note for training that cannot be done; throws any other error. */
function whyNot(error: unknown, path: string): readonly Note[] {
  if (error instanceof KerasProofError && error.code === "unsupported-training") {
    return [{ code: "training-not-judged", path: error.path, message: error.message.slice(error.path.length + 2) }];
  }
  const kernel =
    error instanceof Error ? /Kernel '(\w+)' not registered for backend '(\w+)'/.exec(error.message) : null;
  if (kernel === null) throw error;
  const message = `tfjs's ${kernel[2]} backend cannot train this model: it has no ${kernel[1]}`;
  return [{ code: "training-not-judged", path, message }];
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

async function judgeSteps(
  question: Question,
  group: "train" | "train64",
  trained: readonly TrainedStep[],
  reference: Reference,
  { aligned, names }: { readonly aligned: readonly AlignedWeight[]; readonly names: ReadonlyMap<string, string> },
): Promise<TrainingVerdict[]> {
  const verdicts: TrainingVerdict[] = [];
  for (const [index, { loss, weights }] of trained.entries()) {
    const step = index + 1;
    const limit = trainingLimits[question];
    let worst: { readonly weight: string | null; readonly maxRel: number } = { weight: null, maxRel: 0 };
    for (const { layer, slot, entry, places } of aligned) {
      const kerasWeight = ["train64", group]
        .map((one) => `${one}/${step}/weights/${entry}`)
        .find((one) => reference.has(one));
      if (kerasWeight === undefined) continue;
      const key = `${layer}/${slot}`;
      const maxRel = relativeError(weights.get(key), inOurOrder(await reference.read(kerasWeight), places));
      if (maxRel > worst.maxRel) worst = { weight: names.get(key) ?? key, maxRel };
    }
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
