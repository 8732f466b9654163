import { formatKerasCall } from "../constraints/keras-call.js";
import type { ErrorCode, Note, Problem } from "../errors.js";
import type { GraphSpec, LayerSpec, ModelSpec, TensorRef, WeightSpec } from "../import/spec.js";
import { sizeOf } from "../ndarray.js";
import { formatColumns } from "./columns.js";
import { formatModelSummary, formatOrigin, summariseModel, versionOf } from "./model-summary.js";
import { formatNotes } from "./notes-text.js";
import { formatCount, formatInteger, formatShape } from "./numbers.js";
import type { TextStyle } from "./text-style.js";

/** What is told of a model file. */
export interface Inspection {
  /** The file, as it was named. */
  readonly name: string;
  /** What the file is, in words. */
  readonly format: string;
  /** As far as it could be read where there are problems; `null` where there is no graph. */
  readonly spec: ModelSpec | null;
  readonly notes: readonly Note[];
  /** Everything that is unsupported, unsafe or wrong. */
  readonly problems: readonly Problem[];
}

/** A model file for people: what it is, its layers with shapes, weights and constraints, and what is wrong with it. */
export function formatInspection({ name, format, spec, notes, problems }: Inspection, style: TextStyle): string[] {
  const head = spec === null ? format : formatHead(spec, problems.length === 0);
  const lines = [`${style.strong(name)}  ${head}`];
  if (spec !== null) {
    lines.push("", ...formatColumns(layerRows(spec.graph, spec, ""), "  "), "");
    lines.push(...formatColumns(modelRows(spec), "  "));
  }
  if (problems.length > 0) {
    lines.push("", style.bad(`this model cannot be imported: ${formatCount(problems.length, "finding")}`));
    lines.push(...problems.map((problem) => `  ${kindOf(problem.code)}: ${problem.path}: ${problem.message}`));
  }
  return [...lines, ...formatNotes(notes)];
}

/** What an unsupported layer holds is not known, and so neither is what there is in all. */
function formatHead(spec: ModelSpec, complete: boolean): string {
  const summary = summariseModel(spec);
  if (complete) return formatModelSummary(summary);
  return [formatOrigin(versionOf(summary), summary.backend), summary.format, formatCount(summary.layers, "layer")].join(
    ", ",
  );
}

function modelRows(spec: ModelSpec): string[][] {
  const { graph, training } = spec;
  const rows = [
    ["inputs", graph.inputs.map((ref) => formatTensor(ref, graph)).join(", ")],
    ["outputs", graph.outputs.map((ref) => formatTensor(ref, graph)).join(", ")],
    ["weights", spec.hasWeights ? "in the file" : "no weights: this is an architecture alone"],
  ];
  if (training !== null) {
    const optimizer = training.optimizer?.className ?? "no optimizer";
    rows.push(["training", `${optimizer}, loss ${JSON.stringify(training.loss) ?? "none"}`]);
  }
  return rows;
}

function layerRows(graph: GraphSpec, spec: ModelSpec, indent: string): string[][] {
  return graph.layers.flatMap((layer) => {
    const parameters = layer.weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const shapes = [...new Set(layer.calls.flatMap((call) => call.outputShapes.map(formatShape)))];
    const row = [
      `${indent}${layer.name}`,
      layer.className,
      shapes.join(" "),
      parameters === 0 ? "" : formatInteger(parameters),
      layer.weights.map((weight) => formatWeight(weight, spec)).join(", "),
    ];
    return layer.graph === null ? [row] : [row, ...layerRows(layer.graph, spec, `${indent}  `)];
  });
}

function formatWeight({ name, shape, constraint }: WeightSpec, { generation }: ModelSpec): string {
  const text = `${name} ${formatShape(shape)}`;
  if (constraint === null) return text;
  const { written, ...mapped } = constraint;
  const asWritten = written === undefined || mapped.kind === "nonNeg" ? mapped : { ...mapped, axis: written.axis };
  return `${text} ${formatKerasCall(asWritten, generation)}`;
}

function formatTensor({ layer, call, tensor }: TensorRef, graph: GraphSpec): string {
  const shape = graph.layers.find((one) => one.name === layer)?.calls[call]?.outputShapes[tensor];
  return shape === undefined ? layer : `${layer} ${formatShape(shape)}`;
}

function kindOf(code: ErrorCode): string {
  if (code === "code-in-file" || code === "unsafe" || code === "pickle") return "unsafe";
  return code.startsWith("unsupported-") ? "unsupported" : "invalid";
}

/** An inspection as `--format json` prints it. */
export function describeInspection({ name, format, spec, notes, problems }: Inspection): object {
  return {
    format: "kerasproof-inspection",
    version: 1,
    model: name,
    summary: spec === null ? { format } : summariseModel(spec),
    complete: problems.length === 0,
    hasWeights: spec?.hasWeights ?? false,
    layers: spec === null ? [] : describeLayers(spec.graph, ""),
    inputs: spec?.graph.inputs ?? [],
    outputs: spec?.graph.outputs ?? [],
    training: spec?.training ?? null,
    notes,
    problems,
  };
}

function describeLayers(graph: GraphSpec, prefix: string): object[] {
  return graph.layers.flatMap((layer) => [
    describeLayer(layer, prefix),
    ...(layer.graph === null ? [] : describeLayers(layer.graph, `${prefix}${layer.name}/`)),
  ]);
}

function describeLayer({ name, className, path, trainable, calls, weights }: LayerSpec, prefix: string): object {
  return {
    name: prefix + name,
    className,
    path,
    trainable,
    outputShapes: calls.map((call) => call.outputShapes),
    parameters: weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    weights: weights.map((weight) => ({
      name: weight.name,
      shape: weight.shape,
      dtype: weight.values?.dtype ?? null,
      trainable: weight.trainable,
      constraint: weight.constraint,
    })),
  };
}
