import { KerasProofError, type Note } from "../errors.js";
import { layerRegistry } from "../import/registry.js";
import { type ModelSpec, walkLayers } from "../import/spec.js";
import { sizeOf } from "../ndarray.js";
import { alignWeights, type AlignedWeight } from "./align-weights.js";
import { useBackend } from "./backend.js";
import { listCalls, type CallList } from "./call-list.js";
import { findDivergence } from "./divergence.js";
import { openDoubleRun } from "./double-run.js";
import { judgeCalls } from "./judge-calls.js";
import { judgeConstraints } from "./judge-constraints.js";
import { judgeModel } from "./judge-model.js";
import { judgeTraining } from "./judge-training.js";
import { openRealm } from "./realm.js";
import type { Reference } from "./reference.js";
import { suggestRemedy } from "./suggest-remedy.js";
import type { BackendName, CaseStatus, CaseVerdict, Divergence, TensorVerdict } from "./verdict.js";

/** A step that a case has reached. */
export interface VerifyProgress {
  readonly model: string;
  readonly phase: "reading" | "layers" | "model" | "training";
}

/** How a read model is judged. */
export interface VerifySpecOptions {
  readonly modelName: string;
  readonly backend: BackendName;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: VerifyProgress) => void) | undefined;
}

/** Worse than this, a resolution proves nothing. */
export const provesNothing = 1e-3;

/**
 * Judges a read model against a reference: every layer call alone, the whole model, its constraints and its training.
 * Its weights are not compared with the reference's. Throws where the model cannot be built, the backend or the double
 * run is missing, or the reference's inputs are not this model's.
 */
export async function verifySpec(
  spec: ModelSpec,
  reference: Reference,
  { modelName, backend, signal, onProgress }: VerifySpecOptions,
): Promise<CaseVerdict> {
  const progress = (phase: VerifyProgress["phase"]): void => onProgress?.({ model: modelName, phase });
  const list = listCalls(spec.graph);
  await checkInputs(spec, reference);
  const registry = layerRegistry();
  const restore = await useBackend(backend);
  try {
    const realm = openRealm(spec, registry);
    try {
      const double = await openDoubleRun(spec, { signal });
      progress("layers");
      const calls = await judgeCalls(list, reference, double, realm);
      signal?.throwIfAborted();
      progress("model");
      const outputs = await judgeModel(reference, double, realm);
      const aligned = await alignWeights(spec, reference);
      const constraints = await judgeConstraints(spec, reference, aligned);
      signal?.throwIfAborted();
      progress("training");
      const training = await judgeTraining(spec, reference, double, registry, aligned);
      const tensors = [...outputs, ...calls.tensors];
      const failed = [...constraints, ...training.steps].some((one) => one.agrees === false);
      return {
        model: modelName,
        reference: reference.name,
        status: statusOf(tensors, failed),
        error: null,
        notes: [
          ...spec.notes,
          ...missingParts(reference),
          ...(await unmatchedEntries(spec, list, reference, aligned)),
          ...training.notes,
        ],
        firstDivergence: await withRemedy(findDivergence(calls.tensors, outputs), spec, list, reference),
        tensors,
        constraints,
        training: training.steps,
        backend,
        ...describeSpec(spec, reference),
        layerCalls: { total: list.calls.length, judged: calls.judged },
      };
    } finally {
      realm.dispose();
    }
  } finally {
    await restore();
  }
}

async function withRemedy(
  divergence: Divergence | null,
  spec: ModelSpec,
  list: CallList,
  reference: Reference,
): Promise<Divergence | null> {
  if (divergence === null || divergence.layer === null || divergence.question !== "import") return divergence;
  const call = list.calls.find((one) => one.layer === divergence.layer && one.call === divergence.call);
  const layer = [...walkLayers(spec.graph)].find(({ path }) => path === divergence.layer)?.layer;
  if (call === undefined || layer === undefined) return divergence;
  return { ...divergence, agreesIf: await suggestRemedy(spec, { layer, call }, reference) };
}

