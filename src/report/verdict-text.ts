import type { CaseStatus, CaseVerdict, ConstraintVerdict, VerdictCounts } from "../verify/verdict.js";
import { formatNote } from "./notes-text.js";
import { formatImportedConstraint } from "./imported-constraint.js";
import { formatModelSummary } from "./model-summary.js";
import { formatCount, formatInteger, formatNumber } from "./numbers.js";
import { type AnswerLine, answerQuestion } from "./question-line.js";
import { formatTensorTable } from "./tensor-table.js";
import type { TextStyle } from "./text-style.js";

/** How much of a verdict is told. */
export interface CaseTextOptions {
  readonly style: TextStyle;
  /** Every tensor, not only those that differ, and the notes. */
  readonly verbose: boolean;
  /** Lines about the model, to stand below its first. */
  readonly about: readonly string[];
}

/** The verdict on one model: what it is, a line for each question, every tensor where asked for or where one differs. */
export function formatCase(verdict: CaseVerdict, { style, verbose, about }: CaseTextOptions): string[] {
  const lines = [[style.strong(verdict.model), formatHead(verdict)].join("  ").trimEnd()];
  if (verdict.error !== null) {
    const { path, message, code } = verdict.error;
    return [...lines, `  ${style.bad(verdict.status)}  [${code}] ${path}: ${message}`].flatMap(splitLines);
  }
  const appendIndented = (added: readonly string[]): void => {
    for (const line of added) lines.push(`  ${line}`);
  };
  appendIndented(about);
  const answers = [
    answerQuestion(verdict, "import"),
    answerQuestion(verdict, "backend"),
    ...verdict.constraints.map(answerConstraint),
    ...answerTraining(verdict),
  ];
  const width = answers.reduce((most, { label }) => Math.max(most, label.length), 0);
  for (const { label, answer, text } of answers) {
    const mark = answer === null ? "" : `${paint(answer, style)}${" ".repeat(Math.max(2, 5 - answer.length))}`;
    lines.push(`  ${label.padEnd(width)}  ${mark}${text}`);
  }
  const outside = verdict.constraints.some(({ above }) => (above ?? 0) > 0);
  if (outside && about.length === 0) lines.push(`  ${"".padEnd(width)}  → kerasproof explain ${verdict.model}`);
  appendIndented(formatTensorTable(verdict, verbose));
  if (verbose) appendIndented(verdict.notes.map(formatNote));
  return lines;
}

/** `8 models: 7 agree, 1 differs`. */
export function formatCounts(counts: VerdictCounts): string {
  const words: readonly (readonly [CaseStatus, string, string])[] = [
    ["agrees", "agrees", "agree"],
    ["differs", "differs", "differ"],
    ["inconclusive", "is inconclusive", "are inconclusive"],
    ["unsupported", "is unsupported", "are unsupported"],
    ["invalid", "is invalid", "are invalid"],
  ];
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = words.flatMap(([status, one, many]) => {
    const count = counts[status];
    return count === 0 ? [] : [`${formatInteger(count)} ${count === 1 ? one : many}`];
  });
  return `${formatCount(all, "model")}: ${parts.join(", ")}`;
}

function formatHead(verdict: CaseVerdict): string {
  const { kerasBackend: backend, constraints, error } = verdict;
  const imported = constraints.filter(({ constraint }) => constraint !== null).length;
  const summary = { ...verdict, generation: null, backend, constraints: imported };
  return error === null ? formatModelSummary(summary) : "";
}

/** What a constraint would change, and, where the reference says what Keras makes of the weight, whether it agrees. */
function answerConstraint(verdict: ConstraintVerdict, index: number): AnswerLine {
  const { layer, weight, constraint, generation, groups, above, largest, agrees, share, worst } = verdict;
  const parts: string[] = [];
  if (constraint === null) parts.push("Keras constrains this weight, and the import does not");
  if (groups !== null && above !== null)
    parts.push(`${formatInteger(above)} of ${formatCount(groups, "group")} above its limit`);
  if (largest !== null) parts.push(`largest norm ${formatNumber(largest)}`);
  if (agrees !== null && share !== null) parts.push(`applied once, ${formatNumber(share)} of its budget off Keras's`);
  if (agrees === false && worst !== null)
    parts.push(`[${worst.index.join(", ")}] ${worst.actual} for ${worst.expected}`);
  const head = [layer, weight, ...(constraint === null ? [] : [formatImportedConstraint(constraint, generation)])].join(
    " ",
  );
  const answer = agrees === null ? null : agrees ? "yes" : "NO";
  return {
    label: index === 0 ? "constraints" : "",
    answer,
    text: parts.length === 0 ? head : `${head}: ${parts.join(", ")}`,
  };
}

/** Nothing where the reference holds no training; where it holds some that could not be judged, the reason. */
function answerTraining({ training, notes }: CaseVerdict): AnswerLine[] {
  const [first, ...rest] = training;
  if (first === undefined) {
    const reason = notes.find(({ code }) => code === "training-not-judged");
    return reason === undefined ? [] : [{ label: "training", answer: "not judged", text: reason.message }];
  }
  const wrong = training.find(({ agrees }) => !agrees);
  const worst = rest.reduce((most, one) => (one.maxRel / one.limit > most.maxRel / most.limit ? one : most), first);
  const steps = formatCount(new Set(training.map(({ step }) => step)).size, "step");
  const { step, question, weight, maxRel, limit } = wrong ?? worst;
  const where = `${weight ?? "weights"} after step ${step}${question === "import" ? "" : " in float32"}`;
  const numbers = `${formatNumber(maxRel)} of its largest entry, limit ${formatNumber(limit)}`;
  const text = wrong === undefined ? `${steps}, worst ${where}: ${numbers}` : `first ${where}: ${numbers}`;
  return [{ label: "training", answer: wrong === undefined ? "yes" : "NO", text }];
}

function paint(answer: NonNullable<AnswerLine["answer"]>, style: TextStyle): string {
  if (answer === "yes") return style.good(answer);
  return answer === "NO" ? style.bad(answer) : style.doubtful(answer);
}

/** The message of an error that lists several findings has a line for each. */
function splitLines(line: string): string[] {
  return line.split(/\n */).map((part, index) => (index === 0 ? part : `    ${part}`));
}
