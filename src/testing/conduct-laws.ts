import { hasAxis, mapConstraintAxes, type Constraint } from "../constraints/index.js";
import { placeName, tamed, type ConstraintLaw } from "./constraint-law.js";
import { coordinates, plainDefinition, reachOf } from "./plain-definition.js";
import { applied, smallestOf, unitOf, type Apply, type WeightCase } from "./weight-case.js";

/** Laws about what a function on arrays does beside its arithmetic. */
export const conductLaws: readonly ConstraintLaw[] = [
  {
    name: "only the numbers of the weight change",
    says: "In a weight that lies within a larger buffer, the numbers before and behind it stay, and so do constraint and shape.",
    check: (apply, weightCase) => {
      const { data, shape, constraint, generation, epsilon } = weightCase;
      const guard = 3;
      const room =
        data.BYTES_PER_ELEMENT === 4
          ? new Float32Array(data.length + 2 * guard)
          : new Float64Array(data.length + 2 * guard);
      room.fill(77);
      room.set(data, guard);
      const given = structuredClone({ shape, constraint });
      apply(constraint, room.subarray(guard, guard + data.length), shape, { generation, epsilon });
      const outside = room.findIndex((w, i) => (i < guard || i >= guard + data.length) && w !== 77);
      if (outside >= 0) {
        const from = outside < guard ? `${guard - outside} before` : `${outside - guard - data.length + 1} behind`;
        return `the number ${from} the weight became ${room[outside]}`;
      }
      return JSON.stringify({ shape, constraint }) === JSON.stringify(given)
        ? null
        : "the shape or the constraint changed";
    },
  },
  {
    name: "the same weight gives the same result",
    says: "After another weight in between, the same weight comes out the same, bit for bit: nothing is left over from call to call.",
    check: (apply, weightCase) => {
      const first = applied(apply, weightCase);
      applied(apply, { ...weightCase, data: weightCase.data.map((w) => 3 * w + 1) });
      const second = applied(apply, weightCase);
      const place = first.findIndex((value, i) => !Object.is(value, second[i]));
      return place < 0 ? null : `${placeName(place, weightCase)} became ${first[place]}, and then ${second[place]}`;
    },
  },
];

/** The law about numbers that are wider than float32. */
export const precisionLaw: ConstraintLaw = {
  name: "float64 weights keep their precision",
  says: "Numbers in a Float64Array come out with more digits than float32 has, where the formula gives them more.",
  check: (apply, weightCase) => {
    if (!hasAxis(weightCase.constraint) || weightCase.arithmetic === "float32") return null;
    if (weightCase.data.BYTES_PER_ELEMENT !== 8) return null;
    const even = tamed(weightCase, 1.0000000123);
    // Digits of their own: the quotients of small whole numbers may be short without any rounding to float32.
    const ordinary = { ...even, data: even.data.map((w, i) => w * (1 + ((i * 37) % 101) * 1e-10)) };
    const wanted = plainDefinition(ordinary);
    const result = applied(apply, ordinary);
    const narrow = Array.from(result.keys()).filter((i) => {
      const difference = Math.abs(result[i]! - wanted[i]!) / Math.abs(wanted[i]!);
      return result[i] === Math.fround(wanted[i]!) && difference > 1e-12;
    });
    // One number alone may be a limit.
    const [first = 0, second] = narrow.filter(
      (i) => Math.abs(result[i]!) !== Math.abs(result[narrow[0]!]!) || i === narrow[0],
    );
    if (second === undefined) return null;
    return `${placeName(first, ordinary)} became ${result[first]}, wanted ${wanted[first]}`;
  },
};

/** Laws about one weight seen in two ways. */
export const symmetryLaws: readonly ConstraintLaw[] = [
  {
    name: "permuting axes commutes",
    says: "Weight and constraint with their axes reversed, or rotated by one, give the same numbers in their new places, within 2u.",
    check: (apply, weightCase) => {
      const { constraint, shape, data } = weightCase;
      if (!hasAxis(constraint) && constraint.kind !== "nonNeg") return null;
      // A negative limit that is weighed against a norm may leave nothing but the rounding of the sum.
      if (constraint.kind === "minMaxNorm" && constraint.rate !== 1 && constraint.crossed === "upper") return null;
      const rank = shape.length;
      const ordinary = weightCase.arithmetic === "float32" ? tamed(weightCase) : weightCase;
      const result = applied(apply, ordinary);
      const identity = Array.from({ length: rank }, (_, axis) => axis);
      for (const storedAxisOf of [identity.toReversed(), identity.map((axis) => (axis + 1) % rank)]) {
        const moved = permuted(ordinary, storedAxisOf);
        const movedResult = applied(apply, moved.weightCase);
        for (const [place, target] of moved.targets.entries()) {
          const difference = Math.abs(movedResult[target]! - result[place]!);
          const relative = 2 * unitOf(ordinary, result.length) + result.length * 2 ** -52;
          const close = difference <= relative * Math.abs(result[place]!) + smallestOf(data);
          if (!close && !Object.is(movedResult[target], result[place])) {
            return `${placeName(place, ordinary)} became ${result[place]}, but ${movedResult[target]} with axes ${storedAxisOf.join(", ")}`;
          }
        }
      }
      return null;
    },
  },
  {
    name: "weights and limits in other units give the same",
    says: "Weights, limits and epsilon all times 8 give the result times 8 (UnitNorm: the same result), bit for bit where nothing leaves the range of the format.",
    check: checkScaling,
  },
];

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

function checkScaling(apply: Apply, weightCase: WeightCase): string | null {
  const { constraint, data, epsilon, arithmetic } = weightCase;
  if (constraint.kind === "custom") return null;
  const factor = 8;
  const result = applied(apply, weightCase);
  const scaled = applied(apply, {
    ...weightCase,
    data: data.map((w) => w * factor),
    constraint: scaledLimits(constraint, factor),
    epsilon: epsilon * factor,
  });
  const gain = constraint.kind === "unitNorm" ? 1 : factor;
  const [low, high] =
    arithmetic === "float32" ? [1e-8, 1e8] : data.BYTES_PER_ELEMENT === 4 ? [1e-30, 1e30] : [1e-100, 1e100];
  const inRange = (value: number): boolean => Math.abs(value) > low && Math.abs(value) < high;
  const safe = (place: number): boolean =>
    data[place] === 0 || (inRange(data[place]!) && (inRange(result[place]!) || !hasAxis(constraint)));
  for (const members of reachOf(weightCase)) {
    if (!members.every(safe)) continue;
    const wrong = members.find((place) => scaled[place] !== result[place]! * gain);
    if (wrong !== undefined) return `${data[wrong]} became ${result[wrong]}, but scaled ${scaled[wrong]}`;
  }
  return null;
}

function scaledLimits(constraint: Constraint, factor: number): Constraint {
  if (constraint.kind !== "maxNorm" && constraint.kind !== "minMaxNorm") return constraint;
  const maxValue = constraint.maxValue === null ? null : constraint.maxValue * factor;
  return constraint.kind === "maxNorm"
    ? { ...constraint, maxValue }
    : { ...constraint, maxValue, minValue: constraint.minValue * factor };
}
