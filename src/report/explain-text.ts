import type { ConstraintExplanation } from "../constraints/index.js";
import type { ModelSpec } from "../import/spec.js";
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

/** The lines of one constraint; the words that name a probable mistake stand out. */
export function formatConstraint(explanation: ConstraintExplanation, style: TextStyle): string[] {
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
