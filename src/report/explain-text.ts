import type { ConstraintExplanation } from "../constraints/index.js";
import type { GraphSpec } from "../import/spec.js";
import { formatConstraintFigures } from "./constraint-text.js";
import { constraintSentences, formatSentence, formatWeightHead } from "./constraint-sentences.js";
import type { Explanation } from "./explanation.js";
import { formatModelSummary } from "./model-summary.js";
import { formatNotes } from "./notes-text.js";
import { formatCount } from "./numbers.js";
import { mostFindings, type TextStyle } from "./text-style.js";

/** Every constraint in words: the model first, then each constraint, its details indented, then what else was found. */
export function formatExplanation(explanation: Explanation, style: TextStyle): string[] {
  const { name, summary, constraints, notes, problems } = explanation;
  const lines: string[] = [];
  if (name !== null) {
    const about = summary === null ? "" : `  ${formatModelSummary(summary, problems.length === 0)}`;
    lines.push(`${style.strong(name)}${about}`, "");
    lines.push(formatStanding(explanation), ...(explanation.counts.violated > 0 ? [importingRemark] : []), "");
  }
  for (const constraint of constraints) {
    lines.push(...formatConstraint(constraint, style), ...formatConstraintFigures(constraint), "");
  }
  if (problems.length > 0) {
    lines.push(style.bad(`this model cannot be imported: ${formatCount(problems.length, "finding")}`));
    lines.push(...problems.slice(0, mostFindings).map(({ path, message }) => `  ${path}: ${message}`));
    if (problems.length > mostFindings)
      lines.push(`  and ${problems.length - mostFindings} more; --format json has them all`);
    lines.push("");
  }
  return [...lines.slice(0, -1), ...formatNotes(notes)];
}

/** What there is to know of weights that do not obey their constraint yet. */
export const importingRemark: string =
  "what does not hold yet was so in the file: importing changes no weight, as in Keras; the first step of training does";

/** In one line: `5 constraints: 3 hold, 1 makes training fail, 1 never runs; 2 are probably not what was meant`. */
export function formatStanding(explanation: Explanation): string {
  const { constraints, counts } = explanation;
  if (constraints.length === 0) return formatNothing(explanation);
  const parts = [
    ...inWords(counts.holds, "holds", "hold"),
    ...inWords(counts.violated, "does not hold yet", "do not hold yet"),
    ...inWords(counts.broken, "makes training fail", "make training fail"),
    ...inWords(counts.dead, "never runs", "never run"),
    ...inWords(counts.unknown, "is not judged", "are not judged"),
  ];
  const doubtful = inWords(counts.doubtful, "is probably not what was meant", "are probably not what was meant");
  const what = formatCount(constraints.length, "constraint");
  return [`${what}: ${parts.join(", ")}`, ...doubtful].join("; ");
}

/** A model that cannot be imported may have none all the same: the options of layers of every class are read. */
function formatNothing({ summary, notes, problems }: Explanation): string {
  if (problems.length === 0) return "no weight of this model has a constraint";
  const isTold = [...problems, ...notes].some(({ code }) => code.includes("constraint"));
  const isRead = summary !== null && summary.layers > 0;
  return isRead && !isTold ? "no layer of this model has a constraint" : "no constraint of this model can be explained";
}

function inWords(count: number, one: string, many: string): string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
}

/** Constraints in sentences only, without empty lines between them, to stand below other things. */
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
  const sentences = constraintSentences(explanation);
  return [
    style.strong(formatWeightHead(explanation)),
    ...sentences.map((sentence) => {
      const line = `  ${formatSentence(sentence)}`;
      return sentence.kind === "wrong" ? style.doubtful(line) : line;
    }),
  ];
}

/** An explanation as `--format json` prints it. */
export function describeExplanation(explanation: Explanation): object {
  const { name, summary, counts, constraints, notes, problems } = explanation;
  return { format: "kerasproof-explanation", version: 2, model: name, summary, counts, constraints, notes, problems };
}
