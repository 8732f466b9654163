import { hasAxis, type Constraint } from "../constraints/index.js";
import { checkFiniteGroups, scaleToNorm, tamed, type ConstraintLaw, type GroupChange } from "./constraint-law.js";
import { cancellationOf, desiredNorm } from "./plain-definition.js";
import { isMeasurable, smallestOf, unitOf, type Apply, type WeightCase } from "./weight-case.js";

/** The upper limit of a constraint that enforces one in a single step; null for the others. */
export function strictUpperLimit(constraint: Constraint): number | null {
  if (constraint.kind === "unitNorm") return 1;
  if (constraint.kind !== "maxNorm" && !(constraint.kind === "minMaxNorm" && constraint.rate === 1)) return null;
  // With rate 1 the formula makes NaN of an infinite norm.
  const limit = desiredNorm({ constraint }, Number.MAX_VALUE);
  if (limit === null || limit < 0) return null;
  return limit === Number.MAX_VALUE ? Infinity : limit;
}

/** The lower limit, 0 where there is none. */
export function lowerLimit(constraint: Constraint): number {
  if (constraint.kind === "unitNorm") return 1;
  return constraint.kind === "minMaxNorm" ? constraint.minValue : 0;
}

/** True where the upper limit lies below the lower one. */
function isCrossed(constraint: Constraint): boolean {
  if (constraint.kind !== "maxNorm" && constraint.kind !== "minMaxNorm") return false;
  return constraint.maxValue !== null && constraint.maxValue < lowerLimit(constraint);
}

/** Laws that compare norms coarsely, on weights where epsilon plays no part, so that only the reason named is left. */
export const coarseNormLaws: readonly ConstraintLaw[] = [
  coarseLaw(
    "the norm is the root of the sum of squares",
    "A group whose norm is above the limit comes out with the limit as Euclidean norm, within a thousandth.",
    (weightCase, { before }) => {
      const limit = strictUpperLimit(weightCase.constraint);
      return limit !== null && limit > 0 && !isCrossed(weightCase.constraint) && before > 1.01 * limit;
    },
  ),
  coarseLaw(
    "the rate is the part of the way that the norm moves",
    "Under MinMaxNorm with a rate, a group of norm n comes out with rate * clip(n) + (1 - rate) * n, within a thousandth.",
    ({ constraint }) => constraint.kind === "minMaxNorm" && constraint.rate !== 1 && !isCrossed(constraint),
  ),
  coarseLaw(
    "null and infinity are no limit",
    "Under a limit that is None or infinite, a norm stays, or is lifted to the lower limit, within a thousandth.",
    ({ constraint }) =>
      (constraint.kind === "maxNorm" || constraint.kind === "minMaxNorm") &&
      (constraint.maxValue === null || constraint.maxValue === Infinity),
  ),
  coarseLaw(
    "of two crossed limits the right one counts",
    "Where the upper limit lies below the lower one, a norm becomes the lower one, or the upper one where `crossed` says so, within a thousandth.",
    ({ constraint }) => isCrossed(constraint),
  ),
];

/** The law about how squares are added. */
export const squareLaw: ConstraintLaw = {
  name: "the squares are added in float64",
  says: "With float32 numbers so small or so large that float32 has no squares for them, norms come out as the formula says, within 4u.",
  check: (apply, weightCase) => {
    if (!hasAxis(weightCase.constraint) || weightCase.arithmetic === "float32") return null;
    if (weightCase.data.BYTES_PER_ELEMENT !== 4) return null;
    for (const scale of [2 ** -70, 2 ** 72]) {
      const complaint = checkNorms(apply, tamed(weightCase, scale), { unchanged: "allowed" });
      if (complaint !== null) return `with weights times ${scale}, ${complaint}`;
    }
    return null;
  },
};

