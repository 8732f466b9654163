import { anything, checkOptions, oneOf, type OptionKinds, required, someNumber } from "../check-options.js";
import { floatArray, someGeneration, someShape } from "../constraints/argument-kinds.js";
import { checkConstraint } from "../constraints/check-constraint.js";
import type { Axis, NonNeg } from "../constraints/index.js";
import { axisOf, type WeightCase } from "./weight-case.js";

/**
 * The places of the numbers of each group, in C order, the groups in C order of the axes that remain. Every number is
 * looked at once and put by its coordinates, with none of the shortcuts of the real implementation.
 */
export function groupMembers(shape: readonly number[], axis: Axis): number[][] {
  const rank = shape.length;
  const axes = axis === null ? shape.map((_, i) => i) : typeof axis === "number" ? [axis] : axis;
  const reduced = new Set(axes.map((one) => (one < 0 ? one + rank : one)));
  const kept = shape.map((_, i) => i).filter((i) => !reduced.has(i));
  const groups: number[][] = Array.from({ length: product(kept.map((i) => shape[i]!)) }, () => []);
  for (let place = 0; place < product(shape); place++) {
    const at = coordinates(place, shape);
    let group = 0;
    for (const i of kept) group = group * shape[i]! + at[i]!;
    groups[group]!.push(place);
  }
  return groups;
}

/**
 * The numbers that a constraint may look at to change one of them: the groups of a norm, the kernels of
 * RadialConstraint, each number alone for NonNeg, and the whole weight for a constraint of one's own.
 */
export function reachOf({ constraint, shape }: WeightCase): number[][] {
  if (constraint.kind === "radialConstraint") return groupMembers(shape, [0, 1]);
  return groupMembers(shape, constraint.kind === "custom" ? null : axisOf(constraint));
}

/** The norm of some of the data's numbers, in float64, the squares added in the order given. */
export function normOf(data: WeightCase["data"], members: readonly number[]): number {
  let sum = 0;
  for (const place of members) sum += data[place]! * data[place]!;
  return Math.sqrt(sum);
}

/** The norm that a constraint gives a group of norm `n`, but for epsilon; null for those that measure no norm. */
export function desiredNorm({ constraint }: Pick<WeightCase, "constraint">, n: number): number | null {
  if (constraint.kind === "unitNorm") return 1;
  if (constraint.kind !== "maxNorm" && constraint.kind !== "minMaxNorm") return null;
  const low = constraint.kind === "maxNorm" ? 0 : constraint.minValue;
  const high = constraint.maxValue ?? Infinity;
  let clipped = n;
  if (constraint.crossed === "upper") {
    if (clipped < low) clipped = low;
    if (clipped > high) clipped = high;
  } else {
    if (clipped > high) clipped = high;
    if (clipped < low) clipped = low;
  }
  return constraint.kind === "maxNorm" ? clipped : constraint.rate * clipped + (1 - constraint.rate) * n;
}

/**
 * How much larger the terms of a desired norm are than it, and so how much larger its relative error than theirs: above
 * 1 where a rate weighs a negative limit against a norm, or lies outside [0, 1]. Infinity where they cancel out.
 */
export function cancellationOf({ constraint }: Pick<WeightCase, "constraint">, n: number): number {
  if (constraint.kind !== "minMaxNorm" || constraint.rate === 1 || !Number.isFinite(n) || n === 0) return 1;
  const desired = desiredNorm({ constraint }, n)!;
  const kept = (1 - constraint.rate) * n;
  return (Math.abs(desired - kept) + 2 * Math.abs(kept)) / Math.abs(desired);
}

const caseKinds: OptionKinds<WeightCase> = {
  constraint: anything,
  data: required(floatArray),
  shape: required(someShape),
  generation: required(someGeneration),
  epsilon: required(someNumber),
  arithmetic: oneOf("exact", "float32"),
};

/**
 * The definition of every constraint of Keras, written a second time as plainly as it can be: Keras's formula for each
 * number of each group, in float64. Returns unrounded numbers. Throws a RangeError for a constraint of one's own, and
 * `usage` for what is no case.
 */
export function plainDefinition(weightCase: WeightCase): Float64Array {
  checkOptions("plainDefinition", weightCase, caseKinds);
  checkConstraint("plainDefinition.constraint", weightCase.constraint);
  const { constraint, data, epsilon } = weightCase;
  const result = Float64Array.from(data);
  if (constraint.kind === "nonNeg") return result.map((w) => plainNonNeg(w, constraint, weightCase));
  if (constraint.kind === "custom") throw new RangeError(`${constraint.name} has no definition`);
  for (const members of reachOf(weightCase)) {
    if (constraint.kind === "radialConstraint") {
      for (const place of members) result[place] = plainRing(place, weightCase);
      continue;
    }
    const n = normOf(data, members);
    const desired = desiredNorm(weightCase, n)!;
    for (const place of members) {
      const w = data[place]!;
      result[place] = constraint.kind === "unitNorm" ? w / (epsilon + n) : w * (desired / (epsilon + n));
    }
  }
  return result;
}

function plainNonNeg(w: number, { formula }: NonNeg, { generation }: WeightCase): number {
  if ((formula ?? (generation === "keras3" ? "maximum" : "product")) === "maximum")
    return w > 0 || Number.isNaN(w) ? w : 0;
  return w * Number(w >= 0);
}

/**
 * What tf.keras pads a kernel with at that place. It starts with the number before the middle of the diagonal, once for
 * an odd size and four times for an even one, and pads with the numbers from the middle on; the first of them only for an
 * odd size.
 */
function plainRing(place: number, { data, shape }: WeightCase): number {
  const at = coordinates(place, shape);
  const size = shape[0]!;
  const half = Math.floor(size / 2);
  const odd = size % 2 === 1;
  const distance = Math.max(
    ...at.slice(0, 2).map((i) => (odd ? Math.abs(i - half) : Math.floor(Math.abs(i - half + 0.5)))),
  );
  const source = distance === 0 ? half - 1 : odd ? half + distance - 1 : half + distance;
  const found = data[((source * size + source) * shape[2]! + at[2]!) * shape[3]! + at[3]!]!;
  return distance === 0 && !odd ? found + 0 : found;
}

/** The coordinates of a place in C order. */
export function coordinates(place: number, shape: readonly number[]): number[] {
  const at: number[] = [];
  let rest = place;
  for (let i = shape.length - 1; i >= 0; i--) {
    at[i] = rest % shape[i]!;
    rest = Math.floor(rest / shape[i]!);
  }
  return at;
}

function product(extents: readonly number[]): number {
  let result = 1;
  for (const extent of extents) result *= extent;
  return result;
}
