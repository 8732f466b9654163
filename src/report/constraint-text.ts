import type { AxisGroups, ConstraintExplanation, LimitCount, NormSummary } from "../constraints/index.js";
import { sizeOf } from "../ndarray.js";
import { formatCount, formatInteger } from "./numbers.js";

/**
 * An explanation in plain words, a line each: first the weight and the constraint, then, indented by two spaces, what
 * the norm is over, the norms now, and what was probably meant.
 */
export function formatConstraintExplanation(explanation: ConstraintExplanation): string[] {
  const { layerName, layerClass, weightName, shape, axisWords, keras, writtenWords, groups, norms } = explanation;
  const axes = shape.map((extent, axis) => `${axisWords[axis]} ${extent}`).join(", ");
  const details: string[] = [];
  if (writtenWords !== null) details.push(`the axis counts as Keras 1 stored the weight: (${writtenWords.join(", ")})`);
  if (explanation.badAxis !== null) details.push(`training fails in its first step: ${explanation.badAxis}`);
  if (groups !== null) details.push(formatGroups(groups, explanation));
  if (norms !== null) details.push(...formatNorms(norms, explanation));
  details.push(...formatEffect(explanation), ...formatAdvice(explanation));
  const head = `${layerName} (${layerClass}): ${weightName} (${axes || "one number"}), ${keras}`;
  return [head, ...details.map((line) => `  ${line}`)];
}

function formatGroups(groups: AxisGroups, { normOf, unit, shape, weightName }: ConstraintExplanation): string {
  const numbers = `${formatCount(groups.count, "group")} of ${formatCount(groups.size, "number")}`;
  const over = groups.over.length === 0 ? "no axis" : listWords(groups.over);
  if (groups.size === 1 && sizeOf(shape) !== 1)
    return `the norm is over ${over}: each number is its own group, ${numbers}`;
  if (groups.each.length === 0) return `the norm is over the whole ${weightName}: ${numbers}`;
  if (normOf === "unit") return `the norm is over ${over}, one for each ${unit}: ${numbers}`;
  const only = normOf === "other" && groups.over.length === 1 ? " only" : "";
  return `the norm is over ${over}${only}: ${numbers}, one for each place along ${listWords(groups.each)}`;
}

function formatNorms(norms: NormSummary, explanation: ConstraintExplanation): string[] {
  const { finite, zeroGroups, nonFiniteGroups, above, below } = norms;
  const lines: string[] = [];
  if (finite !== null) {
    const { smallest, median, largest } = finite;
    lines.push(
      `norms now: smallest ${formatNumber(smallest)}, median ${formatNumber(median)}, largest ${formatNumber(largest)}`,
    );
  }
  const total = explanation.groups?.count ?? 0;
  if (above !== null) lines.push(formatOutside("above", above, total, explanation.worstAbove));
  if (below !== null) lines.push(formatOutside("below", below, total, explanation.worstBelow));
  if (zeroGroups > 0) lines.push(`${formatCount(zeroGroups, "group")} of zeros, which no constraint changes`);
  if (nonFiniteGroups > 0) lines.push(`${formatCount(nonFiniteGroups, "group")} with NaN or infinity`);
  if ((above?.count ?? 0) + (below?.count ?? 0) > 0) {
    lines.push("importing leaves them so, as Keras does; the first step of training changes them");
  }
  return lines;
}

function formatOutside(
  side: "above" | "below",
  { limit, count: outside, worst }: LimitCount,
  total: number,
  index: readonly (number | null)[] | null,
): string {
  const head = `${formatInteger(outside)} of ${formatCount(total, "group")} ${side} ${formatNumber(limit)}`;
  if (worst === null || index === null) return head;
  const times = side === "above" && limit > 0 ? ` (${formatNumber(worst.norm / limit)} times the limit)` : "";
  const at = index.length === 0 ? "" : ` at [${index.map((one) => one ?? ":").join(", ")}]`;
  return `${head}, the farthest has norm ${formatNumber(worst.norm)}${times}${at}`;
}

/** What the constraint does beside scaling to a limit. */
function formatEffect({ constraint, negatives, shape }: ConstraintExplanation): string[] {
  if (constraint.kind === "minMaxNorm" && constraint.rate !== 1) {
    return [`a step moves a norm by ${formatNumber(constraint.rate)} of its way into the range`];
  }
  if (constraint.kind === "radialConstraint") {
    return ["each 2-D kernel becomes rings of equal numbers, which come from its diagonal"];
  }
  if (constraint.kind === "custom") return ["a function of your own decides what becomes of the weight"];
  if (constraint.kind !== "nonNeg") return [];
  const lines = ["each number by itself: a negative one becomes 0"];
  if (negatives !== null) {
    const least = negatives.least === null ? "" : `, the least ${formatNumber(negatives.least)}`;
    const nan = negatives.nan === 0 ? "" : `, ${formatInteger(negatives.nan)} NaN`;
    lines.push(
      `now ${formatInteger(negatives.count)} of ${formatCount(sizeOf(shape), "number")} negative${least}${nan}`,
    );
  }
  return lines;
}

function formatAdvice({ advice, shape, unit, weightName, defaultAxis }: ConstraintExplanation): string[] {
  if (advice === null) return [];
  const axis = defaultAxis ? "axis=0, Keras's default," : "the axis";
  const whole = `the whole ${weightName} (1 group of ${formatInteger(sizeOf(shape))})`;
  const units = `each ${unit} (${formatCount(advice.count, "group")} of ${formatInteger(advice.size)})`;
  return [
    `probably not what was meant: ${axis} is neither ${whole} nor ${units}`,
    `for one norm for each ${unit} write ${advice.keras}`,
  ];
}

function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Four significant digits, without zeros at the end. */
function formatNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}
