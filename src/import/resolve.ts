import type { CustomConstraints } from "../constraints/custom-constraint.js";
import type { Generation } from "../constraints/spec.js";
import { KerasProofError, type Note, type Problem } from "../errors.js";
import type { JsonObject, JsonValue } from "../formats/python-json.js";
import { callMap } from "./call-map.js";
import { ConfigReader, type ReaderContext } from "./config-reader.js";
import { describeJson } from "./describe-json.js";
import { settleConstraint } from "./settle-constraint.js";
import { orderCalls } from "./order-calls.js";
import type { MappedAxes, RawGraph, RawLayer } from "./raw-graph.js";
import type { LayerRegistry } from "./registry.js";
import type { ImportedConstraint, InnerLayer, LayerRule, Shape, WeightSlot } from "./rule.js";
import type { CallSpec, GraphSpec, LayerSpec, TensorRef, WeightSpec } from "./spec.js";
import { unknownWriter, type Writer } from "./writer.js";

/** What a resolution collects and needs to know. */
export interface ResolveContext {
  readonly generation: Generation;
  /** Absent where nothing is known of it. */
  readonly writer?: Writer;
  readonly registry: LayerRegistry;
  /** Default none. */
  readonly customConstraints?: CustomConstraints;
  readonly problems: Problem[];
  readonly notes: Note[];
}

const noMapping: ReadonlyMap<string, MappedAxes> = new Map();

/** Classes whose meaning is code in the file; it is never run. */
const codeClasses: ReadonlySet<string> = new Set([
  "Lambda",
  "TFSMLayer",
  "TorchModuleWrapper",
  "JaxLayer",
  "FlaxLayer",
]);

/**
 * Turns a dialect's graph into the canonical one: each layer's rule reads its options, shapes are inferred in the order
 * of computation, and every layer gets its weight slots. Problems are collected, not thrown; where there are any, the
 * graph is of use only for a survey. Linear in the size of the graph.
 */
export function resolveGraph(raw: RawGraph, context: ResolveContext): GraphSpec {
  const read = new Map<string, ReadLayer>();
  for (const layer of raw.layers) read.set(layer.name, readLayer(layer, context));
  const order = orderCalls(raw, context.problems);
  const calls = callMap<CallSpec>();
  const slots = new Map<string, readonly WeightSpec[]>();
  const shapeOf = (ref: TensorRef): Shape | undefined => calls.get(ref)?.outputShapes[ref.tensor];
  for (const ref of order) {
    const { layer: name, call } = ref;
    const layer = read.get(name) as ReadLayer;
    const inputs = layer.raw.calls[call] ?? [];
    const inputShapes = inputs.map(shapeOf);
    if (layer.rule === null && layer.graph === null) continue;
    if (inputShapes.includes(undefined)) continue;
    const known = inputShapes as Shape[];
    attempt(layer.raw.path, context.problems, () => {
      checkInputCount(layer, known.length);
      if (layer.rule?.weights !== undefined && !slots.has(name)) slots.set(name, weightsOf(layer, known, context));
      const outputShapes = layer.graph === null ? shapesAfter(layer, known, context) : layer.graphShapes;
      if (outputShapes === null) return;
      checkRanks(outputShapes);
      calls.set(ref, { inputs, inputShapes: known, outputShapes });
    });
  }
  const layers = raw.layers.map((layer) => {
    const found = { calls: calls.ofLayer(layer.name), weights: slots.get(layer.name) ?? [] };
    return layerSpec(read.get(layer.name) as ReadLayer, found, context);
  });
  return { name: raw.name, sequential: raw.sequential, layers, order, inputs: raw.inputs, outputs: raw.outputs };
}

/** As `resolveGraph`, for one layer alone, which is called on inputs of the given shapes; no nested model. */
export function resolveLayer(raw: RawLayer, inputShapes: readonly Shape[], context: ResolveContext): LayerSpec {
  const layer = readLayer(raw, context);
  const calls: CallSpec[] = [];
  const weights: WeightSpec[] = [];
  if (layer.rule !== null) {
    attempt(raw.path, context.problems, () => {
      if (layer.rule?.weights !== undefined) weights.push(...weightsOf(layer, inputShapes, context));
      calls.push({ inputs: [], inputShapes, outputShapes: shapesAfter(layer, inputShapes, context) });
    });
  }
  return layerSpec(layer, { calls, weights }, context);
}

