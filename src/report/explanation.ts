import type { ConstraintExplanation, ConstraintStatus } from "../constraints/index.js";
import type { Note, Problem } from "../errors.js";
import type { ModelSummary } from "./model-summary.js";

/** What is told of the constraints of a model, or of one constraint without a model. */
export interface Explanation {
  /** The file as it was named; null where a constraint was explained without one. */
  readonly name: string | null;
  readonly summary: ModelSummary | null;
  /** In the order of the layers. */
  readonly constraints: readonly ConstraintExplanation[];
  readonly counts: ExplanationCounts;
  readonly notes: readonly Note[];
  /** What keeps the model from being imported; the constraints that could be read are explained none the less. */
  readonly problems: readonly Problem[];
}

/** How many constraints have each status, and how many are probably not what was meant, whatever their status. */
export interface ExplanationCounts extends Readonly<Record<ConstraintStatus, number>> {
  readonly doubtful: number;
}

/** Counts constraints by their status. */
export function countConstraints(constraints: readonly ConstraintExplanation[]): ExplanationCounts {
  const counts = { broken: 0, dead: 0, unknown: 0, violated: 0, holds: 0, doubtful: 0 };
  for (const { status, advice } of constraints) {
    counts[status]++;
    if (advice !== null) counts.doubtful++;
  }
  return counts;
}
