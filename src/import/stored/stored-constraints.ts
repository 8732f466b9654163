import { appendAll } from "../../append-all.js";
import { formatKerasCall } from "../../constraints/keras-call.js";
import type { Generation } from "../../constraints/spec.js";
import type { OpenShape } from "../../constraints/weights/weight-shape.js";
import type { InputShapes } from "../../constraints/weights/weight-facts.js";
import type { Note, Problem } from "../../errors.js";
import { checkAborted } from "../../formats/byte-source.js";
import { extendJsonPath } from "../../formats/json-path.js";
import { chooseLimits } from "../../formats/limits.js";
import type { NdArray } from "../../ndarray.js";
import { checkNames } from "../check-names.js";
import { ConfigReader } from "../config-reader.js";
import type { Container } from "../container.js";
import { readDialect } from "../dialects/read-architecture.js";
import { backendOf, customNames } from "../load-spec.js";
import type { ReadOptions } from "../read-options.js";
import { settleConstraint } from "../settle-constraint.js";
import type { ConstraintBinding } from "../spec.js";
import { openRoom, type WeightRoom } from "../weights/read-values.js";
import type { Writer } from "../writer.js";
import { type LayerNode, readLayerTree } from "./layer-tree.js";
import { findArrays, noArrays } from "./found-arrays.js";
import { constrainedBy } from "./own-weights.js";
import type { PlannedWeight } from "./plan-weights.js";
import { type ReadConstraint, type ReadConstraints, unboundNotes } from "./unbound-constraints.js";
import { valuesOf } from "./stored-values.js";

/** A constraint of a layer of whatever class, and its weight as the file has it. */
export interface StoredConstraint extends Omit<ConstraintBinding, "shape"> {
  /** As far as the file tells it; null where it does not even tell the rank. */
  readonly shape: OpenShape | null;
  /** The options of the layer whose weight it is, by Keras 3's names. */
  readonly config: Readonly<Record<string, unknown>>;
  /** In the layout of `shape`, which then is known; null where the file has no weights, or they cannot be told. */
  readonly values: NdArray | null;
}

/** All that could be read of the constraints of a model that cannot be imported. */
export interface StoredConstraints {
  /** In the order of the configuration. */
  readonly constraints: readonly StoredConstraint[];
  /** With a `constraint-without-weight` for each constraint whose weight could not be told in a file of weights. */
  readonly notes: readonly Note[];
  readonly problems: readonly Problem[];
}

/** What importing knows of a model, as far as it could be imported. */
export interface Inferred {
  /** The shapes of weights, by layer and weight. */
  readonly weightShape: (layer: string, weight: string) => readonly number[] | undefined;
  /** The shapes of the inputs of layers, by the layers' places in the file. */
  readonly inputsAt: (path: string) => InputShapes | undefined;
}

/** That nothing could be imported. */
export const nothingInferred: Inferred = { weightShape: () => undefined, inputsAt: () => undefined };

/**
 * Reads every constraint of a model whose layers may be of any class, and the weight that it holds for, from what the
 * file says and holds: nothing is built, so that a layer that is not supported hides neither its own constraints nor
 * those after it. Only constrained weights are read. A weight that cannot be told for sure is not guessed but noted, with
 * the reason, and has the shape that the layer's options tell.
 */
export async function readStoredConstraints(
  container: Container,
  options: ReadOptions,
  inferred: Inferred,
): Promise<StoredConstraints> {
  const { architecture, weights } = container;
  const constraints: StoredConstraint[] = [];
  const notes: Note[] = [];
  const problems: Problem[] = [];
  if (architecture === null) return { constraints, notes, problems };
  const custom = customNames(options);
  const { model, dialect, kerasVersion, backend } = readDialect(architecture, { custom, notes: [] });
  const { generation } = dialect;
  const writer = { kerasVersion, backend: await backendOf(container, backend, options) };
  const root = readLayerTree(model, architecture.path, dialect);
  checkNames(nodesInside(root), nodesInside);
  const room = openRoom(container, chooseLimits(options.limits));
  const context: Context = { writer: { generation, ...writer }, options, room, notes, problems };
  const { plan, arrays, layout } = hasConstraints(root)
    ? await findArrays(root, weights, { generation, inputsAt: inferred.inputsAt, options, notes })
    : noArrays;
  const readers = new Map<LayerNode, ReadConstraints>();
  for (const planned of plan) {
    checkAborted(options.signal, options.name ?? "model");
    const { node, weight, layer, name, trainable } = planned;
    const reader = readers.get(node) ?? constraintsOf(node, context);
    readers.set(node, reader);
    const found = weight.option === null ? undefined : reader.get(weight.option);
    if (found === undefined) continue;
    const values = weights === null ? null : await valuesOf(arrays.get(planned), planned, layout, context);
    if (typeof values === "string") notes.push(noteWithoutWeight(planned, found, values, context));
    const read = typeof values === "string" ? null : values;
    const shape = read?.shape ?? inferred.weightShape(layer, name) ?? weight.shape;
    constraints.push({
      layer,
      layerClass: node.className,
      weight: name,
      shape,
      constraint: settleConstraint(found.constraint, { name, shape }, found.path, { generation, writer, notes }),
      generation,
      trainable,
      config: node.config,
      values: read,
    });
  }
  const read = (node: LayerNode): ReadConstraints => readers.get(node) ?? constraintsOf(node, context);
  appendAll(notes, unboundNotes(root, plan, read, generation));
  return { constraints, notes, problems };
}

/** Whether an option of a layer, or of one inside it, holds a constraint. */
function hasConstraints(node: LayerNode): boolean {
  return constrainedBy(node.config).length > 0 || node.inner.some((inner) => hasConstraints(inner.node));
}

function nodesInside({ inner }: LayerNode): LayerNode[] {
  return inner.map(({ node }) => node);
}

interface Context {
  readonly writer: Writer & { readonly generation: Generation };
  readonly options: ReadOptions;
  readonly room: WeightRoom;
  readonly notes: Note[];
  readonly problems: Problem[];
}

const noConstraints: ReadConstraints = new Map();

function constraintsOf(node: LayerNode, { writer, options, notes, problems }: Context): ReadConstraints {
  const constrained = constrainedBy(node.config);
  if (constrained.length === 0) return noConstraints;
  const { customConstraints = {} } = options;
  const { generation, ...by } = writer;
  const at = extendJsonPath(node.path, "config");
  const reader = new ConfigReader(node.config, at, {
    generation,
    writer: by,
    problems,
    notes,
    mappedAxes: node.mappedAxes,
    customConstraints,
    readInner: () => null,
  });
  const found = new Map<string, ReadConstraint>();
  for (const option of constrained) {
    const constraint = reader.constraintOf(node.className, option);
    if (constraint !== null) found.set(option, { constraint, option, path: reader.pathOf(option) });
  }
  return found;
}

function noteWithoutWeight(
  { node, weight }: PlannedWeight,
  { constraint, option, path }: ReadConstraint,
  reason: string,
  { writer: { generation } }: Context,
): Note {
  const call = `${option}=${formatKerasCall(constraint, generation)}`;
  const message = `found ${call} for ${weight.name} of ${node.className}, which is explained without its values: ${reason}`;
  return { code: "constraint-without-weight", path, message };
}