function layerSpec(
  { raw, options, graph }: ReadLayer,
  found: Pick<LayerSpec, "calls" | "weights">,
  { generation, writer = unknownWriter }: ResolveContext,
): LayerSpec {
  const { name, className, path, trainable, config, mappedAxes = noMapping } = raw;
  const { kerasVersion, backend } = writer;
  const source = { generation, kerasVersion, backend, config, mappedAxes };
  return { name, className, path, trainable, options, graph, ...found, ...(graph === null ? { source } : {}) };
}

interface ReadLayer {
  readonly raw: RawLayer;
  readonly rule: LayerRule | null;
  readonly options: object;
  readonly graph: GraphSpec | null;
  /** Those of the graph's outputs, `null` for none; there may be thousands of calls. */
  readonly graphShapes: readonly Shape[] | null;
  /** The constraints among its options, those of layers inside it too, with their places in the file. */
  readonly constraints: ReadonlyMap<ImportedConstraint, string>;
}

const noConstraints: ReadonlyMap<ImportedConstraint, string> = new Map();

function readLayer(raw: RawLayer, context: ResolveContext): ReadLayer {
  if (raw.graph !== null) {
    const graph = resolveGraph(raw.graph, context);
    return { raw, rule: null, options: {}, graph, graphShapes: outputsOf(graph), constraints: noConstraints };
  }
  const rule = raw.refused === true ? null : findRule(raw.className, raw.path, context);
  const found = new Map<ImportedConstraint, string>();
  const scope = { ...context, constraints: found, mappedAxes: raw.mappedAxes ?? noMapping };
  const options = rule === null ? {} : readOptions(rule, raw.config, `${raw.path}.config`, scope);
  const constraints = found.size === 0 ? noConstraints : found;
  return { raw, rule, options, graph: null, graphShapes: null, constraints };
}

/** What reading one layer, and those inside it, needs and collects. */
interface LayerScope extends ResolveContext {
  readonly constraints: Map<ImportedConstraint, string>;
  readonly mappedAxes: ReadonlyMap<string, MappedAxes>;
}

function readOptions(rule: LayerRule, config: JsonObject, path: string, scope: LayerScope): object {
  const readerContext: ReaderContext = {
    ...scope,
    writer: scope.writer ?? unknownWriter,
    onConstraint: (constraint, at) => void scope.constraints.set(constraint, at),
    readInner: (raw, at, key) => readInner(raw, at, { ...scope, mappedAxes: axesInside(key, scope.mappedAxes) }),
  };
  const reader = new ConfigReader(config, path, readerContext);
  const options = rule.read(reader);
  reader.finish(rule.className);
  return options;
}

/** The dialects have already given inner layers the form `{class_name, config}` with Keras 3's option names. */
function readInner(raw: JsonValue, path: string, context: LayerScope): InnerLayer | null {
  const { class_name: className, config } = (raw ?? {}) as { class_name?: JsonValue; config?: JsonValue };
  if (typeof className !== "string" || typeof config !== "object" || config === null || Array.isArray(config)) {
    context.problems.push({ code: "bad-config", path, message: `found ${describeJson(raw)}, wanted a layer` });
    return null;
  }
  const rule = findRule(className, path, context);
  if (rule === null) return null;
  const { name, trainable, dtype: _dtype, batch_shape: _shape, ...options } = config as JsonObject;
  return {
    className: rule.className,
    name: typeof name === "string" ? name : "",
    trainable: trainable !== false,
    options: readOptions(rule, options, `${path}.config`, context),
  };
}

