import { mapConstraintAxes, type Constraint } from "../constraints/index.js";
import { coordinates, desiredNorm, groupMembers, normOf, plainDefinition } from "./plain-definition.js";
import { applied, axisOf, roundingOf, smallestOf, type Apply, type WeightCase } from "./weight-case.js";

/** A property that every implementation of Keras's constraints has, for every constraint and weight. */
export interface ConstraintLaw {
  readonly name: string;
  /** The law in a sentence, with its bound. */
  readonly says: string;
  /** Null where the law holds, or says nothing about the case; otherwise what was found. */
  readonly check: (apply: Apply, weightCase: WeightCase) => string | null;
}

/** A group before and after, with its norms in float64. */
interface GroupChange {
  readonly group: number;
  readonly members: readonly number[];
  readonly before: number;
  readonly after: number;
}

/**
 * The first complaint about a group whose norm is finite before, in the constraint's own groups. (A norm that is not
 * finite comes of an infinity, a NaN, or squares that overflow float64.)
 */
function checkFiniteGroups(
  apply: Apply,
  weightCase: WeightCase,
  complain: (change: GroupChange, result: WeightCase["data"]) => string | null,
): string | null {
  const { data, shape, constraint } = weightCase;
  const result = applied(apply, weightCase);
  for (const [group, members] of groupMembers(shape, axisOf(constraint)).entries()) {
    const before = normOf(data, members);
    if (!Number.isFinite(before)) continue;
    const complaint = complain({ group, members, before, after: normOf(result, members) }, result);
    if (complaint !== null) return `group ${group}: ${complaint}`;
  }
  return null;
}

/** How far the norm of `count` numbers may stray through rounding: 3u in float32, where squares are exact. */
function normTolerance(data: WeightCase["data"], count: number): number {
  return data.BYTES_PER_ELEMENT === 4 ? 3 * 2 ** -24 : (count + 8) * 2 ** -53;
}

/** The upper limit of a constraint that enforces one in a single step; null for the others. */
function strictUpperLimit(constraint: Constraint): number | null {
  if (constraint.kind === "unitNorm") return 1;
  if (constraint.kind === "maxNorm") return Math.max(constraint.maxValue ?? Infinity, 0);
  if (constraint.kind === "minMaxNorm" && constraint.rate === 1) {
    return Math.max(constraint.maxValue ?? Infinity, constraint.minValue);
  }
  return null;
}

/** The lower limit, 0 where there is none. */
function lowerLimit(constraint: Constraint): number {
  if (constraint.kind === "unitNorm") return 1;
  return constraint.kind === "minMaxNorm" ? constraint.minValue : 0;
}

const normAtMostLimit: ConstraintLaw = {
  name: "norm at most the limit",
  says: "After MaxNorm, UnitNorm, and MinMaxNorm with rate 1, no finite group's norm is above the limit by more than 3u.",
  check: (apply, weightCase) => {
    const limit = strictUpperLimit(weightCase.constraint);
    if (limit === null || limit === Infinity) return null;
    return checkFiniteGroups(apply, weightCase, ({ members, after }) => {
      const tiny = Math.sqrt(members.length) * smallestOf(weightCase.data);
      const bound = limit * (1 + normTolerance(weightCase.data, members.length)) + tiny;
      return after <= bound ? null : `norm ${after} after, limit ${limit}`;
    });
  },
};

const normAtLeastLimit: ConstraintLaw = {
  name: "norm at least the limit, but for epsilon",
  says: "After UnitNorm, and MinMaxNorm with rate 1, a group of norm n has at least low * n / (n + epsilon), less 4u.",
  check: (apply, weightCase) => {
    const { constraint, data, epsilon } = weightCase;
    const limit = lowerLimit(constraint);
    if (limit === 0 || strictUpperLimit(constraint) === null) return null;
    return checkFiniteGroups(apply, weightCase, ({ members, before, after }) => {
      if (before < 1e-100) return null;
      const tiny = Math.sqrt(members.length) * smallestOf(data);
      const share = before / (before + epsilon);
      const bound = limit * share * (1 - (4 / 3) * normTolerance(data, members.length)) - tiny;
      return after >= bound ? null : `norm ${after} after and ${before} before, limit ${limit}`;
    });
  },
};

