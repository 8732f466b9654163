import { applyConstraint, hasAxis, type Axis, type Constraint, type NormConstraint } from "../src/constraints/index.js";
import type { Apply } from "../src/testing/index.js";
import { desiredNorm, groupMembers, normOf } from "../src/testing/plain-definition.js";

export type Data = Float32Array | Float64Array;

/** An implementation with one mistake that somebody has made, or could make. */
export interface WrongImplementation {
  readonly name: string;
  /** A law whose name says what is wrong, and which must be among those that catch it. */
  readonly law: string;
  readonly apply: Apply;
}

/** The right implementation, with another constraint than it was given. */
export function withConstraint(change: (constraint: Constraint, rank: number) => Constraint): Apply {
  return (constraint, data, shape, options) => applyConstraint(change(constraint, shape.length), data, shape, options);
}

/** The right implementation, with another axis than it was given. */
export function withAxis(change: (axis: Axis, rank: number, shape: readonly number[]) => Axis): Apply {
  return (constraint, data, shape, options) =>
    applyConstraint(
      hasAxis(constraint) ? { ...constraint, axis: change(constraint.axis, shape.length, shape) } : constraint,
      data,
      shape,
      options,
    );
}

/** What a formula for one group is made of. */
export interface Group {
  readonly constraint: NormConstraint;
  readonly numbers: readonly number[];
  /** In float64. */
  readonly norm: number;
  readonly epsilon: number;
  /** The norm that the group should have, but for epsilon. */
  readonly desired: (norm: number) => number;
}

/** An implementation that has its own formula for the groups of norm constraints; null leaves a group to the right one. */
export function withFormula(formula: (group: Group) => readonly number[] | null): Apply {
  return (constraint, data, shape, options) => {
    const before = data.slice();
    applyConstraint(constraint, data, shape, options);
    if (!hasAxis(constraint)) return;
    const { epsilon = 1e-7 } = options;
    for (const members of groupMembers(shape, constraint.axis)) {
      const numbers = members.map((place) => before[place]!);
      const norm = normOf(before, members);
      const desired = (n: number): number => desiredNorm({ constraint }, n)!;
      const made = formula({ constraint, numbers, norm, epsilon, desired });
      if (made !== null) for (const [i, place] of members.entries()) data[place] = made[i]!;
    }
  };
}

/** Keras's formula with another norm. */
export function withNorm(norm: (numbers: readonly number[]) => number): Apply {
  return withFormula(({ numbers, epsilon, desired }) => {
    const n = norm(numbers);
    return numbers.map((w) => w * (desired(n) / (epsilon + n)));
  });
}

/** Keras's formula with another divisor than norm + epsilon. */
export function withDivisor(divisor: (norm: number, epsilon: number) => number): Apply {
  return withFormula(({ numbers, norm, epsilon, desired }) =>
    numbers.map((w) => w * (desired(norm) / divisor(norm, epsilon))),
  );
}

/** The sum of squares with each step rounded. */
export function normInSteps(numbers: readonly number[], round: (value: number) => number): number {
  let sum = 0;
  for (const w of numbers) sum = round(sum + round(w * w));
  return round(Math.sqrt(sum));
}

/** To eleven bits, as float16 has them, with its largest number. */
export function roundToFloat16(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const step = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -14) - 10);
  const rounded = Math.round(value / step) * step;
  return Math.abs(rounded) > 65504 ? Infinity * Math.sign(rounded) : rounded;
}
