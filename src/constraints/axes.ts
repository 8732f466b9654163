import { KerasProofError } from "../errors.js";
import type { Axis, Constraint, Generation } from "./spec.js";

/**
 * The axes of a weight of `rank` that `axis` names, each from 0 to rank - 1, in ascending order: all of them for
 * `null`, none for the empty list.
 *
 * Throws `bad-constraint` at `path` for an axis that is no whole number, lies outside the weight or occurs twice. Keras
 * says so only when the constraint first runs, in the first step of training. (Keras 1 on TensorFlow takes a negative
 * axis modulo the rank, so -5 means 3 there for rank 4. That is refused like any axis that the weight does not have.)
 */
export function resolveAxes(axis: Axis, rank: number, generation: Generation, path: string): readonly number[] {
  if (axis === null) return Array.from({ length: rank }, (_, i) => i);
  const resolved = (typeof axis === "number" ? [axis] : axis).map((value) => {
    if (!Number.isInteger(value) || value < -rank || value >= rank) {
      throw new KerasProofError(
        "bad-constraint",
        path,
        `axis ${value} in ${format(axis)}, ${wanted(rank, generation)}`,
      );
    }
    return value < 0 ? value + rank : value;
  });
  resolved.sort((a, b) => a - b);
  const twice = resolved.find((value, i) => value === resolved[i - 1]);
  if (twice !== undefined) {
    throw new KerasProofError(
      "bad-constraint",
      path,
      `axis ${format(axis)} names axis ${twice} twice, ${wanted(rank, generation)}, each at most once`,
    );
  }
  return resolved;
}

/**
 * The same constraint for a weight whose axes were reordered: axis i of the weight it was written for is axis
 * `storedAxisOf[i]` of the weight at hand, or is gone where that is null (it had extent 1). Negative axes count from
 * the end of the old weight. A constraint whose only axis is gone sums over none. An axis that the old weight did not
 * have stays as it is.
 */
export function mapConstraintAxes<C extends Constraint>(constraint: C, storedAxisOf: readonly (number | null)[]): C {
  if (constraint.kind === "nonNeg" || constraint.axis === null) return constraint;
  const { axis } = constraint;
  const rank = storedAxisOf.length;
  const mapOne = (old: number): number | null => {
    const stored = storedAxisOf[old < 0 ? old + rank : old];
    return stored === undefined ? old : stored;
  };
  if (typeof axis !== "number") {
    return { ...constraint, axis: axis.map(mapOne).filter((stored) => stored !== null) };
  }
  return { ...constraint, axis: mapOne(axis) ?? [] };
}

function format(axis: number | readonly number[]): string {
  return typeof axis === "number" ? String(axis) : `[${axis.join(", ")}]`;
}

function wanted(rank: number, generation: Generation): string {
  const keras = `Keras ${generation.slice(-1)}`;
  if (rank === 0) return `wanted [] or None: the weight is a single number and has no axes (${keras})`;
  return `wanted whole numbers from ${-rank} to ${rank - 1}: the weight has ${rank} ${rank === 1 ? "axis" : "axes"} (${keras})`;
}