const insideTheBall: ConstraintLaw = {
  name: "inside the ball only epsilon acts",
  says: "MaxNorm and MinMaxNorm multiply a group whose norm n is within the limits by n / (n + epsilon), rounded once.",
  check: (apply, weightCase) => {
    const { constraint, data, epsilon } = weightCase;
    if (constraint.kind !== "maxNorm" && constraint.kind !== "minMaxNorm") return null;
    return checkFiniteGroups(apply, weightCase, ({ members, before }, result) => {
      const margin = 1e-12 * before;
      if (before < lowerLimit(constraint) + margin || before > (constraint.maxValue ?? Infinity) - margin) return null;
      if (before < 1e-100 || (constraint.kind === "minMaxNorm" && constraint.maxValue === Infinity && before === 0))
        return null;
      const relative = data.BYTES_PER_ELEMENT === 4 ? 1.001 * roundingOf(data) : (members.length + 8) * 2 ** -53;
      for (const place of members) {
        const wanted = data[place]! * (before / (before + epsilon));
        if (!(Math.abs(result[place]! - wanted) <= relative * Math.abs(wanted) + smallestOf(data))) {
          return `${data[place]} became ${result[place]}, wanted ${wanted}`;
        }
      }
      return null;
    });
  },
};

const idempotent: ConstraintLaw = {
  name: "idempotent but for epsilon",
  says: "A second application, with rate 1, changes no number by more than epsilon * (1 + low / (n + epsilon)) / (epsilon + r) + 4u of itself, where n and r are the norms before and after the first; under NonNeg by nothing.",
  check: (apply, weightCase) => {
    const { constraint, data, epsilon } = weightCase;
    if (constraint.kind === "minMaxNorm" && constraint.rate !== 1) return null;
    const once = applied(apply, weightCase);
    const twice = applied(apply, { ...weightCase, data: once });
    return checkFiniteGroups(apply, weightCase, ({ members, before, after }) => {
      if (before < 1e-100) return null;
      const shift = (epsilon * (1 + lowerLimit(constraint) / (before + epsilon))) / (epsilon + after);
      const relative =
        constraint.kind === "nonNeg" ? 0 : shift * (1 + 1e-6) + 4 * roundingOf(data) + 3 * members.length * 2 ** -53;
      for (const place of members) {
        const difference = Math.abs(twice[place]! - once[place]!);
        if (!(difference <= relative * Math.abs(once[place]!) + smallestOf(data))) {
          return `${once[place]} became ${twice[place]} the second time`;
        }
      }
      return null;
    });
  },
};

const directionKept: ConstraintLaw = {
  name: "direction kept",
  says: "A norm constraint multiplies all numbers of a group by one factor, which is not negative, within 4u.",
  check: (apply, weightCase) => {
    const { constraint, data } = weightCase;
    if (constraint.kind === "nonNeg") return null;
    return checkFiniteGroups(apply, weightCase, ({ members, before }, result) => {
      if (before === 0) return null;
      const pivot = members.reduce((best, place) => (Math.abs(data[place]!) > Math.abs(data[best]!) ? place : best));
      const factor = result[pivot]! / data[pivot]!;
      if (!(factor >= 0)) return `${data[pivot]} became ${result[pivot]}`;
      for (const place of members) {
        const wanted = data[place]! * factor;
        const bound = 4 * roundingOf(data) * Math.abs(wanted) + 2 * smallestOf(data);
        if (!(Math.abs(result[place]! - wanted) <= bound)) {
          return `${data[place]} became ${result[place]} while ${data[pivot]} became ${result[pivot]}`;
        }
      }
      return null;
    });
  },
};