/** Laws about norms that compare them as finely as they can be. */
export const boundLaws: readonly ConstraintLaw[] = [
  {
    name: "no norm is above the limit",
    says: "After MaxNorm, UnitNorm, and MinMaxNorm with rate 1, no finite group's norm is above the limit by more than 3u.",
    check: (apply, weightCase) => {
      const limit = strictUpperLimit(weightCase.constraint);
      if (limit === null || limit === Infinity) return null;
      return checkFiniteGroups(apply, weightCase, ({ members, after }) => {
        const tiny = Math.sqrt(members.length) * smallestOf(weightCase.data);
        const bound = limit * (1 + 3 * unitOf(weightCase, members.length)) + tiny;
        return after <= bound ? null : `norm ${after} after, limit ${limit}`;
      });
    },
  },
  {
    name: "no norm is below the lower limit, but for epsilon",
    says: "After UnitNorm, and MinMaxNorm with rate 1, a group of norm n has at least low * n / (n + epsilon), less 4u.",
    check: (apply, weightCase) => {
      const { constraint, data, epsilon } = weightCase;
      const limit = desiredNorm({ constraint }, 0);
      if (limit === null || limit <= 0 || strictUpperLimit(constraint) === null) return null;
      return checkFiniteGroups(apply, weightCase, ({ members, before, after }) => {
        if (before < 1e-100) return null;
        const tiny = Math.sqrt(members.length) * smallestOf(data);
        const share = before / (before + epsilon);
        const bound = limit * share * (1 - 4 * unitOf(weightCase, members.length)) - tiny;
        return after >= bound ? null : `norm ${after} after and ${before} before, lower limit ${limit}`;
      });
    },
  },
  {
    name: "norms within the limits stay, but for epsilon",
    says: "MaxNorm and MinMaxNorm multiply a group whose norm n is within the limits by n / (n + epsilon), rounded once.",
    check: (apply, weightCase) => {
      const { constraint, data, epsilon } = weightCase;
      if ((constraint.kind !== "maxNorm" && constraint.kind !== "minMaxNorm") || isCrossed(constraint)) return null;
      return checkFiniteGroups(apply, weightCase, ({ members, before }, result) => {
        const margin = Math.max(1e-12, 4 * unitOf(weightCase, members.length)) * before;
        if (before < lowerLimit(constraint) + margin || before > (constraint.maxValue ?? Infinity) - margin)
          return null;
        if (before < 1e-100 || (constraint.kind === "minMaxNorm" && constraint.rate !== 1)) return null;
        const exact = data.BYTES_PER_ELEMENT === 4 && weightCase.arithmetic !== "float32";
        const relative = (exact ? 1.001 : 3) * unitOf(weightCase, members.length);
        for (const place of members) {
          const wanted = data[place]! * (before / (before + epsilon));
          if (!(Math.abs(result[place]! - wanted) <= relative * Math.abs(wanted) + smallestOf(data))) {
            return `${data[place]} became ${result[place]}, wanted ${wanted}: the norm is ${before}`;
          }
        }
        return null;
      });
    },
  },
  {
    name: "the norm is the one that the formula says",
    says: "A group of norm n comes out with the desired norm times n / (n + epsilon), within 4u.",
    check: checkNorms,
  },
];

/**
 * Compares every norm with that of the formula, within 4u; where that is allowed, a group within the limits may also
 * stay as it is, which another law forbids.
 */
export function checkNorms(
  apply: Apply,
  weightCase: WeightCase,
  { unchanged }: { unchanged: "allowed" | "forbidden" } = { unchanged: "forbidden" },
): string | null {
  const { constraint, data, epsilon } = weightCase;
  if (!hasAxis(constraint)) return null;
  const rate = constraint.kind === "minMaxNorm" ? constraint.rate : 1;
  if (!(rate >= 0 && rate <= 1)) return null;
  return checkFiniteGroups(apply, weightCase, ({ members, before, after }) => {
    const desired = desiredNorm(weightCase, before);
    if (desired === null || before < 1e-100 || before > 1e100) return null;
    const wanted = (Math.abs(desired) * before) / (before + epsilon);
    if (!isMeasurable(weightCase, wanted)) return null;
    if (unchanged === "allowed" && desired === before && Math.abs(after - before) <= 1e-3 * before) return null;
    const cancelled = cancellationOf(weightCase, before);
    if (cancelled > 1e6) return null;
    const unit = unitOf(weightCase, members.length) * cancelled;
    const bound = 4 * unit * wanted + Math.sqrt(members.length) * smallestOf(data);
    return Math.abs(after - wanted) <= bound ? null : `norm ${after} after and ${before} before, wanted ${wanted}`;
  });
}

/**
 * A law about norms within a thousandth, on ordinary numbers so large that epsilon plays no part: the weight is scaled
 * so that its largest norm is near four times the largest limit.
 */
function coarseLaw(
  name: string,
  says: string,
  concerns: (weightCase: WeightCase, change: GroupChange) => boolean,
): ConstraintLaw {
  const check = (apply: Apply, weightCase: WeightCase): string | null => {
    const { constraint, epsilon } = weightCase;
    if (!hasAxis(constraint)) return null;
    const limits =
      constraint.kind === "unitNorm" ? [1] : [constraint.maxValue ?? 1, lowerLimit(constraint), 1e4 * epsilon, 10];
    const scale = scaleToNorm(weightCase, 4 * Math.max(...limits.map(Math.abs).filter(Number.isFinite)));
    if (scale === null) return null;
    const ordinary = tamed(weightCase, scale);
    return checkFiniteGroups(apply, ordinary, (change) => {
      const { before, after } = change;
      const desired = desiredNorm(ordinary, before);
      if (desired === null || before < Math.max(1e4 * epsilon, 10) || !concerns(ordinary, change)) return null;
      const wanted = Math.abs(desired);
      return Math.abs(after - wanted) <= 1e-3 * wanted
        ? null
        : `norm ${after} after and ${before} before, wanted ${wanted}`;
    });
  };
  return { name, says, check };
}
