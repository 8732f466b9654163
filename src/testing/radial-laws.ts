import { placeName, type ConstraintLaw } from "./constraint-law.js";
import { coordinates, groupMembers, plainDefinition } from "./plain-definition.js";
import { applied } from "./weight-case.js";

/** Laws of tf.keras's RadialConstraint, which chooses numbers and computes none: they hold bit for bit. */
export const radialLaws: readonly ConstraintLaw[] = [
  {
    name: "RadialConstraint makes rings",
    says: "All places of a 2-D kernel that are as far from its edge hold the same number.",
    check: (apply, weightCase) => {
      const { constraint, shape } = weightCase;
      if (constraint.kind !== "radialConstraint") return null;
      const result = applied(apply, weightCase);
      for (const members of groupMembers(shape, [0, 1])) {
        const broken = findBrokenRing(result, shape, members);
        if (broken === null) continue;
        const [one, other] = broken;
        return `${placeName(one, weightCase)} became ${result[one]}, and ${placeName(other, weightCase)} of the same ring ${result[other]}`;
      }
      return null;
    },
  },
  {
    name: "RadialConstraint takes its numbers from the diagonal, as tf.keras does",
    says: "With s half the size, the middle gets number s - 1 of the diagonal; the rings, from the inside out, those from s on for odd sizes and from s + 1 on for even ones.",
    check: (apply, weightCase) => {
      if (weightCase.constraint.kind !== "radialConstraint") return null;
      const result = applied(apply, weightCase);
      const wanted = plainDefinition(weightCase);
      const place = result.findIndex((value, i) => !Object.is(value, wanted[i]));
      return place < 0 ? null : `${placeName(place, weightCase)} became ${result[place]}, wanted ${wanted[place]}`;
    },
  },
];

/**
 * Two places of one ring of a 2-D kernel that hold different numbers, the first of the ring and the first that differs
 * from it; null where every ring is even. `members` are the places of the kernel in a weight of (size, size, in, out).
 */
export function findBrokenRing(
  values: ArrayLike<number>,
  shape: readonly number[],
  members: readonly number[],
): readonly [number, number] | null {
  const rings = new Map<number, number>();
  for (const place of members) {
    const [row = 0, column = 0] = coordinates(place, shape);
    const ring = Math.min(row, column, shape[0]! - 1 - row, shape[0]! - 1 - column);
    const first = rings.get(ring) ?? place;
    rings.set(ring, first);
    if (!Object.is(values[place], values[first])) return [first, place];
  }
  return null;
}
