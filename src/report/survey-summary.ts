import type { GraphSpec } from "../import/spec.js";
import type { ModelSurvey } from "../import/survey.js";
import type { ModelSummary } from "./model-summary.js";

/** Counts what could be read of a model that may not be importable. */
export function summariseSurvey({ layers, constraints, ...survey }: ModelSurvey): ModelSummary {
  const { format, kerasVersion, generation, backend, parameters, graph } = survey;
  const models = graph === null ? 0 : countModels(graph);
  const inputs = layers.filter(({ className }) => className === "InputLayer").length;
  const computing = layers.length - inputs - models;
  return { format, kerasVersion, generation, backend, layers: computing, parameters, constraints: constraints.length };
}

function countModels(graph: GraphSpec): number {
  return graph.layers.reduce((sum, layer) => (layer.graph === null ? sum : sum + 1 + countModels(layer.graph)), 0);
}
