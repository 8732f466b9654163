import { appendAll } from "../append-all.js";
import type { Generation } from "../constraints/spec.js";
import type { ErrorCode } from "../errors.js";
import type { JsonValue } from "../formats/python-json.js";
import { formatPythonJson } from "../import/python-json-text.js";
import type { GraphSpec, LayerSpec, TensorRef, WeightSpec } from "../import/spec.js";
import type { ModelSurvey } from "../import/survey.js";
import { sizeOf } from "../ndarray.js";
import { formatColumns } from "./columns.js";
import { formatImportedConstraint } from "./imported-constraint.js";
import { formatModelSummary } from "./model-summary.js";
import { formatNotes } from "./notes-text.js";
import { formatCount, formatInteger, formatShape } from "./numbers.js";
import { summariseSurvey } from "./survey-summary.js";
import { mostFindings, type TextStyle } from "./text-style.js";

/** A model file for people: what it is, its layers with shapes, weights and constraints, and what is wrong with it. */
export function formatInspection(name: string, survey: ModelSurvey, style: TextStyle): string[] {
  const { graph, generation, problems, notes } = survey;
  const head = formatModelSummary(summariseSurvey(survey), graph !== null && problems.length === 0);
  const lines = [`${style.strong(name)}  ${graph === null ? survey.format : head}`];
  if (graph !== null && generation !== null) {
    appendAll(lines, ["", ...formatColumns(layerRows(graph, generation, ""), "  "), ""]);
    appendAll(lines, formatColumns(modelRows(survey, graph), "  "));
  }
  if (problems.length > 0) {
    lines.push("", style.bad(`this model cannot be imported: ${formatCount(problems.length, "finding")}`));
    const told = problems.slice(0, mostFindings);
    lines.push(...told.map((problem) => `  ${kindOf(problem.code)}: ${problem.path}: ${problem.message}`));
    if (problems.length > mostFindings)
      lines.push(`  and ${problems.length - mostFindings} more; --format json has them all`);
  }
  return [...lines, ...formatNotes(notes)];
}

/** An inspection as `--format json` prints it. */
export function describeInspection(name: string, survey: ModelSurvey): object {
  const { graph, hasWeights, trainableParameters, training, notes, problems } = survey;
  return {
    format: "kerasproof-inspection",
    version: 1,
    model: name,
    summary: summariseSurvey(survey),
    complete: graph !== null && problems.length === 0,
    hasWeights,
    trainableParameters,
    layers: graph === null ? [] : describeLayers(graph, ""),
    inputs: graph?.inputs ?? [],
    outputs: graph?.outputs ?? [],
    training,
    notes,
    problems,
  };
}

function modelRows({ hasWeights, training }: ModelSurvey, graph: GraphSpec): string[][] {
  const rows = [
    ["inputs", graph.inputs.map((ref) => formatTensor(ref, graph)).join(", ")],
    ["outputs", graph.outputs.map((ref) => formatTensor(ref, graph)).join(", ")],
    ["weights", hasWeights ? "read" : "no weights: this is an architecture alone"],
  ];
  if (training !== null) {
    const optimizer = training.optimizer?.className ?? "no optimizer";
    const loss = training.loss === undefined ? "none" : formatPythonJson(training.loss as JsonValue);
    rows.push(["training", `${optimizer}, loss ${loss}`]);
  }
  return rows;
}

function layerRows(graph: GraphSpec, generation: Generation, indent: string): string[][] {
  return graph.layers.flatMap((layer) => {
    const parameters = parametersOf(layer);
    const shapes = [...new Set(layer.calls.flatMap((call) => call.outputShapes.map(formatShape)))];
    const row = [
      `${indent}${layer.name}`,
      layer.className,
      shapes.join(" "),
      parameters === 0 ? "" : formatInteger(parameters),
      layer.weights.map((weight) => formatWeight(weight, generation)).join(", "),
    ];
    return layer.graph === null ? [row] : [row, ...layerRows(layer.graph, generation, `${indent}  `)];
  });
}

function formatWeight({ name, shape, constraint }: WeightSpec, generation: Generation): string {
  const text = `${name} ${formatShape(shape)}`;
  return constraint === null ? text : `${text} ${formatImportedConstraint(constraint, generation)}`;
}

function formatTensor({ layer, call, tensor }: TensorRef, graph: GraphSpec): string {
  const shape = graph.layers.find((one) => one.name === layer)?.calls[call]?.outputShapes[tensor];
  return shape === undefined ? layer : `${layer} ${formatShape(shape)}`;
}

function kindOf(code: ErrorCode): string {
  if (code === "code-in-file" || code === "unsafe" || code === "pickle") return "unsafe";
  return code.startsWith("unsupported-") ? "unsupported" : "invalid";
}

function describeLayers(graph: GraphSpec, prefix: string): object[] {
  return graph.layers.flatMap((layer) => [
    describeLayer(layer, prefix),
    ...(layer.graph === null ? [] : describeLayers(layer.graph, `${prefix}${layer.name}/`)),
  ]);
}

function describeLayer(layer: LayerSpec, prefix: string): object {
  return {
    name: prefix + layer.name,
    className: layer.className,
    path: layer.path,
    trainable: layer.trainable,
    outputShapes: layer.calls.map((call) => call.outputShapes),
    parameters: parametersOf(layer),
    weights: layer.weights.map(({ name, shape, values, trainable, constraint }) => ({
      name,
      shape,
      dtype: values?.dtype ?? null,
      trainable,
      constraint,
    })),
  };
}

function parametersOf({ weights }: LayerSpec): number {
  return weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
