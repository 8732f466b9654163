import { KerasProofError } from "../errors.js";
import { sizeOf } from "../ndarray.js";
import { groupNorms } from "./apply.js";
import { constraintFault, resolveAxes } from "./axes.js";
import { formatKerasCall } from "./keras-call.js";
import { limitsOf, summariseNorms, type NormSummary } from "./norm-summary.js";
import { hasAxis, type Axis, type Constraint, type Generation } from "./spec.js";
import { findWeightAxes, type WeightAxes } from "./weight-axes.js";

/** A constraint and the weight it is bound to. */
export interface ExplainInput {
  readonly layerName: string;
  /** Keras's class name; of a wrapped layer, the class inside. */
  readonly layerClass: string;
  /** Keras's weight name: `kernel`, `bias`, `embeddings`, … */
  readonly weightName: string;
  /** The shape of the weight as it is stored here. */
  readonly shape: readonly number[];
  /** With the axis of the stored weight. */
  readonly constraint: Constraint;
  readonly generation: Generation;
  /** The weight's values; without them the explanation has no norms. */
  readonly values?: Float32Array | Float64Array;
  /**
   * Where the weight was transposed on import: the axis as the file has it, and which stored axis each axis of the file
   * became (null for one that is gone), as `mapConstraintAxes` takes it.
   */
  readonly written?: { readonly axis: Axis; readonly storedAxisOf: readonly (number | null)[] };
}

/** The groups along some axes, in words. */
export interface AxisGroups {
  /** The axes that are summed over, in the stored weight. */
  readonly axes: readonly number[];
  /** Their words. */
  readonly over: readonly string[];
  /** The words of the axes that remain: one norm for each of their combinations. */
  readonly each: readonly string[];
  readonly count: number;
  readonly size: number;
}

/** The axes that the author probably meant. */
export interface AxisAdvice extends AxisGroups {
  /** The option as one writes it for the Keras of the file. */
  readonly keras: string;
}

/** What NonNeg has to do: how many numbers are negative, the least of them, and how many are NaN. */
export interface NegativeSummary {
  readonly count: number;
  readonly least: number | null;
  readonly nan: number;
}

/**
 * Whose norm a constraint measures: that of each unit (Keras's documented purpose), of the whole weight at once (which
 * only an axis that says so asks for), of each number alone, of other groups, or of groups in a weight without a known
 * meaning of its axes, or without units, such as a bias.
 */
export type NormOf = "unit" | "whole" | "number" | "other" | "unknown";

/** What a constraint does to its weight; plain data. */
export interface ConstraintExplanation {
  readonly layerName: string;
  readonly layerClass: string;
  readonly weightName: string;
  readonly shape: readonly number[];
  /** A word for each axis; `axis 0`, … where the table of weights has none. */
  readonly axisWords: readonly string[];
  readonly constraint: Constraint;
  readonly generation: Generation;
  /** The constraint in Python, with the axis as the file has it. */
  readonly keras: string;
  /** The axes of the weight in the order of the file, where that is another one; 1 is an axis that is gone. */
  readonly writtenWords: readonly string[] | null;
  /** Null where the constraint measures no norm, and where the axis is not one of the weight. */
  readonly groups: AxisGroups | null;
  readonly normOf: NormOf | null;
  /** What a unit of this weight is called: "filter", "unit", "token", …; null for vectors and unknown weights. */
  readonly unit: string | null;
  /** True where the axis, as the file has it, is Keras's default, 0. */
  readonly defaultAxis: boolean;
  /** What is wrong with the axis, or with the shape for RadialConstraint: training stops in the first step. */
  readonly badAxis: string | null;
  readonly norms: NormSummary | null;
  /** The index of the groups that are farthest above and below; null along the axes that are summed over. */
  readonly worstAbove: readonly (number | null)[] | null;
  readonly worstBelow: readonly (number | null)[] | null;
  readonly negatives: NegativeSummary | null;
  /** Null where the axes are those of a unit, or were plainly chosen, or nothing is known about the weight. */
  readonly advice: AxisAdvice | null;
}

