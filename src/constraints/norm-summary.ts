import { indexOfGroup, type NamedAxes, placeInWords, type GroupList, type GroupPlace } from "./axis-groups.js";
import { histogramOf, type NormHistogram } from "./norm-histogram.js";
import { excessOver, type NormLimits } from "./norm-limits.js";
import { sizeOf } from "../ndarray.js";

/** The groups on the wrong side of a limit, by more than rounding explains. */
export interface GroupsOutside extends GroupList {
  readonly limit: number;
  /** The one that is farthest from the limit; null where there is none. */
  readonly worst: GroupPlace | null;
}

/**
 * Norms in six numbers. The quartiles and the median are those of NumPy, to the bit: `np.percentile` by default, which
 * between two norms takes the straight line, at place (n - 1) q of n norms in ascending order, from 0.
 */
export interface NormStatistics {
  readonly smallest: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly largest: number;
  readonly mean: number;
}

/** The norms of a weight's groups as they are, before the constraint runs. */
export interface NormSummary {
  /** Groups with a finite norm; the statistics, the histogram and `sorted` are theirs. */
  readonly finiteCount: number;
  /** Null where no group has a finite norm. */
  readonly finite: NormStatistics | null;
  readonly histogram: NormHistogram | null;
  /** In ascending order: all norms up to 256, and of more an even sample of 256, the smallest and the largest in it. */
  readonly sorted: readonly number[];
  /** Null where the constraint has no upper limit. */
  readonly above: GroupsOutside | null;
  /** Null where the constraint has no lower limit. */
  readonly below: GroupsOutside | null;
  /** Groups of zeros only, which no constraint changes; where there is a lower limit they are among `below`, too. */
  readonly zero: GroupList;
  /** Groups that hold an infinity but no NaN, or numbers whose squares overflow float64. */
  readonly infinite: GroupList;
  /** Groups that hold a NaN. */
  readonly nan: GroupList;
}

/** The weight whose norms are summarised, and the axes that they sum over. */
export interface SummarisedWeight extends NamedAxes {
  /** Resolved and ascending. */
  readonly axes: readonly number[];
}

/** Norms that are kept for a plot. */
const kept = 256;
/** Places that a list of groups tells. */
const told = 10;

/**
 * Summarises the norms of a weight's groups, in the order in which `groupNorms` has them. The array is the caller's no
 * more: it is sorted in place, so that nothing of the size of a large weight is allocated.
 */
export function summariseNorms(norms: Float64Array, weight: SummarisedWeight, limits: NormLimits): NormSummary {
  const { shape, axes } = weight;
  const excess = excessOver(limits, sizeOf(axes.map((axis) => shape[axis]!)));
  const placeOf = (group: number): GroupPlace => {
    const index = indexOfGroup(group, shape, axes);
    return { group, index, words: placeInWords(index, weight), norm: norms[group]! };
  };
  const listOf = (belongs: (norm: number) => boolean): GroupList => {
    const first: GroupPlace[] = [];
    let count = 0;
    for (let group = 0; group < norms.length; group++) {
      if (belongs(norms[group]!) && count++ < told) first.push(placeOf(group));
    }
    return { count, first };
  };
  const outside = (limit: number, excessOf: (norm: number) => number): GroupsOutside => {
    const list = listOf((norm) => Number.isFinite(norm) && excessOf(norm) > 0);
    return { limit, ...list, worst: list.count === 0 ? null : placeOf(farthest(norms, excessOf)) };
  };
  const lists = {
    above: limits.upper === Infinity ? null : outside(limits.upper, excess.above),
    below: limits.lower === 0 ? null : outside(limits.lower, excess.below),
    zero: listOf((norm) => norm === 0),
    infinite: listOf((norm) => norm === Infinity),
    nan: listOf(Number.isNaN),
  };
  // Sorting puts the infinities and then the NaN at the end.
  const finite = norms.sort().subarray(0, norms.length - lists.infinite.count - lists.nan.count);
  return {
    finiteCount: finite.length,
    finite: finite.length === 0 ? null : statisticsOf(finite),
    histogram: finite.length === 0 ? null : histogramOf(finite),
    sorted: sampleOf(finite),
    ...lists,
  };
}

/** The first group of those with the largest excess. */
function farthest(norms: Float64Array, excessOf: (norm: number) => number): number {
  let group = 0;
  let largest = -Infinity;
  for (let one = 0; one < norms.length; one++) {
    const excess = excessOf(norms[one]!);
    if (!(excess > largest) || !Number.isFinite(norms[one]!)) continue;
    largest = excess;
    group = one;
  }
  return group;
}

function statisticsOf(sorted: Float64Array): NormStatistics {
  return {
    smallest: sorted[0]!,
    lowerQuartile: quantileOf(sorted, 0.25),
    median: quantileOf(sorted, 0.5),
    upperQuartile: quantileOf(sorted, 0.75),
    largest: sorted.at(-1)!,
    mean: sorted.reduce((sum, norm) => sum + norm, 0) / sorted.length,
  };
}

/** From the nearer of the two norms, as NumPy's `_lerp` (`numpy/lib/_function_base_impl.py` 2.4) does. */
function quantileOf(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const before = Math.floor(place);
  const part = place - before;
  const low = sorted[before]!;
  const high = sorted[before + 1] ?? low;
  return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part);
}

function sampleOf(sorted: Float64Array): number[] {
  if (sorted.length <= kept) return Array.from(sorted);
  return Array.from({ length: kept }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (kept - 1))]!);
}
