import { clip } from "./clip.js";
import { writtenLimitOf } from "./written-limits.js";
import { hasAxis, type Constraint, type MaxNorm, type MinMaxNorm } from "./spec.js";

/** The norms that a constraint asks for. */
export interface NormLimits {
  /** 0 for none. */
  readonly lower: number;
  /** Infinity for none. */
  readonly upper: number;
}

/**
 * The smallest and the largest norm that a norm constraint makes of norms from 0 up, whatever the sign and the order of
 * its limits; none for the others, and in place of limits that are no numbers in the file. Where Keras clips a norm to a negative number (see `reversesGroups`), the norm
 * becomes its size: 1 for -1.
 */
export function limitsOf(constraint: Constraint): NormLimits {
  if (!hasAxis(constraint)) return { lower: 0, upper: Infinity };
  if (constraint.kind === "unitNorm") return { lower: 1, upper: 1 };
  if (hasWrittenLimit(constraint)) return { lower: 0, upper: Infinity };
  return { lower: Math.abs(clipBy(constraint, 0)), upper: Math.abs(clipBy(constraint, Infinity)) };
}

/**
 * True where every norm is clipped to a negative number, so that a step turns each group into its opposite, or leads it
 * there: an upper limit below 0, unless the limits are crossed and the lower one counts and is 0 or more. False
 * for a rate of 0, which leads nowhere.
 */
export function reversesGroups(constraint: Constraint): boolean {
  if (constraint.kind !== "maxNorm" && constraint.kind !== "minMaxNorm") return false;
  return clipBy(constraint, Infinity) < 0 && !(constraint.kind === "minMaxNorm" && constraint.rate === 0);
}

/** True where no norm can be told to be inside the limits, or outside. */
function hasWrittenLimit(constraint: MaxNorm | MinMaxNorm): boolean {
  return writtenLimitOf(constraint, "minValue") !== null || writtenLimitOf(constraint, "maxValue") !== null;
}

function clipBy(constraint: MaxNorm | MinMaxNorm, norm: number): number {
  const low = constraint.kind === "minMaxNorm" ? constraint.minValue : 0;
  return clip(norm, low, constraint.maxValue, constraint.crossed);
}

/** The part of a lower limit that epsilon may take: 1e-7 over the norm before, for norms of 1e-4 and more. */
const epsilonShare = 1e-3;

/** How far norms lie outside the limits; each function is positive for those that do, by more than rounding explains. */
export interface Excess {
  readonly above: (norm: number) => number;
  readonly below: (norm: number) => number;
}

/**
 * How to tell norms outside the limits, in groups of `groupSize` numbers. A norm counts as above where it is so by more
 * than (groupSize / 2 + 4) * 2^-24 of the limit: as much as one application in float32 can leave, in whatever order the
 * squares were added. It counts as below where it is so by a thousandth more, because a constraint lifts a small norm n
 * to the limit times n / (n + epsilon) only. NaN is neither; nothing is outside a limit that is NaN.
 */
export function excessOver({ lower, upper }: NormLimits, groupSize: number): Excess {
  const tolerance = (groupSize / 2 + 4) * 2 ** -24;
  return {
    above: (norm) => norm - upper * (1 + tolerance),
    below: (norm) => lower * (1 - tolerance - epsilonShare) - norm,
  };
}
