import type { ConstraintExplanation } from "../constraints/index.js";
import type { GraphSpec, ModelSpec } from "../import/spec.js";
import { formatConstraintExplanation } from "./constraint-text.js";
import { formatModelSummary, summariseModel } from "./model-summary.js";
import { formatNotes } from "./notes-text.js";
import type { TextStyle } from "./text-style.js";

/** What is told of a model's constraints. */
export interface ModelExplanation {
  /** The file, as it was named. */
  readonly name: string;
  readonly spec: ModelSpec;
  readonly explanations: readonly ConstraintExplanation[];
}

/** Every constraint of a model in words: the model first, then each constraint, its details indented. */
export function formatExplanation({ name, spec, explanations }: ModelExplanation, style: TextStyle): string[] {
  const lines = [`${style.strong(name)}  ${formatModelSummary(summariseModel(spec))}`];
  for (const explanation of explanations) lines.push("", ...formatConstraint(explanation, style));
  if (explanations.length === 0) lines.push("", "no weight of this model has a constraint");
  return [...lines, ...formatNotes(spec.notes)];
}

/** Constraints without empty lines between them, to stand below other things. */
export function formatConstraints(explanations: readonly ConstraintExplanation[], style: TextStyle): string[] {
  return explanations.flatMap((explanation) => formatConstraint(explanation, style));
}

/** Every layer in a line: `conv2d (Conv2D), dropout (Dropout), inner (Functional: dense (Dense))`. */
export function formatLayerList(graph: GraphSpec): string {
  return graph.layers
    .map(({ name, className, graph: inner }) =>
      inner === null ? `${name} (${className})` : `${name} (${className}: ${formatLayerList(inner)})`,
    )
    .join(", ");
}

/** The lines of one constraint; the words that name a probable mistake stand out. */
function formatConstraint(explanation: ConstraintExplanation, style: TextStyle): string[] {
  const [head = "", ...details] = formatConstraintExplanation(explanation);
  const wrong = /^ +(?:probably not what was meant|training fails)/;
  return [style.strong(head), ...details.map((line) => (wrong.test(line) ? style.doubtful(line) : line))];
}

/** An explanation as `--format json` prints it. */
export function describeExplanation({ name, spec, explanations }: ModelExplanation): object {
  return {
    format: "kerasproof-explanation",
    version: 1,
    model: name,
    summary: summariseModel(spec),
    constraints: explanations,
    notes: spec.notes,
  };
}