const groupsApart: ConstraintLaw = {
  name: "groups do not touch one another",
  says: "With one group replaced by NaN, every number outside that group comes out the same, bit for bit.",
  check: (apply, weightCase) => {
    const groups = groupMembers(weightCase.shape, axisOf(weightCase.constraint));
    const chosen = groups.length >> 1;
    if (groups.length < 2) return null;
    const poisoned = weightCase.data.slice();
    for (const place of groups[chosen]!) poisoned[place] = Number.NaN;
    const clean = applied(apply, weightCase);
    const result = applied(apply, { ...weightCase, data: poisoned });
    for (const [group, members] of groups.entries()) {
      const changed = group === chosen ? undefined : members.find((place) => !Object.is(clean[place], result[place]));
      if (changed !== undefined)
        return `group ${chosen} changed ${clean[changed]} of group ${group} to ${result[changed]}`;
    }
    return null;
  },
};

const permutation: ConstraintLaw = {
  name: "permuting axes commutes",
  says: "Weight and constraint with their axes reversed, or rotated by one, give the same numbers in their new places, within 2u.",
  check: (apply, weightCase) => {
    const rank = weightCase.shape.length;
    const result = applied(apply, weightCase);
    const identity = Array.from({ length: rank }, (_, axis) => axis);
    for (const storedAxisOf of [identity.toReversed(), identity.map((axis) => (axis + 1) % rank)]) {
      const moved = permuted(weightCase, storedAxisOf);
      const movedResult = applied(apply, moved.weightCase);
      for (const [place, target] of moved.targets.entries()) {
        const difference = Math.abs(movedResult[target]! - result[place]!);
        const relative = 2 * roundingOf(weightCase.data) + result.length * 2 ** -52;
        const close = difference <= relative * Math.abs(result[place]!) + smallestOf(weightCase.data);
        if (!close && !Object.is(movedResult[target], result[place])) {
          return `${result[place]} at ${place}, but ${movedResult[target]} with axes ${storedAxisOf.join(", ")}`;
        }
      }
    }
    return null;
  },
};

/** The case with its axes reordered, and the new place of each number. */
function permuted(
  weightCase: WeightCase,
  storedAxisOf: readonly number[],
): { weightCase: WeightCase; targets: readonly number[] } {
  const { data, shape, constraint } = weightCase;
  const newShape: number[] = [];
  shape.forEach((extent, axis) => {
    newShape[storedAxisOf[axis]!] = extent;
  });
  const moved = data.slice();
  const targets = Array.from(data, (value, place) => {
    const at: number[] = [];
    coordinates(place, shape).forEach((coordinate, axis) => {
      at[storedAxisOf[axis]!] = coordinate;
    });
    let target = 0;
    newShape.forEach((extent, axis) => {
      target = target * extent + at[axis]!;
    });
    moved[target] = value;
    return target;
  });
  const mapped = mapConstraintAxes(constraint, storedAxisOf);
  return { weightCase: { ...weightCase, data: moved, shape: newShape, constraint: mapped }, targets };
}

const scaling: ConstraintLaw = {
  name: "scaling",
  says: "Weights, limits and epsilon all times 8 give the result times 8 (UnitNorm: the same result), bit for bit where nothing leaves the range of the format.",
  check: (apply, weightCase) => {
    const { constraint, data, epsilon, shape } = weightCase;
    const factor = 8;
    const result = applied(apply, weightCase);
    const scaled = applied(apply, {
      ...weightCase,
      data: data.map((w) => w * factor),
      constraint: scaledLimits(constraint, factor),
      epsilon: epsilon * factor,
    });
    const gain = constraint.kind === "unitNorm" ? 1 : factor;
    const [low, high] = data.BYTES_PER_ELEMENT === 4 ? [1e-30, 1e30] : [1e-100, 1e100];
    const inRange = (value: number): boolean => Math.abs(value) > low && Math.abs(value) < high;
    const safe = (place: number): boolean =>
      data[place] === 0 || (inRange(data[place]!) && (inRange(result[place]!) || constraint.kind === "nonNeg"));
    for (const members of groupMembers(shape, axisOf(constraint))) {
      if (!members.every(safe)) continue;
      const wrong = members.find((place) => scaled[place] !== result[place]! * gain);
      if (wrong !== undefined) return `${data[wrong]} became ${result[wrong]}, but scaled ${scaled[wrong]}`;
    }
    return null;
  },
};

