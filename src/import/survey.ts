import { appendAll } from "../append-all.js";
import type { InputShapes } from "../constraints/weights/weight-facts.js";
import type { Generation } from "../constraints/spec.js";
import { KerasProofError, type Note, type Problem } from "../errors.js";
import type { ByteInput } from "../formats/byte-source.js";
import type { Hdf5File, Hdf5Link, Hdf5Object, Hdf5Refused } from "../formats/hdf5/index.js";
import { sizeOf } from "../ndarray.js";
import { type Reading, readModel } from "./load-spec.js";
import { distinctFindings, elsewhere } from "./distinct-findings.js";
import { type ReadOptions, withNames } from "./read-options.js";
import type { Shape } from "./rule.js";
import {
  type ConstraintBinding,
  constraintBindings,
  type GraphSpec,
  type LayerSpec,
  type TrainingConfig,
  walkLayers,
} from "./spec.js";
import { graphInputs } from "./stored/graph-inputs.js";
import {
  type Inferred,
  nothingInferred,
  readStoredConstraints,
  type StoredConstraint,
  type StoredConstraints,
} from "./stored/stored-constraints.js";

/** One layer of a model that may not be importable. */
interface SurveyLayer {
  /** With the names of the models above it, `inner/dense_1`. */
  readonly name: string;
  readonly className: string;
  /** Its place in the file. */
  readonly path: string;
  readonly trainable: boolean;
  /** How often the graph calls it. */
  readonly calls: number;
  /** The outputs of its first call, `null` where they are not known. */
  readonly outputShapes: readonly Shape[] | null;
  /** Numbers in its weights, those of a nested model's layers included; 0 where its weights are not known. */
  readonly parameters: number;
}

/** What a file holds, whether or not it can be imported. */
export interface ModelSurvey {
  readonly format: string;
  /** `null` where the file has no architecture that can be read. */
  readonly generation: Generation | null;
  readonly kerasVersion: string | null;
  readonly backend: string | null;
  readonly name: string | null;
  readonly hasWeights: boolean;
  /** In the order of the file; a nested model before its layers. */
  readonly layers: readonly SurveyLayer[];
  /** Numbers in all weights that are known, and in those that training moves. */
  readonly parameters: number;
  readonly trainableParameters: number;
  readonly constraints: readonly (ConstraintBinding | StoredConstraint)[];
  /**
   * Where the model cannot be imported: the constraints of all its layers, supported or not, with their weights as the
   * file has them, which are those of `constraints`; `null` where it can.
   */
  readonly stored: readonly StoredConstraint[] | null;
  /** As far as it could be read: what is not supported has neither options nor weights; `null` where there is none. */
  readonly graph: GraphSpec | null;
  readonly training: TrainingConfig | null;
  readonly notes: readonly Note[];
  /** Everything that keeps the model from being imported, and everything in its weight file that is unsafe. */
  readonly problems: readonly Problem[];
}

/**
 * Says what a model file holds. Layers, options and weights that are not supported, wrong or unsafe are among the
 * problems; it throws only where the file itself cannot be opened, as `openContainer` does, and `aborted`.
 */
export async function surveyModel(source: ByteInput, given: ReadOptions = {}): Promise<ModelSurvey> {
  const options = withNames(source, given);
  const reading = await readModel(source, options);
  const { container, raw, spec, problems, notes } = reading;
  const layers: SurveyLayer[] = [];
  const parameters = spec === null ? 0 : surveyGraph(spec.graph, "", layers);
  const unsafe = container.weights === null ? [] : await unsafeObjects(container.weights);
  const stored = problems.length === 0 ? null : await storedConstraints(reading, options);
  const told = stored?.problems ?? problems;
  return {
    format: container.format,
    generation: raw?.generation ?? null,
    kerasVersion: raw?.kerasVersion ?? null,
    backend: raw?.backend ?? null,
    name: raw?.graph.name ?? null,
    hasWeights: container.weights !== null,
    layers,
    parameters,
    trainableParameters: spec === null ? 0 : countTrainable(spec.graph),
    constraints: stored?.constraints ?? (spec === null ? [] : constraintBindings(spec)),
    stored: stored?.constraints ?? null,
    graph: spec?.graph ?? null,
    training: raw?.training ?? null,
    notes: distinctFindings(notes, stored?.notes ?? []),
    problems: [...told, ...elsewhere(unsafe, told)],
  };
}

