import { sizeOf } from "../ndarray.js";

/**
 * How a tensor in C order falls into groups when some of its axes are summed over. Neighbouring axes of one kind are
 * joined, so the tensor is seen as runs of neighbouring numbers: each run lies within one group (`inner` is
 * "reduced"), or meets as many groups, one after the other, as it has numbers ("kept").
 */
export interface Grouping {
  /** Groups in C order of the axes that are kept: their number. */
  readonly groupCount: number;
  /** Numbers in each group. */
  readonly groupSize: number;
  readonly inner: "reduced" | "kept";
  /** Numbers in each run. */
  readonly runLength: number;
  /** Extents of the joined axes before the run, outermost first. */
  readonly outerExtents: readonly number[];
  /** How far one step along each of them moves in the list of groups: 0 along a reduced one. */
  readonly outerSteps: readonly number[];
}

/** The groups of a tensor of `shape` whose `axes` are summed over; `axes` as `resolveAxes` gives them. */
export function groupingOf(shape: readonly number[], axes: readonly number[]): Grouping {
  const joined: { extent: number; reduced: boolean }[] = [];
  shape.forEach((extent, axis) => {
    const reduced = axes.includes(axis);
    const last = joined.at(-1);
    if (last !== undefined && last.reduced === reduced) last.extent *= extent;
    else if (extent !== 1) joined.push({ extent, reduced });
  });
  const run = joined.pop() ?? { extent: 1, reduced: false };
  const groupCount = sizeOf(shape.filter((_, axis) => !axes.includes(axis)));
  const outerSteps: number[] = [];
  let step = run.reduced ? 1 : run.extent;
  for (const { extent, reduced } of joined.toReversed()) {
    outerSteps.unshift(reduced ? 0 : step);
    if (!reduced) step *= extent;
  }
  return {
    groupCount,
    groupSize: sizeOf(axes.map((axis) => shape[axis]!)),
    inner: run.reduced ? "reduced" : "kept",
    runLength: run.extent,
    outerExtents: joined.map(({ extent }) => extent),
    outerSteps,
  };
}

/**
 * Visits the runs in memory order: `visit(start, group)` with the place of the run's first number in the data and in
 * the list of groups. An empty tensor has no runs.
 */
function visitRuns(grouping: Grouping, visit: (start: number, group: number) => void): void {
  const { outerExtents, outerSteps, runLength } = grouping;
  const count = sizeOf(outerExtents);
  if (runLength === 0) return;
  const at = outerExtents.map(() => 0);
  let group = 0;
  for (let run = 0; run < count; run++) {
    visit(run * runLength, group);
    for (let axis = at.length - 1; axis >= 0; axis--) {
      const step = outerSteps[axis]!;
      at[axis]!++;
      group += step;
      if (at[axis]! < outerExtents[axis]!) break;
      group -= step * at[axis]!;
      at[axis] = 0;
    }
  }
}

/**
 * The sum of the squares of each group, in float64, added in C order: for float32 numbers every square is exact and
 * nothing overflows.
 */
export function sumSquares(data: Float32Array | Float64Array, grouping: Grouping): Float64Array {
  const sums = new Float64Array(grouping.groupCount);
  const { runLength } = grouping;
  if (grouping.inner === "reduced") {
    visitRuns(grouping, (start, group) => {
      let sum = sums[group]!;
      for (let i = start; i < start + runLength; i++) sum += data[i]! * data[i]!;
      sums[group] = sum;
    });
  } else {
    visitRuns(grouping, (start, group) => {
      for (let i = 0; i < runLength; i++) sums[group + i]! += data[start + i]! * data[start + i]!;
    });
  }
  return sums;
}

/** Multiplies each number by the factor of its group, in place; one rounding to the data's own width. */
export function multiplyGroups(data: Float32Array | Float64Array, grouping: Grouping, factors: Float64Array): void {
  const { runLength } = grouping;
  if (grouping.inner === "reduced") {
    visitRuns(grouping, (start, group) => {
      const factor = factors[group]!;
      for (let i = start; i < start + runLength; i++) data[i]! *= factor;
    });
  } else {
    visitRuns(grouping, (start, group) => {
      for (let i = 0; i < runLength; i++) data[start + i]! *= factors[group + i]!;
    });
  }
}

/** Divides each number by the divisor of its group, in place; one rounding to the data's own width. */
export function divideGroups(data: Float32Array | Float64Array, grouping: Grouping, divisors: Float64Array): void {
  const { runLength } = grouping;
  if (grouping.inner === "reduced") {
    visitRuns(grouping, (start, group) => {
      const divisor = divisors[group]!;
      for (let i = start; i < start + runLength; i++) data[i]! /= divisor;
    });
  } else {
    visitRuns(grouping, (start, group) => {
      for (let i = 0; i < runLength; i++) data[start + i]! /= divisors[group + i]!;
    });
  }
}
