import { hasAxis, resolveAxes, type Axis, type NormConstraint } from "../constraints/index.js";
import type { ConstraintLaw } from "./constraint-law.js";
import { placeName } from "./constraint-law.js";
import { desiredNorm, groupMembers } from "./plain-definition.js";
import { applied, smallestOf, unitOf, type Apply, type WeightCase } from "./weight-case.js";

/**
 * Laws about which numbers form a group. They look at nothing but which numbers change when one of them grows, so that a
 * wrong formula breaks other laws and not these.
 */
export const axisLaws: readonly ConstraintLaw[] = [
  influenceLaw(
    "the norm runs along the axis that is named",
    "Under an axis from 0 on, a number that grows 32-fold changes all others along that axis and no number elsewhere.",
    (axis, shape) => typeof axis === "number" && axis >= 0 && !isSquare(shape),
  ),
  influenceLaw(
    "square weights have the groups that the axis says",
    "In a weight whose extents are all the same, too, a number changes those along the axis and no others: rows are not columns.",
    (axis, shape) => typeof axis === "number" && axis >= 0 && isSquare(shape),
  ),
  influenceLaw(
    "a negative axis counts from the end",
    "Axis -1 is the last axis: a number that grows changes all others along it and no number elsewhere.",
    (axis, shape) => typeof axis === "number" && axis < 0 && !isSquare(shape),
  ),
  influenceLaw(
    "a list of axes is one norm over all of them",
    "Under a list in ascending order, a number that grows changes all others that differ from it along the axes of the list only.",
    (axis, shape) => axis !== null && typeof axis !== "number" && axis.length > 0 && isAscending(axis, shape.length),
  ),
  {
    name: "the order of a list of axes does not matter",
    says: "A list gives the same numbers as its axes in ascending order from 0 on, and as those in descending order, within 2u.",
    check: (apply, weightCase) => {
      const { constraint, shape, generation } = weightCase;
      if (!hasAxis(constraint) || constraint.axis === null || typeof constraint.axis === "number") return null;
      if (constraint.axis.length < 2) return null;
      const growing = growingWeight(weightCase, constraint) ?? weightCase;
      const result = applied(apply, growing);
      const sorted = resolveAxes(constraint.axis, shape.length, generation, "axis");
      for (const axis of [sorted, sorted.toReversed()]) {
        const other = applied(apply, { ...growing, constraint: { ...constraint, axis } });
        const place = result.findIndex((value, i) => !isNear(value, other[i]!, growing));
        if (place >= 0)
          return `${placeName(place, weightCase)} became ${result[place]}, but ${other[place]} with axis [${axis.join(", ")}]`;
      }
      return null;
    },
  },
  influenceLaw(
    "axis null is one norm over the whole weight",
    "Under Python's None, a number that grows changes all others.",
    (axis) => axis === null,
  ),
  influenceLaw(
    "an empty list of axes is a norm for each number alone",
    "Under [], a number that grows changes no other.",
    (axis) => axis !== null && typeof axis !== "number" && axis.length === 0,
  ),
];

/** True where rows could be taken for columns. */
function isSquare(shape: readonly number[]): boolean {
  return shape.length > 1 && new Set(shape).size === 1;
}

function isAscending(axis: readonly number[], rank: number): boolean {
  const places = axis.map((one) => (one < 0 ? one + rank : one));
  return places.every((one, i) => i === 0 || one > places[i - 1]!);
}

function isNear(value: number, other: number, weightCase: WeightCase): boolean {
  if (Object.is(value, other)) return true;
  const bound = 2 * unitOf(weightCase, weightCase.data.length) * Math.abs(other) + smallestOf(weightCase.data);
  return Math.abs(value - other) <= bound;
}

function influenceLaw(
  name: string,
  says: string,
  concerns: (axis: Axis, shape: readonly number[]) => boolean,
): ConstraintLaw {
  const check = (apply: Apply, weightCase: WeightCase): string | null => {
    const { constraint, shape } = weightCase;
    if (!hasAxis(constraint) || !concerns(constraint.axis, shape)) return null;
    const growing = growingWeight(weightCase, constraint);
    return growing === null ? null : checkInfluence(apply, growing, constraint.axis);
  };
  return { name, says, check };
}

/** A weight so large that every group is scaled; null for a constraint that scales none visibly. */
function growingWeight(weightCase: WeightCase, constraint: NormConstraint): WeightCase | null {
  const level =
    constraint.kind === "unitNorm"
      ? 1
      : Math.max(constraint.maxValue ?? Infinity, constraint.kind === "minMaxNorm" ? constraint.minValue : 0);
  if (!(level > 0 && level < 1e9)) return null;
  const size = 4 * Math.max(level, 1);
  if (constraint.kind === "minMaxNorm" && constraint.rate !== 1) return null;
  if (desiredNorm({ constraint }, 1e3 * level) === 0) return null;
  // Below the limit nothing is scaled, and near a limit of float32 epsilon would hide what is.
  const data = weightCase.data.map((_, i) => size * (1 + ((i * 7) % 5) / 4) * (i % 3 === 1 ? -1 : 1));
  return { ...weightCase, data };
}

/** Lets the first, the middle and the last number grow, and compares what changes with the groups of the axis. */
function checkInfluence(apply: Apply, weightCase: WeightCase, axis: Axis): string | null {
  const { data, shape } = weightCase;
  const base = applied(apply, weightCase);
  const groups = groupMembers(shape, axis);
  for (const grown of new Set([0, data.length >> 1, data.length - 1])) {
    if (grown < 0) continue;
    const larger = data.slice();
    larger[grown]! *= 32;
    const result = applied(apply, { ...weightCase, data: larger });
    const members = new Set(groups.find((one) => one.includes(grown)));
    for (let place = 0; place < data.length; place++) {
      if (place === grown) continue;
      const changed = !Object.is(result[place], base[place]);
      if (changed === members.has(place)) continue;
      const [one, other] = [placeName(place, weightCase), placeName(grown, weightCase)];
      const numbers = `${data[grown]} to ${larger[grown]}`;
      return changed
        ? `${one} is not in the group of ${other}, but changed from ${base[place]} to ${result[place]} when ${other} grew from ${numbers}`
        : `${one} is in the group of ${other}, but stayed at ${result[place]} when ${other} grew from ${numbers}`;
    }
  }
  return null;
}