/** Tells what a constraint does to its weight, and where its axis is probably not the one that was meant. */
export function explainConstraint(input: ExplainInput): ConstraintExplanation {
  const { layerName, layerClass, weightName, shape, constraint, generation, values, written } = input;
  const known = findWeightAxes(layerClass, weightName, shape.length);
  const axisWords = known?.words ?? shape.map((_, axis) => `axis ${axis}`);
  const base = {
    layerName,
    layerClass,
    weightName,
    shape,
    axisWords,
    constraint,
    generation,
    keras: formatKerasCall(withAxis(constraint, written?.axis), generation),
    writtenWords: writtenWordsOf(axisWords, written?.storedAxisOf),
    groups: null,
    normOf: null,
    unit: known?.perUnit ? known.unit : null,
    defaultAxis: hasAxis(constraint) && (written === undefined ? constraint.axis : written.axis) === 0,
    badAxis: null,
    norms: null,
    worstAbove: null,
    worstBelow: null,
    negatives: null,
    advice: null,
  };
  if (constraint.kind === "nonNeg") return { ...base, negatives: values === undefined ? null : countNegatives(values) };
  if (!hasAxis(constraint)) return { ...base, badAxis: constraintFault(constraint, shape, generation) };

  let axes: readonly number[];
  try {
    axes = resolveAxes(constraint.axis, shape.length, generation, "axis");
  } catch (error) {
    if (!(error instanceof KerasProofError)) throw error;
    return { ...base, badAxis: error.problems[0]?.message ?? error.message };
  }
  const groups = groupsAlong(axes, shape, axisWords);
  const normOf = normOfGroups(axes, shape, known);
  const norms =
    values === undefined ? null : summariseNorms(groupNorms(values, shape, axes), groups.size, limitsOf(constraint));
  return {
    ...base,
    groups,
    normOf,
    norms,
    worstAbove: norms?.above?.worst ? indexOfGroup(norms.above.worst.group, shape, axes) : null,
    worstBelow: norms?.below?.worst ? indexOfGroup(norms.below.worst.group, shape, axes) : null,
    advice:
      known?.perUnit && (normOf === "other" || normOf === "number")
        ? adviseUnits(known, known.perUnit, { shape, constraint, generation, storedAxisOf: written?.storedAxisOf })
        : null,
  };
}

/** Compares the axes with those of a unit; an axis of extent 1 makes no difference. */
function normOfGroups(axes: readonly number[], shape: readonly number[], known: WeightAxes | null): NormOf {
  const long = shape.map((_, axis) => axis).filter((axis) => shape[axis] !== 1);
  const summed = long.filter((axis) => axes.includes(axis));
  if (!known?.perUnit) return "unknown";
  const perUnit = long.filter((axis) => known.perUnit?.includes(axis));
  if (String(summed) === String(perUnit)) return "unit";
  if (summed.length === long.length && axes.length > 1) return "whole";
  return summed.length === 0 ? "number" : "other";
}

function groupsAlong(axes: readonly number[], shape: readonly number[], words: readonly string[]): AxisGroups {
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return {
    axes,
    over: axes.map((axis) => words[axis]!),
    each: kept.map((axis) => words[axis]!),
    count: sizeOf(kept.map((axis) => shape[axis]!)),
    size: sizeOf(axes.map((axis) => shape[axis]!)),
  };
}

function adviseUnits(
  known: WeightAxes,
  perUnit: readonly number[],
  about: {
    shape: readonly number[];
    constraint: Constraint;
    generation: Generation;
    storedAxisOf: readonly (number | null)[] | undefined;
  },
): AxisAdvice {
  const { shape, constraint, generation, storedAxisOf } = about;
  const written =
    storedAxisOf === undefined
      ? perUnit
      : storedAxisOf.flatMap((stored, axis) => (stored === null || perUnit.includes(stored) ? [axis] : []));
  const call = formatKerasCall(withAxis(constraint, written.length === 1 ? written[0]! : written), generation);
  return {
    ...groupsAlong(perUnit, shape, known.words),
    keras: `${optionName(known.option, generation)}=${call}`,
  };
}

/** Keras 1 calls the options of kernels and biases `W_constraint` and `b_constraint`. */
function optionName(option: string, generation: Generation): string {
  if (generation !== "keras1") return option;
  if (option === "kernel_constraint" || option === "embeddings_constraint") return "W_constraint";
  return option === "bias_constraint" ? "b_constraint" : option;
}

function withAxis(constraint: Constraint, axis: Axis | undefined): Constraint {
  return !hasAxis(constraint) || axis === undefined ? constraint : { ...constraint, axis };
}

function writtenWordsOf(
  words: readonly string[],
  storedAxisOf: readonly (number | null)[] | undefined,
): readonly string[] | null {
  if (storedAxisOf === undefined) return null;
  return storedAxisOf.map((stored) => (stored === null ? "1" : (words[stored] ?? `axis ${stored}`)));
}

function indexOfGroup(group: number, shape: readonly number[], axes: readonly number[]): readonly (number | null)[] {
  let rest = group;
  const index: (number | null)[] = shape.map(() => null);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (axes.includes(axis)) continue;
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

function countNegatives(values: Float32Array | Float64Array): NegativeSummary {
  let count = 0;
  let nan = 0;
  let least = 0;
  for (const value of values) {
    if (value < 0) count++;
    if (value < least) least = value;
    if (Number.isNaN(value)) nan++;
  }
  return { count, least: count === 0 ? null : least, nan };
}
