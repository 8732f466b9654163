import { checkArgument } from "../check-options.js";
import { someGeneration, openShapeOrNull } from "./argument-kinds.js";
import { axisFault, resolveAxes } from "./axes.js";
import { checkConstraint } from "./check-constraint.js";
import { formatWrittenLimit } from "./odd-limits.js";
import { radialFault } from "./radial-constraint.js";
import { hasAxis, type Constraint, type Generation, type NormConstraint } from "./spec.js";
import type { OpenShape } from "./weights/weight-shape.js";
import { brokenLimits, fitsGroups, limitNameIn } from "./written-limits.js";

/** Why a constraint cannot run. */
export interface ConstraintFault {
  /** What was found and what was wanted. */
  readonly message: string;
  /** True where the Keras that wrote it trains all the same, in a way that is not followed here. */
  readonly kerasTrains: boolean;
}

/**
 * What makes the first step of training fail, for a constraint on a weight of that shape: an axis that the weight does
 * not have, a shape that RadialConstraint does not take, and limits that are no numbers. Null where nothing does, and where that depends on an extent or a rank that is not known.
 */
export function findFault(
  constraint: Constraint,
  shape: OpenShape | null,
  generation: Generation,
): ConstraintFault | null {
  const weight = weightFault(constraint, shape, generation);
  const limit = limitFault(constraint, shape, generation);
  if (weight === null) return limit;
  return { message: limit === null ? weight : `${weight}; ${limit.message}`, kerasTrains: false };
}

/**
 * As `findFault`, the message alone; training is refused for what only its Keras takes, too. Throws `usage` for arguments
 * of another kind.
 */
export function constraintFault(
  constraint: Constraint,
  shape: OpenShape | null,
  generation: Generation,
): string | null {
  checkConstraint("constraintFault.constraint", constraint);
  checkArgument("constraintFault.shape", shape, openShapeOrNull);
  checkArgument("constraintFault.generation", generation, someGeneration);
  return findFault(constraint, shape, generation)?.message ?? null;
}

/** What is wrong with the axis on such a weight, or with its shape for RadialConstraint; null where nothing is. */
export function weightFault(constraint: Constraint, shape: OpenShape | null, generation: Generation): string | null {
  if (constraint.kind === "radialConstraint") return shape === null ? null : radialFault(shape);
  return hasAxis(constraint) ? axisFault(constraint, shape?.length ?? null, generation) : null;
}

/**
 * What is wrong with the limits on such a weight; null where all are numbers. On a weight of unknown rank a list of
 * limits is taken to fit.
 */
export function limitFault(
  constraint: Constraint,
  shape: OpenShape | null,
  generation: Generation,
): ConstraintFault | null {
  if (!hasAxis(constraint)) return null;
  const broken = brokenLimits(constraint);
  if (broken.length === 0) return null;
  const norms = normShape(constraint, shape, generation);
  const fits = (value: unknown): boolean => shape === null || (norms !== null && fitsGroups(value, norms));
  const perGroup = broken.map(([, { value, perGroup: taken }]) => taken && fits(value));
  const message = broken.map(([name, { value }], place) => {
    const wanted = name === "maxValue" ? "a number or None" : "a number";
    const use = perGroup[place] === true ? ", which this Keras takes as a limit for each group" : "";
    return `${limitNameIn(generation, constraint, name)} ${formatWrittenLimit(value)}${use}, wanted ${wanted}`;
  });
  return { message: message.join("; "), kerasTrains: perGroup.every(Boolean) };
}

/** The weight's shape with 1 in place of each axis that is summed over; null where the axis is broken or the rank unknown. */
function normShape(constraint: NormConstraint, shape: OpenShape | null, generation: Generation): OpenShape | null {
  if (shape === null || axisFault(constraint, shape.length, generation) !== null) return null;
  const axes = resolveAxes(constraint.axis, shape.length, generation, "axis");
  return shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
}
