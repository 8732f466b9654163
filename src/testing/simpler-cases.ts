import { constraintFault, hasAxis, mapConstraintAxes, type Constraint } from "../constraints/index.js";
import { sizeOf } from "../ndarray.js";
import { coordinates } from "./plain-definition.js";
import type { WeightCase } from "./weight-case.js";

/** What of a case has been given, and so stays as it is. */
export interface FixedParts {
  readonly constraint: boolean;
  readonly shape: boolean;
}

/** Numbers that a person reads at a glance, the simplest first. */
const plainNumbers = [0, 1, 2, 3, -1, 0.5, 10];

/**
 * Cases that are simpler than the given one, those that drop most first: fewer numbers, fewer axes, numbers and limits
 * of one digit, an axis from the front, float32, Keras 3, epsilon 1e-7. Each is simpler in one respect and no worse in
 * any other, so that going from one to the next comes to an end.
 */
export function* simplerCases(weightCase: WeightCase, fixed: FixedParts): Generator<WeightCase> {
  const { constraint, shape, generation } = weightCase;
  for (const simpler of candidates(weightCase, fixed)) {
    const same = simpler.shape === shape && simpler.constraint === constraint;
    if (same || constraintFault(simpler.constraint, simpler.shape, generation) === null) yield simpler;
  }
}

function* candidates(weightCase: WeightCase, fixed: FixedParts): Generator<WeightCase> {
  const { constraint, data, shape, generation, epsilon } = weightCase;
  if (!fixed.shape) yield* smallerShapes(weightCase, fixed);
  if (data.BYTES_PER_ELEMENT === 8) yield { ...weightCase, data: Float32Array.from(data) };
  if (!fixed.constraint) {
    if (epsilon !== 1e-7) yield { ...weightCase, epsilon: 1e-7 };
    if (generation !== "keras3") yield { ...weightCase, generation: "keras3" };
    for (const simpler of simplerConstraints(constraint, shape.length)) yield { ...weightCase, constraint: simpler };
  }
  yield* simplerNumbers(weightCase);
}

function* smallerShapes(weightCase: WeightCase, fixed: FixedParts): Generator<WeightCase> {
  const { constraint, shape } = weightCase;
  for (const [axis, extent] of shape.entries()) {
    for (const fewer of new Set([1, extent >> 1, extent - 1])) {
      if (fewer > 0 && fewer < extent) yield withExtent(weightCase, axis, fewer);
    }
    if (extent === 1 && shape.length > 1 && !fixed.constraint && constraint.kind !== "radialConstraint") {
      const stored = shape.map((_, i) => (i === axis ? null : i < axis ? i : i - 1));
      const mapped = mapConstraintAxes(constraint, stored);
      yield { ...weightCase, constraint: mapped, shape: shape.filter((_, i) => i !== axis) };
    }
  }
  // Where extents have to be equal, only all of them can be made smaller.
  const together = constraint.kind === "radialConstraint" ? [0, 1] : Array.from(shape.keys());
  const [size = 0] = shape;
  if (size > 2 && together.length > 1 && together.every((axis) => shape[axis] === size)) {
    let smaller = weightCase;
    for (const axis of together) smaller = withExtent(smaller, axis, size - 1);
    yield smaller;
  }
}

/** The case without the numbers from place `extent` on along an axis. */
function withExtent(weightCase: WeightCase, axis: number, extent: number): WeightCase {
  const { data, shape } = weightCase;
  const smaller = shape.with(axis, extent);
  const kept = data.filter((_, place) => coordinates(place, shape)[axis]! < extent);
  return { ...weightCase, shape: smaller, data: kept.subarray(0, sizeOf(smaller)) };
}

function* simplerConstraints(constraint: Constraint, rank: number): Generator<Constraint> {
  if (constraint.kind === "nonNeg" && constraint.formula !== undefined) yield { kind: "nonNeg" };
  if (!hasAxis(constraint)) return;
  const { axis } = constraint;
  if (typeof axis === "number") {
    if (axis < 0) yield { ...constraint, axis: axis + rank };
  } else if (axis !== null) {
    for (let i = 0; i < axis.length; i++) yield { ...constraint, axis: axis.filter((_, j) => j !== i) };
    for (const [i, one] of axis.entries()) if (one < 0) yield { ...constraint, axis: axis.with(i, one + rank) };
  }
  if (constraint.kind === "unitNorm") return;
  const { crossed, ...rest } = constraint;
  if (crossed !== undefined) yield rest;
  if (constraint.maxValue !== null) {
    for (const maxValue of simplerThan(constraint.maxValue)) yield { ...constraint, maxValue };
  }
  if (constraint.kind !== "minMaxNorm") return;
  for (const minValue of simplerThan(constraint.minValue)) yield { ...constraint, minValue };
  if (constraint.rate !== 1) yield { ...constraint, rate: 1 };
  if (constraint.rate !== 1 && constraint.rate !== 0.5) yield { ...constraint, rate: 0.5 };
}

/** All numbers, halves, quarters and so on of them made zero, and then each number made simpler. */
function* simplerNumbers(weightCase: WeightCase): Generator<WeightCase> {
  const { data } = weightCase;
  for (let length = data.length; length > 1; length = Math.ceil(length / 2)) {
    for (let start = 0; start < data.length; start += length) {
      if (data.subarray(start, start + length).every((w) => Object.is(w, 0))) continue;
      yield { ...weightCase, data: data.slice().fill(0, start, start + length) };
    }
  }
  for (const [place, w] of data.entries()) {
    for (const simpler of simplerThan(w)) {
      const changed = data.slice();
      changed[place] = simpler;
      // A float32 has more digits than what was written into it, and would be made simpler for ever.
      if (!Object.is(changed[place], w)) yield { ...weightCase, data: changed };
    }
  }
}

/** Numbers that come before `value` among the plain ones, or with fewer digits; none for 0. */
function* simplerThan(value: number): Generator<number> {
  const index = plainNumbers.findIndex((one) => Object.is(one, value));
  yield* index < 0 ? plainNumbers : plainNumbers.slice(0, index);
  if (index >= 0 || !Number.isFinite(value)) return;
  const digits = digitsOf(value);
  for (const simpler of [
    Math.abs(value),
    Math.trunc(value),
    Number(value.toPrecision(1)),
    Number(value.toPrecision(2)),
  ]) {
    if (digitsOf(simpler) < digits) yield simpler;
  }
}

/** How many characters it takes to write a number down, in the width of float32 where it has that width. */
function digitsOf(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (short === value || Math.fround(short) === value) return String(short).length;
  }
  return String(value).length;
}
