import { applyConstraint, hasAxis, type Axis, type Constraint } from "../src/constraints/index.js";
import { groupMembers, normOf } from "../src/testing/plain-definition.js";
import type { Apply } from "../src/testing/index.js";

/** An implementation with one mistake that somebody has made, or could make. */
export interface WrongImplementation {
  readonly name: string;
  readonly apply: Apply;
}

/** The right implementation, with another constraint than it was given. */
function withConstraint(change: (constraint: Constraint, rank: number) => Constraint): Apply {
  return (constraint, data, shape, options) => applyConstraint(change(constraint, shape.length), data, shape, options);
}

/** The right implementation, with another axis than it was given. */
function withAxis(change: (axis: Axis, rank: number) => Axis): Apply {
  return withConstraint((constraint, rank) =>
    hasAxis(constraint) ? { ...constraint, axis: change(constraint.axis, rank) } : constraint,
  );
}

function withEpsilon(epsilon: number): Apply {
  return (constraint, data, shape, options) => applyConstraint(constraint, data, shape, { ...options, epsilon });
}

/** The right implementation, after which something is done to each group of a norm constraint. */
function withGroups(
  change: (
    result: Float32Array | Float64Array,
    about: {
      constraint: Constraint;
      before: Float32Array | Float64Array;
      members: readonly number[];
      norm: number;
      epsilon: number;
    },
  ) => void,
): Apply {
  return (constraint, data, shape, options) => {
    const before = data.slice();
    applyConstraint(constraint, data, shape, options);
    if (!hasAxis(constraint)) return;
    const { epsilon = 1e-7 } = options;
    for (const members of groupMembers(shape, constraint.axis)) {
      change(data, { constraint, before, members, norm: normOf(before, members), epsilon });
    }
  };
}

/** The norm with squares and sum rounded to float32, as Keras's backends compute it. */
function normInFloat32(data: Float32Array | Float64Array, members: readonly number[]): number {
  let sum = 0;
  for (const place of members) sum = Math.fround(sum + Math.fround(data[place]! * data[place]!));
  return Math.fround(Math.sqrt(sum));
}

export const wrongImplementations: readonly WrongImplementation[] = [
  { name: "the last axis for every axis", apply: withAxis(() => -1) },
  { name: "the first axis for every axis", apply: withAxis(() => 0) },
  { name: "the norm of the whole weight", apply: withAxis(() => null) },
  { name: "axis null read as 0", apply: withAxis((axis) => axis ?? 0) },
  {
    name: "only the first axis of a list",
    apply: withAxis((axis) => (axis === null || typeof axis === "number" ? axis : (axis[0] ?? []))),
  },
  {
    name: "negative axes off by one",
    apply: withAxis((axis, rank) => (typeof axis === "number" && axis < 0 ? (axis + 1 + rank) % rank : axis)),
  },
  { name: "epsilon 1e-3", apply: withEpsilon(1e-3) },
  { name: "no epsilon", apply: withEpsilon(0) },
  {
    name: "nothing done inside the limits",
    apply: withGroups((result, { constraint, before, members, norm }) => {
      if (constraint.kind !== "maxNorm" || !(norm <= (constraint.maxValue ?? Infinity))) return;
      for (const place of members) result[place] = before[place]!;
    }),
  },
  {
    name: "the default limit for every limit",
    apply: withConstraint((constraint) =>
      constraint.kind === "maxNorm" || constraint.kind === "minMaxNorm"
        ? { ...constraint, maxValue: constraint.kind === "maxNorm" ? 2 : 1 }
        : constraint,
    ),
  },
  {
    name: "rate 1 for every rate",
    apply: withConstraint((constraint) => (constraint.kind === "minMaxNorm" ? { ...constraint, rate: 1 } : constraint)),
  },
  {
    name: "no lower limit",
    apply: withConstraint((constraint) =>
      constraint.kind === "minMaxNorm"
        ? { ...constraint, minValue: Math.min(0, constraint.maxValue ?? 0) }
        : constraint,
    ),
  },
  {
    name: "a unit norm by the product with the inverse",
    apply: withGroups((result, { constraint, before, members, norm, epsilon }) => {
      if (constraint.kind !== "unitNorm") return;
      const inverse = Math.fround(1 / (epsilon + norm));
      for (const place of members) result[place] = before[place]! * inverse;
    }),
  },
  {
    name: "squares added in float32",
    apply: withGroups((result, { constraint, before, members, epsilon }) => {
      if (constraint.kind !== "unitNorm") return;
      const norm = normInFloat32(before, members);
      for (const place of members) result[place] = before[place]! / (epsilon + norm);
    }),
  },
  {
    name: "each number of a group clipped to the limit instead",
    apply: withGroups((result, { constraint, before, members }) => {
      if (constraint.kind !== "maxNorm") return;
      const limit = Math.max(constraint.maxValue ?? Infinity, 0);
      for (const place of members) result[place] = Math.max(-limit, Math.min(limit, before[place]!));
    }),
  },
  {
    name: "NonNeg as the absolute value",
    apply: (constraint, data, shape, options) => {
      if (constraint.kind !== "nonNeg") applyConstraint(constraint, data, shape, options);
      else for (const [place, w] of data.entries()) data[place] = Math.abs(w);
    },
  },
  {
    name: "NonNeg of Keras 3 for every generation",
    apply: (constraint, data, shape, options) =>
      applyConstraint(constraint, data, shape, { ...options, generation: "keras3" }),
  },
];