/** What a verdict says of the model itself. */
function describeSpec(
  spec: ModelSpec,
  reference: Reference,
): Pick<CaseVerdict, "format" | "kerasVersion" | "kerasBackend" | "layers" | "parameters"> {
  const layers = [...walkLayers(spec.graph)].filter(
    ({ layer }) => layer.graph === null && layer.className !== "InputLayer",
  );
  return {
    format: spec.format,
    kerasVersion: spec.kerasVersion ?? reference.meta.keras,
    kerasBackend: spec.backend ?? reference.meta.backend,
    layers: layers.length,
    parameters: layers.reduce(
      (sum, { layer }) => sum + layer.weights.reduce((all, weight) => all + sizeOf(weight.shape), 0),
      0,
    ),
  };
}

/** Inconclusive is a matter of the import alone: the backend's budget is wide on purpose, kernel bugs are gross. */
function statusOf(tensors: readonly TensorVerdict[], failed: boolean): CaseStatus {
  if (failed || tensors.some((tensor) => !tensor.agrees)) return "differs";
  const blind = tensors.some((one) => one.question === "import" && (one.resolution ?? 0) > provesNothing);
  return blind ? "inconclusive" : "agrees";
}

async function checkInputs(spec: ModelSpec, reference: Reference): Promise<void> {
  const arrays = await reference.readList("inputs");
  const layers = new Map(spec.graph.layers.map((layer) => [layer.name, layer]));
  for (const [k, ref] of spec.graph.inputs.entries()) {
    const wanted = layers.get(ref.layer)?.calls[ref.call]?.outputShapes[ref.tensor] ?? [];
    const found = arrays[k];
    const place = `${reference.name}!/inputs/${k}.npy`;
    const shape = `(${wanted.map((extent) => extent ?? "any").join(", ")})`;
    if (found === undefined) {
      throw new KerasProofError("missing-entry", place, `found no such entry, wanted an input of shape ${shape}`);
    }
    const fits =
      found.shape.length === wanted.length &&
      wanted.every((extent, axis) => extent === null || extent === found.shape[axis]);
    if (fits) continue;
    const message = `found the shape (${found.shape.join(", ")}), wanted ${shape}`;
    throw new KerasProofError("bad-reference", place, message);
  }
  if (arrays.length <= spec.graph.inputs.length) return;
  const place = `${reference.name}!/inputs/${spec.graph.inputs.length}.npy`;
  throw new KerasProofError(
    "bad-reference",
    place,
    `found more inputs than the ${spec.graph.inputs.length} of the model`,
  );
}

/** What the recorder could not compute: it is judged on another basis, or not at all. */
function missingParts(reference: Reference): Note[] {
  return reference.meta.missing.map(({ part, reason }) => {
    const path = `${reference.name}!/${part}`;
    return { code: "reference-incomplete", path, message: `the recorder left it out: ${reason}` };
  });
}

/** Boolean entries are the masks that Keras 3 computes in nodes of their own; the layers that use them prove ours. */
async function unmatchedEntries(
  spec: ModelSpec,
  list: CallList,
  reference: Reference,
  aligned: readonly AlignedWeight[],
): Promise<Note[]> {
  const known = new Set([...list.calls.flatMap((call) => call.outputs), ...list.modelEntries]);
  const weights = new Set(aligned.map(({ entry }) => entry));
  const outputs = spec.graph.outputs.length;
  const unmatched: string[] = [];
  for (const entry of reference.entries) {
    const name = /^layers(?:64)?\/(.*)$/s.exec(entry)?.[1];
    const output = Number(/^outputs(?:64)?\/(\d+)$/.exec(entry)?.[1] ?? -1);
    const weight = /^constrained\/(.*)$/s.exec(entry)?.[1];
    if (output >= outputs || (weight !== undefined && !weights.has(weight))) unmatched.push(entry);
    if (name === undefined || known.has(name) || (await reference.read(entry)).dtype === "bool") continue;
    unmatched.push(entry);
  }
  if (unmatched.length === 0) return [];
  const some = unmatched.slice(0, 4).join(", ") + (unmatched.length > 4 ? ` and ${unmatched.length - 4} more` : "");
  const message = `found entries of no layer call or weight of the model, which are not judged: ${some}`;
  return [{ code: "unmatched-entries", path: reference.name, message }];
}
