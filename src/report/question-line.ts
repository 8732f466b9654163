import type { CaseVerdict, Divergence, Question, TensorVerdict } from "../verify/verdict.js";
import { provesNothing } from "../verify/verify-spec.js";
import { formatCount, formatNumber, formatPair } from "./numbers.js";

/** One line of a verdict: what was asked, the answer, and the numbers behind it. */
export interface AnswerLine {
  readonly label: string;
  readonly answer: "yes" | "NO" | "unproven" | "not judged" | null;
  readonly text: string;
}

/** The answer to one question: whether the import is the same function, or whether the backend computes it. */
export function answerQuestion(verdict: CaseVerdict, question: Question): AnswerLine {
  const label = question === "import" ? "same function" : `on ${verdict.backend}`;
  const tensors = verdict.tensors.filter((tensor) => tensor.question === question);
  if (tensors.length === 0) return { label, answer: "not judged", text: "nothing in the reference to judge it by" };
  const differs = tensors.some((tensor) => !tensor.agrees);
  const { firstDivergence } = verdict;
  if (differs) {
    const first = firstDivergence?.question === question ? firstDivergence : null;
    return { label, answer: "NO", text: first === null ? formatWorst(tensors) : formatDivergence(first) };
  }
  const coarse = largestResolution(tensors) > provesNothing;
  const parts = [...(question === "import" ? [formatCover(verdict)] : []), formatWorst(tensors)];
  if (coarse) parts.push("a smaller difference than that would not show");
  return { label, answer: coarse && verdict.status === "inconclusive" ? "unproven" : "yes", text: parts.join("; ") };
}

/** `first at batch_1 (BatchNormalization), call 0, [1, 0, 14, 3]: 0.21387 for 0.21402, 1.6e5 times the limit`. */
function formatDivergence(divergence: Divergence): string {
  const { layer, className, call, tensor, index, actual, expected, share, message, agreesIf } = divergence;
  const parts: string[] = [];
  if (layer === null) parts.push(`${message}; first at ${tensor}`);
  else parts.push(`first at ${layer}${className === null ? "" : ` (${className})`}`, `call ${call ?? 0}`);
  if (index === null || actual === null || expected === null) return `${parts.join(", ")}: ${message}`;
  const [found, wanted] = formatPair(actual, expected);
  const numbers = `${parts.join(", ")}, [${index.join(", ")}]: ${found} for ${wanted}`;
  const size = share === null ? numbers : `${numbers}, ${formatNumber(share)} times its budget`;
  return agreesIf === null ? size : `${size}; agrees if ${agreesIf}`;
}

/** How much of the model was judged: `8 of 8 layer calls and the output`. */
function formatCover({ layerCalls, tensors }: CaseVerdict): string {
  const outputs = new Set(tensors.filter(({ layer }) => layer === null).map(({ name }) => name)).size;
  const whole = outputs === 1 ? "the output" : formatCount(outputs, "output");
  if (layerCalls.judged === 0) return whole;
  return `${layerCalls.judged} of ${formatCount(layerCalls.total, "layer call")} and ${whole}`;
}

/** The tensor that takes the largest part of its budget, with its error, budget and basis, and the resolution of all. */
function formatWorst(tensors: readonly TensorVerdict[]): string {
  const [first, ...rest] = tensors;
  if (first === undefined) return "";
  const worst = rest.reduce((most, one) => (partOf(one) > partOf(most) ? one : most), first);
  const where = worst.layer ?? worst.name;
  if (worst.failure !== null) return `${where}: ${worst.failure}`;
  const { maxRel, share, resolution } = worst;
  const error = `error ${formatNumber(maxRel ?? 0)} of its largest`;
  const budget = `budget ${formatNumber(resolution ?? 0)}, ${formatNumber(share ?? 0)} of it used`;
  const bases = [...new Set(tensors.map(({ basis }) => basis))].join(" and ");
  return `worst in ${where}: ${error}, ${budget}; resolution ${formatNumber(largestResolution(tensors))} [${bases}]`;
}

function partOf({ share, failure }: TensorVerdict): number {
  return failure === null ? (share ?? 0) : Infinity;
}

function largestResolution(tensors: readonly TensorVerdict[]): number {
  return tensors.reduce((most, { resolution }) => Math.max(most, resolution ?? 0), 0);
}
