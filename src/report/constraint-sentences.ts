import type {
  AxisGroups,
  ConstraintExplanation,
  ConstraintFault,
  GroupList,
  GroupsOutside,
  NormSummary,
} from "../constraints/index.js";
import { listWords, wordAndNumber } from "../constraints/axis-groups.js";
import { reversesGroups } from "../constraints/norm-limits.js";
import { sizeOfAxes } from "../constraints/weights/weight-shape.js";
import { formatPlace } from "./constraint-place.js";
import { formatCount, formatInteger } from "./numbers.js";

/** A sentence about a constraint, without a full stop. */
export interface Sentence {
  /** `wrong`: what was probably not meant, never runs or makes training fail. `advice`: what to write instead. */
  readonly kind: "fact" | "wrong" | "advice";
  readonly text: string;
  /** What follows the text and is Python. */
  readonly code?: string;
}

/** A sentence as one text. */
export function formatSentence({ text, code }: Sentence): string {
  return code === undefined ? text : `${text} ${code}`;
}

/** The weight and the constraint: `conv2d (Conv2D): kernel (rows 3, columns 3, in 3, out 32), max_norm(3, axis=0)`. */
export function formatWeightHead(explanation: ConstraintExplanation): string {
  const { weightName, keras } = explanation;
  const layer = formatLayer(explanation);
  return `${layer}${layer === "" ? "" : ": "}${weightName} (${formatAxes(explanation)}), ${keras}`;
}

/** `conv2d (Conv2D)`, the class alone for a layer without a name, and nothing for one that is not known. */
export function formatLayer({ layerName, layerClass }: ConstraintExplanation): string {
  return layerName === "" ? layerClass : `${layerName} (${layerClass})`;
}

/** The axes of the weight with their extents: `rows 3, columns 3, in ?, out 32`; `?` alone where not even those are known. */
export function formatAxes({ shape, axisWords }: Pick<ConstraintExplanation, "shape" | "axisWords">): string {
  if (shape === null) return "?";
  return shape.map((extent, axis) => wordAndNumber(axisWords[axis]!, extent)).join(", ") || "one number";
}

/** What there is to say of a constraint: the order of the file, what the norm is over, the norms now, what was meant. */
export function constraintSentences(explanation: ConstraintExplanation): Sentence[] {
  const { badAxis, badLimit, dead, groups, norms, remarks } = explanation;
  const layout = remarks.filter(({ code }) => code === "layout-of-keras-1");
  const facts = layout.map(({ message }) => message);
  if (groups !== null) facts.push(formatGroups(groups, explanation));
  if (norms !== null) facts.push(...formatNorms(norms, explanation));
  facts.push(...formatEffect(explanation));
  for (const remark of remarks) if (!layout.includes(remark)) facts.push(remark.message);
  const fails = dead === null ? "training fails in its first step" : "if it ran, training would fail in its first step";
  return [
    ...(dead === null ? [] : [{ kind: "wrong" as const, text: `never runs: ${dead}` }]),
    ...(badAxis === null ? [] : [{ kind: "wrong" as const, text: `${fails}: ${badAxis}` }]),
    ...(badLimit === null ? [] : [{ kind: "wrong" as const, text: formatBadLimit(badLimit, fails) }]),
    ...facts.map((text) => ({ kind: "fact" as const, text })),
    ...formatAdvice(explanation),
  ];
}

function formatBadLimit({ message, kerasTrains }: ConstraintFault, fails: string): string {
  return `${kerasTrains ? "not enforced, so that training is refused" : fails}: ${message}`;
}

/** `3 groups of 27 numbers`, with `?` for what hangs on an extent that is not known. */
export function formatGroupSizes({ count, size }: Pick<AxisGroups, "count" | "size">): string {
  return `${formatCount(count, "group")} of ${formatCount(size, "number")}`;
}

