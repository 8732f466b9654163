import { sizeOf } from "../ndarray.js";
import { clip } from "./clip.js";
import type { NormConstraint } from "./spec.js";

/** How Keras's own float32 is imitated. */
export interface Float32Steps {
  readonly epsilon: number;
  /** True makes zero of every subnormal number, as TensorFlow and JAX do on processors. */
  readonly flushSubnormals: boolean;
}

/**
 * Applies a constraint in place as Keras computes it in float32: every square, the sum, the root, the limits, epsilon,
 * the quotient and the product are each rounded to float32, so that squares of numbers from 1.85e19 on become infinite
 * and those below 1e-23 zero. Only the order in which a group's squares are added is not Keras's, since every backend
 * has its own: they are added in float64 and the sum is rounded once. `groupOf` gives the group of each number.
 */
export function applyInFloat32(
  constraint: NormConstraint,
  data: Float32Array,
  { groupOf, groupCount }: { groupOf: Int32Array; groupCount: number },
  { epsilon, flushSubnormals }: Float32Steps,
): void {
  const round = flushSubnormals ? flushed : Math.fround;
  const sums = new Float64Array(groupCount);
  for (let i = 0; i < data.length; i++) {
    const w = round(data[i]!);
    sums[groupOf[i]!]! += round(w * w);
  }
  const shift = Math.fround(epsilon);
  const norms = sums.map((sum) => round(Math.sqrt(round(sum))));
  const divisors = norms.map((norm) => round(shift + norm));
  if (constraint.kind === "unitNorm") {
    for (let i = 0; i < data.length; i++) data[i] = round(round(data[i]!) / divisors[groupOf[i]!]!);
    return;
  }
  const factors = norms.map((norm, group) => round(desiredNorm(constraint, norm, round) / divisors[group]!));
  for (let i = 0; i < data.length; i++) data[i] = round(round(data[i]!) * factors[groupOf[i]!]!);
}

function desiredNorm(
  constraint: Exclude<NormConstraint, { kind: "unitNorm" }>,
  norm: number,
  round: (value: number) => number,
): number {
  const { maxValue, crossed } = constraint;
  const high = maxValue === null ? null : Math.fround(maxValue);
  if (constraint.kind === "maxNorm") return clip(norm, 0, high, crossed);
  const inside = clip(norm, Math.fround(constraint.minValue), high, crossed);
  return round(round(Math.fround(constraint.rate) * inside) + round(Math.fround(1 - constraint.rate) * norm));
}

/** Rounded to float32, with zero of the same sign for a subnormal number. */
function flushed(value: number): number {
  const rounded = Math.fround(value);
  if (!(Math.abs(rounded) < 2 ** -126)) return rounded;
  return rounded < 0 || Object.is(rounded, -0) ? -0 : 0;
}

/** The group of each number of a weight whose `axes` are summed over, in C order of the axes that remain. */
export function groupsOfNumbers(
  shape: readonly number[],
  axes: readonly number[],
): { groupOf: Int32Array; groupCount: number } {
  const steps = shape.map(() => 0);
  let groupCount = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (axes.includes(axis)) continue;
    steps[axis] = groupCount;
    groupCount *= shape[axis]!;
  }
  const size = sizeOf(shape);
  const groupOf = new Int32Array(size);
  const at = shape.map(() => 0);
  let group = 0;
  for (let i = 0; i < size; i++) {
    groupOf[i] = group;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      group += steps[axis]!;
      if (++at[axis]! < shape[axis]!) break;
      group -= steps[axis]! * at[axis]!;
      at[axis] = 0;
    }
  }
  return { groupOf, groupCount };
}