/** The mappings of the layer that an option holds. */
function axesInside(key: string, mappedAxes: ReadonlyMap<string, MappedAxes>): ReadonlyMap<string, MappedAxes> {
  const start = `${key}.`;
  const inside = [...mappedAxes].filter(([option]) => option.startsWith(start));
  return new Map(inside.map(([option, axes]) => [option.slice(start.length), axes]));
}

function findRule(className: string, path: string, context: ResolveContext): LayerRule | null {
  const rule = context.registry.get(className);
  if (rule !== undefined) return rule;
  const code = codeClasses.has(className) ? "code-in-file" : "unsupported-layer";
  const message =
    code === "code-in-file"
      ? `found a ${className}, whose meaning is code in the file, which is never run; give a rule of your own in customLayers`
      : `found a layer of class ${className}, wanted a supported one or a rule of your own in customLayers`;
  context.problems.push({ code, path, message });
  return null;
}

function weightsOf(layer: ReadLayer, inputs: readonly Shape[], context: ResolveContext): WeightSpec[] {
  const ruleOf = lookup(context.registry);
  const slots = layer.rule?.weights?.({ options: layer.options, inputs, ruleOf }) ?? [];
  noteUnused(layer, slots, context);
  return slots.map((slot) => ({
    name: slot.name,
    shape: slot.shape,
    trainable: slot.trainable,
    constraint:
      slot.constraint === null
        ? null
        : settleConstraint(slot.constraint, slot, layer.constraints.get(slot.constraint) ?? layer.raw.path, context),
    layerClass: slot.layerClass ?? layer.raw.className,
    store: slot.store ?? "",
    spatialAxes: slot.spatialAxes ?? 0,
    values: null,
  }));
}

/** A constraint without its weight, such as that of a bias which the layer does not use, never runs. */
function noteUnused({ constraints }: ReadLayer, slots: readonly WeightSlot[], { notes }: ResolveContext): void {
  const used = new Set(slots.map((slot) => slot.constraint));
  for (const [constraint, path] of constraints) {
    if (used.has(constraint) || constraint.dead !== undefined) continue;
    const message = "the layer has no such weight with these options, so that Keras never runs it";
    notes.push({ code: "dead-constraint", path, message });
  }
}

function shapesAfter(layer: ReadLayer, inputs: readonly Shape[], context: ResolveContext): readonly Shape[] {
  const ruleOf = lookup(context.registry);
  return layer.rule?.outputShapes({ options: layer.options, inputs, ruleOf }) ?? [];
}

/** Thousands of layers may each have an output of as many axes as a file says. */
function checkRanks(shapes: readonly Shape[]): void {
  /** No array of NumPy, by which Keras hands them out, has more. */
  const mostAxes = 64;
  const rank = shapes.reduce((most, shape) => Math.max(most, shape.length), 0);
  if (rank <= mostAxes) return;
  throw new KerasProofError("limit", "layer", `found an output of ${rank} axes, wanted at most ${mostAxes}`);
}

/** A nested model takes as many tensors as it has inputs. */
function checkInputCount({ graph, raw }: ReadLayer, found: number): void {
  if (graph === null || graph.inputs.length === found) return;
  const message = `found a call with ${found} inputs, wanted ${graph.inputs.length}`;
  throw new KerasProofError("bad-graph", raw.path, message);
}

/** A nested model's output shapes, as its own inputs give them; null where a layer in it keeps one from being known. */
function outputsOf(graph: GraphSpec): readonly Shape[] | null {
  const layers = new Map(graph.layers.map((layer) => [layer.name, layer]));
  const shapes = graph.outputs.map((ref) => layers.get(ref.layer)?.calls[ref.call]?.outputShapes[ref.tensor]);
  return shapes.includes(undefined) ? null : (shapes as Shape[]);
}

function lookup(registry: LayerRegistry): (className: string) => LayerRule {
  return (className) => registry.get(className) as LayerRule;
}

/** Runs a step of a rule; what it throws of ours is collected with the layer's own path before it. */
function attempt(path: string, problems: Problem[], step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof KerasProofError)) throw error;
    for (const problem of error.problems) problems.push({ ...problem, path });
  }
}