/** Four significant digits, without zeros at the end; NaN and Infinity as words. */
export function formatNorm(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** The figures of finite norms, each with its name. */
export function normFigures(finite: NonNullable<NormSummary["finite"]>): readonly (readonly [string, string])[] {
  const figures = [
    ["smallest", finite.smallest],
    ["lower quartile", finite.lowerQuartile],
    ["median", finite.median],
    ["upper quartile", finite.upperQuartile],
    ["largest", finite.largest],
    ["mean", finite.mean],
  ] as const;
  return figures.map(([name, norm]) => [name, formatNorm(norm)]);
}

function formatGroups(groups: AxisGroups, { normOf, unit, shape, weightName }: ConstraintExplanation): string {
  const numbers = formatGroupSizes(groups);
  const over = groups.over.length === 0 ? "no axis" : listWords(groups.over);
  if (groups.size === 1 && sizeOfAxes(shape ?? []) !== 1)
    return `the norm is over ${over}: each number is its own group, ${numbers}`;
  if (groups.each.length === 0) return `the norm is over the whole ${weightName}: ${numbers}`;
  if (normOf === "unit") return `the norm is over ${over}, one for each ${unit}: ${numbers}`;
  const only = normOf === "other" && groups.over.length === 1 ? " only" : "";
  return `the norm is over ${over}${only}: ${numbers}, one for each place along ${listWords(groups.each)}`;
}

function formatNorms(norms: NormSummary, { groups }: ConstraintExplanation): string[] {
  const { finite, finiteCount, above, below, zero, infinite, nan } = norms;
  const lines: string[] = [];
  if (finite !== null && finiteCount === 1) lines.push(`the norm now: ${formatNorm(finite.smallest)}`);
  else if (finite !== null) {
    const figures = normFigures(finite).map(([word, norm]) => `${word} ${norm}`);
    lines.push(`norms now: ${figures.join(", ")}`);
  }
  const total = groups?.count ?? 0;
  if (above !== null) lines.push(formatOutside("above", above, total));
  if (below !== null) lines.push(formatOutside("below", below, total));
  if (zero.count > 0) lines.push(formatList(zero, "of zeros", "no constraint changes"));
  if (infinite.count > 0) lines.push(formatList(infinite, "with infinity", "a step leaves NaN in"));
  if (nan.count > 0) lines.push(formatList(nan, "with NaN", "a step makes NaN of all of"));
  return lines;
}

function formatOutside(side: "above" | "below", { limit, count, worst }: GroupsOutside, total: number): string {
  const head = `${formatInteger(count)} of ${formatCount(total, "group")} ${side} ${formatNorm(limit)}`;
  if (worst === null) return head;
  const times = side === "above" && limit > 0 ? ` (${formatNorm(worst.norm / limit)} times the limit)` : "";
  return `${head}, the farthest has norm ${formatNorm(worst.norm)}${times}${formatAt(worst.index)}`;
}

/** `2 groups of zeros, the first at [:, 3]: no constraint changes them`. */
function formatList({ count, first }: GroupList, what: string, effect: string): string {
  const place = first[0] === undefined ? "" : formatAt(first[0].index);
  const where = count > 1 && place !== "" ? `, the first${place}` : place;
  return `${formatCount(count, "group")} ${what}${where}: ${effect} ${count === 1 ? "it" : "them"}`;
}

function formatAt(index: readonly (number | null)[]): string {
  return index.every((one) => one === null) ? "" : ` at ${formatPlace(index)}`;
}

/** What the constraint does beside scaling to a limit. */
function formatEffect({ constraint, negatives, shape }: ConstraintExplanation): string[] {
  if (constraint.kind === "minMaxNorm" && constraint.rate > 0 && constraint.rate < 1 && !reversesGroups(constraint)) {
    return [`a step moves a norm by ${formatNorm(constraint.rate)} of its way into the range`];
  }
  if (constraint.kind === "radialConstraint") {
    return ["each 2-D kernel becomes rings of equal numbers, which come from its diagonal"];
  }
  if (constraint.kind === "custom") return ["a function of your own decides what becomes of the weight"];
  if (constraint.kind !== "nonNeg") return [];
  const lines = ["each number by itself: a negative one becomes 0"];
  if (negatives !== null && shape !== null) {
    const least = negatives.least === null ? "" : `, the least ${formatNorm(negatives.least)}`;
    const nan = negatives.nan === 0 ? "" : `, ${formatInteger(negatives.nan)} NaN`;
    lines.push(
      `now ${formatInteger(negatives.count)} of ${formatCount(sizeOfAxes(shape), "number")} negative${least}${nan}`,
    );
  }
  return lines;
}

function formatAdvice({ advice, badAxis, alternatives, ...rest }: ConstraintExplanation): Sentence[] {
  const { shape, unit, weightName, defaultAxis, twoShapes } = rest;
  const right = alternatives.find(({ kind }) => kind === "unit");
  if (badAxis !== null && right !== undefined) {
    return [{ kind: "advice", text: `for one norm for each ${unit} write`, code: right.keras }];
  }
  if (advice === null || shape === null) return [];
  const axis = defaultAxis ? "axis=0, Keras's default," : "the axis";
  const whole = `the whole ${weightName} (1 group of ${formatInteger(sizeOfAxes(shape))})`;
  const alone = twoShapes === null ? "" : " of this weight, and not of the others that the option holds for,";
  const units = `each ${unit} (${formatCount(advice.count, "group")} of ${formatInteger(advice.size)})`;
  return [
    { kind: "wrong", text: `probably not what was meant: ${axis} is neither ${whole} nor ${units}` },
    { kind: "advice", text: `for one norm for each ${unit}${alone} write`, code: advice.keras },
  ];
}
