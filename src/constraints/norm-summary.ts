import { hasAxis, type Constraint } from "./spec.js";

/** The group that is farthest outside a limit. */
export interface WorstGroup {
  readonly norm: number;
  /** Its place in the list of groups. */
  readonly group: number;
}

/** How many groups are on the wrong side of a limit, by more than rounding explains. */
export interface LimitCount {
  readonly limit: number;
  readonly count: number;
  /** Null where the count is 0. */
  readonly worst: WorstGroup | null;
}

/** The norms of a weight's groups as they are, before the constraint runs. */
export interface NormSummary {
  /** Over the groups with a finite norm; null where there is none. The median is the lower one of two. */
  readonly finite: { readonly smallest: number; readonly median: number; readonly largest: number } | null;
  /** Groups of zeros only. */
  readonly zeroGroups: number;
  /** Groups that hold a NaN or an infinity. */
  readonly nonFiniteGroups: number;
  /** Null where the constraint has no upper limit. */
  readonly above: LimitCount | null;
  /** Null where the constraint has no lower limit. */
  readonly below: LimitCount | null;
}

/** The norms that a constraint asks for. */
export interface NormLimits {
  /** 0 for none. */
  readonly lower: number;
  /** Infinity for none. */
  readonly upper: number;
}

/** The limits of a norm constraint; none for the others. An upper limit below the lower one counts as the lower one. */
export function limitsOf(constraint: Constraint): NormLimits {
  if (!hasAxis(constraint)) return { lower: 0, upper: Infinity };
  if (constraint.kind === "unitNorm") return { lower: 1, upper: 1 };
  const lower = constraint.kind === "minMaxNorm" ? Math.max(constraint.minValue, 0) : 0;
  return { lower, upper: Math.max(constraint.maxValue ?? Infinity, lower) };
}

/** The part of a lower limit that epsilon may take: 1e-7 over the norm before, for norms of 1e-4 and more. */
const epsilonShare = 1e-3;

/**
 * Summarises the norms of groups of `groupSize` numbers. A group counts as above a limit where it is so by more than
 * (groupSize / 2 + 4) * 2^-24 of the limit: as much as one application in float32 can leave, in whatever order the
 * squares were added. It counts as below a limit where it is so by a thousandth more, because a constraint lifts a
 * small norm n to the limit times n / (n + epsilon) only.
 */
export function summariseNorms(norms: Float64Array, groupSize: number, { lower, upper }: NormLimits): NormSummary {
  const tolerance = (groupSize / 2 + 4) * 2 ** -24;
  const finite = norms.filter(Number.isFinite).sort();
  return {
    finite:
      finite.length === 0
        ? null
        : { smallest: finite[0]!, median: finite[(finite.length - 1) >> 1]!, largest: finite.at(-1)! },
    zeroGroups: norms.reduce((count, norm) => count + (norm === 0 ? 1 : 0), 0),
    nonFiniteGroups: norms.length - finite.length,
    above: upper === Infinity ? null : countOutside(norms, upper, (norm) => norm - upper * (1 + tolerance)),
    below: lower === 0 ? null : countOutside(norms, lower, (norm) => lower * (1 - tolerance - epsilonShare) - norm),
  };
}

/** Counts the finite norms whose excess is positive. */
function countOutside(norms: Float64Array, limit: number, excessOf: (norm: number) => number): LimitCount {
  let count = 0;
  let worst: WorstGroup | null = null;
  let largest = 0;
  norms.forEach((norm, group) => {
    const excess = excessOf(norm);
    if (!(excess > 0) || !Number.isFinite(norm)) return;
    count++;
    if (excess > largest) {
      largest = excess;
      worst = { norm, group };
    }
  });
  return { limit, count, worst };
}