function scaledLimits(constraint: Constraint, factor: number): Constraint {
  if (constraint.kind !== "maxNorm" && constraint.kind !== "minMaxNorm") return constraint;
  const maxValue = constraint.maxValue === null ? null : constraint.maxValue * factor;
  return constraint.kind === "maxNorm"
    ? { ...constraint, maxValue }
    : { ...constraint, maxValue, minValue: constraint.minValue * factor };
}

const finiteStaysFinite: ConstraintLaw = {
  name: "finite groups stay finite, zeros stay zero",
  says: "A group with a finite norm comes out finite; a group of zeros comes out as zeros.",
  check: (apply, weightCase) =>
    checkFiniteGroups(apply, weightCase, ({ members, before }, result) => {
      const wrong = members.find(
        (place) =>
          !Number.isFinite(result[place]!) || (before === 0 && weightCase.data[place] === 0 && result[place] !== 0),
      );
      return wrong === undefined ? null : `${weightCase.data[wrong]} became ${result[wrong]}`;
    }),
};

const nonNegative: ConstraintLaw = {
  name: "NonNeg keeps what is not negative",
  says: "NonNeg gives a zero for each negative finite number and leaves positive numbers and NaN as they are.",
  check: (apply, weightCase) => {
    if (weightCase.constraint.kind !== "nonNeg") return null;
    const result = applied(apply, weightCase);
    for (const [place, w] of weightCase.data.entries()) {
      if (w === -Infinity) continue;
      const wanted = w < 0 ? 0 : w;
      if (result[place] !== wanted && !(Number.isNaN(w) && Number.isNaN(result[place])))
        return `${w} became ${result[place]}`;
    }
    return null;
  },
};

const plainlyDefined: ConstraintLaw = {
  name: "equal to the plain definition",
  says: "Every number, NaN, infinities and signs of zero included, is that of the definition in float64, rounded once.",
  check: (apply, weightCase) => {
    const result = applied(apply, weightCase);
    const wanted = weightCase.data.slice();
    wanted.set(plainDefinition(weightCase));
    const wrong = wanted.findIndex((value, place) => !Object.is(value, result[place]));
    return wrong < 0 ? null : `${weightCase.data[wrong]} became ${result[wrong]}, wanted ${wanted[wrong]}`;
  },
};

const partialRate: ConstraintLaw = {
  name: "the norm that the formula says",
  says: "A group of norm n comes out with the desired norm times n / (n + epsilon), within 4u; with a rate, the desired norm is that part of the way.",
  check: (apply, weightCase) => {
    const { data, epsilon } = weightCase;
    return checkFiniteGroups(apply, weightCase, ({ members, before, after }) => {
      const desired = desiredNorm(weightCase, before);
      if (desired === null || before < 1e-100 || before > 1e100) return null;
      const wanted = (desired * before) / (before + epsilon);
      const bound =
        (4 / 3) * normTolerance(data, members.length) * wanted + Math.sqrt(members.length) * smallestOf(data);
      return Math.abs(after - wanted) <= bound ? null : `norm ${after} after and ${before} before, wanted ${wanted}`;
    });
  },
};

/** All laws. Their bounds are those of exact norms: an implementation that adds squares in float32 needs wider ones. */
export const constraintLaws: readonly ConstraintLaw[] = [
  normAtMostLimit,
  normAtLeastLimit,
  partialRate,
  insideTheBall,
  idempotent,
  directionKept,
  groupsApart,
  permutation,
  scaling,
  finiteStaysFinite,
  nonNegative,
  plainlyDefined,
];
