import { appendAll } from "../append-all.js";
import { checkOptions } from "../check-options.js";
import { KerasProofError, type Note, type Problem, throwProblems } from "../errors.js";
import { type ByteInput, checkAborted } from "../formats/byte-source.js";
import { textAttribute } from "../formats/hdf5/index.js";
import { chooseLimits } from "../formats/limits.js";
import { checkConnections, checkGraph } from "./check-graph.js";
import { checkNames } from "./check-names.js";
import { type Container, openContainer } from "./container.js";
import { type ArchitectureContext, readArchitecture } from "./dialects/read-architecture.js";
import { type ReadOptions, readOptionKinds, withNames } from "./read-options.js";
import type { RawGraph, RawLayer, RawModel } from "./raw-graph.js";
import { layerRegistry } from "./registry.js";
import { resolveGraph } from "./resolve.js";
import type { GraphSpec, ModelSpec } from "./spec.js";
import { bindWeights } from "./weights/bind-weights.js";
import { openRoom } from "./weights/read-values.js";

/**
 * Reads a Keras model into plain data, without tfjs: a `.keras` archive, an HDF5 file, or the JSON of an architecture
 * with or without weights in a second file. Throws a `KerasProofError` that lists everything that is wrong with the
 * model at once, and `usage` for options that do not exist. A model without weights has `hasWeights` false.
 */
export async function readModelSpec(source: ByteInput, options: ReadOptions = {}): Promise<ModelSpec> {
  checkOptions("readModelSpec", options, readOptionKinds);
  const reading = await readModel(source, options);
  throwProblems(reading.problems);
  if (reading.spec !== null) return reading.spec;
  throw new KerasProofError("bad-graph", withNames(source, options).name, "found no model, wanted one");
}

/** A model as far as it could be read. */
export interface Reading {
  readonly container: Container;
  /** `null` where not even the graph could be read. */
  readonly raw: RawModel | null;
  /** Weights may be without values where there are problems; `null` where the graph is missing or too large. */
  readonly spec: ModelSpec | null;
  readonly problems: readonly Problem[];
  readonly notes: readonly Note[];
}

/** Reads a model and collects its problems; throws only where the file itself cannot be opened, or on `signal`. */
export async function readModel(source: ByteInput, options: ReadOptions): Promise<Reading> {
  const { name, weightsName } = withNames(source, options);
  checkAborted(options.signal, name);
  const container = await openContainer(source, {
    name,
    weightsName,
    ...(options.weights === undefined ? {} : { weights: options.weights }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    signal: options.signal,
  });
  checkAborted(options.signal, name);
  const problems: Problem[] = [];
  const notes: Note[] = [];
  const raw = readRaw(container, name, { custom: customNames(options), problems, notes });
  const limits = chooseLimits(options.limits);
  const unread = { container, raw, spec: null, problems, notes };
  if (raw === null || !checkConnections(raw.graph, name, limits, problems)) return unread;
  const registry = layerRegistry(options.customLayers);
  const writer = { kerasVersion: raw.kerasVersion, backend: await backendOf(container, raw.backend, options) };
  const { generation } = raw;
  const { customConstraints = {} } = options;
  let graph = resolveGraph(raw.graph, { generation, writer, registry, customConstraints, problems, notes });
  checkGraph(raw.graph, graph, name, problems);
  options.onProgress?.({ phase: "architecture", done: 1, total: 1 });
  if (container.weights !== null && problems.length === 0) {
    const layers = new Map<string, RawLayer>();
    collectLayers(raw.graph, layers);
    const step = (done: number, total: number): void => {
      checkAborted(options.signal, name);
      options.onProgress?.({ phase: "weights", done, total });
    };
    const room = openRoom(container, limits);
    const weights = {
      file: container.weights,
      name: weightsName,
      generation: raw.generation,
      kernels: options.kernels,
    };
    graph = await bound(graph, weights, { raw: layers, problems, notes, room, step });
  }
  const { kerasVersion, backend, training } = raw;
  const hasWeights = container.weights !== null;
  const { format } = container;
  const spec = { generation, kerasVersion, backend, format, graph, hasWeights, training, notes };
  return { container, raw, spec, problems, notes };
}

/** The backend that wrote the model, by its architecture, its weights or the caller; `null` where none says it. */
export async function backendOf(
  container: Container,
  backend: string | null,
  options: ReadOptions,
): Promise<string | null> {
  const root = container.weights?.root;
  const stored = root === undefined ? undefined : await textAttribute(root, "backend").catch(() => undefined);
  return backend ?? stored ?? options.kernels ?? options.backend ?? null;
}

/** The class names of the caller's own rules. */
export function customNames(options: ReadOptions): ReadonlySet<string> {
  return new Set(options.customLayers?.flatMap((rule) => [rule.className, ...(rule.aliases ?? [])]) ?? []);
}

function readRaw(container: Container, name: string, context: ArchitectureContext): RawModel | null {
  if (container.architecture === null) {
    const message =
      "found weights alone, wanted a model: give its architecture (the JSON of model.to_json()) and this file as its weights";
    context.problems.push({ code: "missing-entry", path: name, message });
    return null;
  }
  try {
    const raw = readArchitecture(container.architecture, context);
    checkNames(raw.graph.layers, ({ graph }) => graph?.layers ?? []);
    return raw;
  } catch (error) {
    if (!(error instanceof KerasProofError)) throw error;
    appendAll(context.problems, error.problems);
    return null;
  }
}

async function bound(...args: Parameters<typeof bindWeights>): Promise<GraphSpec> {
  const [graph, , context] = args;
  try {
    return await bindWeights(...args);
  } catch (error) {
    if (!(error instanceof KerasProofError) || error.code === "aborted") throw error;
    appendAll(context.problems, error.problems);
    return graph;
  }
}

function collectLayers(graph: RawGraph, layers: Map<string, RawLayer>): void {
  for (const layer of graph.layers) {
    layers.set(layer.path, layer);
    if (layer.graph !== null) collectLayers(layer.graph, layers);
  }
}
