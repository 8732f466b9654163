import { groupNorms } from "./apply.js";
import { groupsAlong, type AxisGroups } from "./axis-groups.js";
import { plainAxis } from "./keras-call.js";
import { limitsOf, reversesGroups } from "./norm-limits.js";
import { summariseNorms, type NormSummary } from "./norm-summary.js";
import { formatOptionLine, withAxis } from "./option-line.js";
import type { Axis, Generation, NormConstraint } from "./spec.js";
import { isWholeShape, type OpenShape } from "./weights/weight-shape.js";
import type { WeightAxes } from "./weights/weight-axes.js";
import { brokenLimits } from "./written-limits.js";

/** What the same constraint does with other axes. */
export interface AxisAlternative {
  /**
   * `written`: the axis as it is. `unit`: all the weights that enter one unit or filter, as Srivastava et al. 2014
   * ("Dropout", section 5.1) and cs231n mean max-norm. `whole`: one norm for the whole weight.
   */
  readonly kind: "written" | "unit" | "whole";
  readonly groups: AxisGroups;
  /** The argument to write for the Keras of the file, in whose axes it counts: `kernel_constraint=max_norm(3, axis=0)`. */
  readonly keras: string;
  /** Null without the weight's values. */
  readonly norms: NormSummary | null;
  /**
   * How many groups one step would scale: those outside the limits but groups of zeros, and with a negative limit, which
   * turns all of them round, every group but those. Groups inside the limits, which it multiplies by
   * norm / (norm + epsilon), are not counted, nor are infinite ones and NaN. Null without values, and where a limit is no
   * number.
   */
  readonly changed: number | null;
}

/** A norm constraint on a weight with known units. */
export interface AlternativesInput {
  readonly known: WeightAxes;
  readonly perUnit: readonly number[];
  readonly shape: OpenShape;
  readonly constraint: NormConstraint;
  readonly generation: Generation;
  readonly values: Float32Array | Float64Array | undefined;
  /** Which stored axis each axis of the file became; undefined where they are the same. */
  readonly storedAxisOf: readonly (number | null)[] | undefined;
  /** What the constraint does as it is written; null where its axis is broken. */
  readonly written: {
    readonly axis: Axis;
    readonly groups: AxisGroups;
    readonly norms: NormSummary | null;
  } | null;
}

/** The choices of an axis side by side: as written, for each unit, the whole weight; each grouping once. */
export function findAlternatives(input: AlternativesInput): AxisAlternative[] {
  const { known, perUnit, shape, constraint, generation, written } = input;
  const found: AxisAlternative[] = [];
  if (written !== null) {
    found.push({
      kind: "written",
      groups: written.groups,
      keras: formatOptionLine(known.option, withAxis(constraint, written.axis), generation),
      norms: written.norms,
      changed: changedGroups(constraint, written.norms),
    });
  }
  const whole = shape.map((_, axis) => axis);
  const choices = [
    ["unit", perUnit, axisInFile(perUnit, input.storedAxisOf)],
    ["whole", whole, null],
  ] as const;
  for (const [kind, axes, axis] of choices) {
    if (found.some((one) => String(longAxes(one.groups.axes, shape)) === String(longAxes(axes, shape)))) continue;
    const norms = normsAlong(axes, input);
    found.push({
      kind,
      groups: groupsAlong(axes, shape, known.words),
      keras: formatOptionLine(known.option, withAxis(constraint, axis), generation),
      norms,
      changed: changedGroups(constraint, norms),
    });
  }
  return found;
}

/** The axes without those of extent 1, which make no difference; one of unknown extent may. */
export function longAxes(axes: readonly number[], shape: OpenShape): readonly number[] {
  return axes.filter((axis) => shape[axis] !== 1);
}

/** Axes of the stored weight as one writes them for the weight in the file, with those that are gone. */
function axisInFile(axes: readonly number[], storedAxisOf: readonly (number | null)[] | undefined): Axis {
  const written =
    storedAxisOf === undefined
      ? axes
      : storedAxisOf.flatMap((stored, axis) => (stored === null || axes.includes(stored) ? [axis] : []));
  return plainAxis(written);
}

function normsAlong(axes: readonly number[], input: AlternativesInput): NormSummary | null {
  const { values, shape, known, constraint } = input;
  if (values === undefined || !isWholeShape(shape)) return null;
  const weight = { shape, axes, axisWords: known.words, gates: known.gates };
  return summariseNorms(groupNorms(values, shape, axes), weight, limitsOf(constraint));
}

function changedGroups(constraint: NormConstraint, norms: NormSummary | null): number | null {
  if (norms === null || brokenLimits(constraint).length > 0) return null;
  if (constraint.kind === "minMaxNorm" && constraint.rate === 0) return 0;
  if (reversesGroups(constraint)) return norms.finiteCount - norms.zero.count;
  const lifted = norms.below === null ? 0 : norms.below.count - norms.zero.count;
  return (norms.above?.count ?? 0) + Math.max(0, lifted);
}
