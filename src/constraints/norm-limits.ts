import { hasAxis, type Constraint } from "./spec.js";

/** The norms that a constraint asks for. */
export interface NormLimits {
  /** 0 for none. */
  readonly lower: number;
  /** Infinity for none. */
  readonly upper: number;
}

/**
 * The limits of a norm constraint; none for the others. Where the upper limit lies below the lower one, every norm
 * becomes the one that counts (see `CrossedLimits`): the lower one, or the size of the upper one.
 */
export function limitsOf(constraint: Constraint): NormLimits {
  if (!hasAxis(constraint)) return { lower: 0, upper: Infinity };
  if (constraint.kind === "unitNorm") return { lower: 1, upper: 1 };
  const lower = constraint.kind === "minMaxNorm" ? Math.max(constraint.minValue, 0) : 0;
  const upper = constraint.maxValue ?? Infinity;
  if (!(upper < lower)) return { lower, upper };
  const norm = constraint.crossed === "upper" ? Math.abs(upper) : lower;
  return { lower: norm, upper: norm };
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