/** The constraints of a model that has problems, which are among those that come back. */
async function storedConstraints(reading: Reading, options: ReadOptions): Promise<StoredConstraints> {
  const { container, problems } = reading;
  try {
    const found = await readStoredConstraints(container, options, inferredOf(reading));
    // What keeps the model from being imported is not noted again.
    const notes = elsewhere(found.notes, problems);
    return { ...found, notes, problems: distinctFindings(problems, found.problems) };
  } catch (error) {
    if (!(error instanceof KerasProofError) || error.code === "aborted") throw error;
    return { constraints: [], notes: [], problems: distinctFindings(problems, error.problems) };
  }
}

function inferredOf({ raw, spec }: Reading): Inferred {
  if (raw === null || spec === null) return nothingInferred;
  // Most files have no constraint that asks.
  let shapes: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>> | undefined;
  let inputs: ((path: string) => InputShapes | undefined) | undefined;
  return {
    weightShape: (layer, weight) => {
      shapes ??= new Map(Array.from(walkLayers(spec.graph), (one) => [one.path, shapesOf(one.layer)]));
      return shapes.get(layer)?.get(weight);
    },
    inputsAt: (path) => {
      inputs ??= graphInputs(raw.graph, spec.graph);
      return inputs(path);
    },
  };
}

/** The shapes of a layer's weights by their names, of which each has one. */
function shapesOf({ weights }: LayerSpec): ReadonlyMap<string, readonly number[]> {
  return new Map(weights.map(({ name, shape }) => [name, shape]));
}

/** Adds a row for each layer of a graph and of those in it, and tells how many numbers are in their weights. */
function surveyGraph(graph: GraphSpec, prefix: string, rows: SurveyLayer[]): number {
  const calls = new Map<string, number>();
  for (const { layer } of graph.order) calls.set(layer, (calls.get(layer) ?? 0) + 1);
  let all = 0;
  for (const layer of graph.layers) {
    const row = {
      name: prefix + layer.name,
      className: layer.className,
      path: layer.path,
      trainable: layer.trainable,
      calls: calls.get(layer.name) ?? 0,
      outputShapes: layer.calls[0]?.outputShapes ?? null,
      parameters: 0,
    };
    rows.push(row);
    if (layer.graph !== null) row.parameters = surveyGraph(layer.graph, `${row.name}/`, rows);
    else for (const { shape } of layer.weights) row.parameters += sizeOf(shape);
    all += row.parameters;
  }
  return all;
}

/** How many numbers are in the weights that training moves. */
function countTrainable(graph: GraphSpec): number {
  let count = 0;
  for (const { trainable, graph: inner, weights } of graph.layers) {
    if (!trainable) continue;
    if (inner !== null) count += countTrainable(inner);
    else for (const weight of weights) if (weight.trainable) count += sizeOf(weight.shape);
  }
  return count;
}

async function unsafeObjects(file: Hdf5File): Promise<Problem[]> {
  const problems: Problem[] = [];
  for await (const object of file.walk()) {
    const error = await refusalOf(object, file);
    if (error?.code === "unsafe") appendAll(problems, error.problems);
  }
  return problems;
}

async function refusalOf(
  entry: Hdf5Object | Hdf5Link | Hdf5Refused,
  file: Hdf5File,
): Promise<KerasProofError | undefined> {
  if (entry.kind === "refused") return entry.error;
  if (entry.kind === "dataset") return entry.refusal;
  if (entry.kind !== "link") return undefined;
  try {
    await file.get(entry.path);
    return undefined;
  } catch (error) {
    if (error instanceof KerasProofError && error.code !== "aborted") return error;
    throw error;
  }
}
